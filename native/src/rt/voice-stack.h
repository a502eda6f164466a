// The voice that is heard and those that it is taking over from.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "rt/voice.h"

namespace twopop::rt {

/// How a new voice takes over.
enum class TakeOver : uint32_t {
  cut,      // at once
  fade,     // a straight cross-fade: where both sound alike the sum is alike, to the bit
  besides,  // in full at once; what the old one heard of inputs by `automatic` fades out
};

class VoiceStack {
 public:
  static constexpr size_t kVoices = 4;

  VoiceStack();

  Voice& newest() { return *voices_[count_ - 1]; }
  const Voice& newest() const { return *voices_[count_ - 1]; }
  bool isFull() const { return count_ == kVoices; }
  /// Whether any voice that is still heard plays.
  bool anyRolling() const;

  /// Where the stack is full the oldest voice ends at once: returns whether it did.
  bool takeOver(Scene* scene, const Motion& motion, bool punchedIn, TakeOver how, uint32_t fadeFrames) noexcept;

  /// At most so many frames go by until a fade ends; kChunkFrames without one.
  size_t mostFrames() const noexcept;
  /// Renders all voices, at most mostFrames(), and fades them into one mix.
  void render(int64_t clock, size_t frames, const LiveInput& live) noexcept;
  const double* mix(size_t channel) const { return mix_[channel].data(); }

  /// A scene that no voice plays any more; null: none. After takeOver() and render() until there is none.
  Scene* takeReleased() noexcept { return releasedCount_ == 0 ? nullptr : released_[--releasedCount_]; }
  /// Calls `each` for every scene that a voice plays, one by one.
  template <class Each>
  void forEachScene(Each each) {
    for (size_t i = 0; i < count_; i++) {
      if (voices_[i]->scene) each(voices_[i]->scene);
    }
  }

 private:
  void dropOldest(size_t count) noexcept;

  std::array<Voice, kVoices> storage_;
  std::array<Voice*, kVoices> voices_;  // the oldest first; behind `count_` those that are free
  size_t count_ = 1;
  std::array<std::vector<double>, kVoiceChannels> mix_;
  VoiceScratch scratch_;
  std::array<Scene*, kVoices> released_{};
  size_t releasedCount_ = 0;
};

}  // namespace twopop::rt
