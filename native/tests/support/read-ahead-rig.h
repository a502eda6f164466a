// Reading ahead driven without an engine: a playhead that a test moves, blocks of the callback, and the truth of the files.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "callback-guard.h"
#include "check.h"
#include "disk/read-ahead.h"
#include "disk/source-files.h"
#include "support/sound-files.h"

namespace check {

constexpr uint32_t kPatienceMs = 30000;  // only ever used up by a failure

/// The playhead as the engine's snapshot would give it.
class Playhead {
 public:
  void set(const twopop::disk::Travel& travel) {
    std::lock_guard<std::mutex> lock(mutex_);
    travel_ = travel;
  }
  twopop::disk::Travel get() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return travel_;
  }

 private:
  mutable std::mutex mutex_;
  twopop::disk::Travel travel_;
};

/// One block of the callback: reads a clip's worth of frames as the renderer would.
struct Block {
  std::vector<double> left, right;

  void read(twopop::disk::ReadAhead& ahead, twopop::disk::PlanPages& pages, uint32_t source, uint32_t channel, int64_t from, size_t frames, bool stereo) {
    left.assign(frames, 5.0);
    right.assign(frames, 5.0);
    twopop::CallbackGuard guard;
    ahead.gate().enterBlock();
    pages.read(source, channel, from, frames, left.data(), stereo ? right.data() : nullptr);
    ahead.gate().leaveBlock();
  }
};

inline bool sameBits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
}

/// The samples of the same span from the file itself.
struct Truth {
  explicit Truth(const twopop::Plan& plan) : files(plan), reader(plan, files) {}
  twopop::disk::SourceFiles files;
  twopop::disk::FileSourceReader reader;
  std::vector<double> left, right;

  void read(uint32_t source, uint32_t channel, int64_t from, size_t frames, bool stereo) {
    left.assign(frames, 5.0);
    right.assign(frames, 5.0);
    reader.read(source, channel, from, frames, left.data(), stereo ? right.data() : nullptr);
  }
};

inline bool waitUntil(const std::function<bool()>& there) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(kPatienceMs);
  while (!there()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

inline bool allSilent(const std::vector<double>& samples) {
  return std::all_of(samples.begin(), samples.end(), [](double sample) { return sample == 0; });
}


/// One plan that is read ahead of the playhead, with memory as options say.
struct ReadAheadRig {
  explicit ReadAheadRig(std::shared_ptr<const twopop::Plan> plan, twopop::disk::ReadAheadOptions options = {})
      : ahead([this] { return playhead.get(); }, options), pages(ahead.bind(std::move(plan))) {}

  /// Waits until so much is in memory from the playhead on.
  bool prefill(double seconds = 1) { return ahead.waitPrefilled(*pages, playhead.get(), seconds, kPatienceMs); }
  /// A block of the left channel alone.
  const std::vector<double>& heard(uint32_t source, int64_t from, size_t frames) {
    block.read(ahead, *pages, source, 0, from, frames, false);
    return block.left;
  }
  uint64_t missedFrames() const { return ahead.status().missedFrames; }

  Playhead playhead;
  twopop::disk::ReadAhead ahead;
  const std::shared_ptr<twopop::disk::PlanPages> pages;
  Block block;
};

}  // namespace check
