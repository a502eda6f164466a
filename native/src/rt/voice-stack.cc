#include "rt/voice-stack.h"

#include <algorithm>

#include "rt/flush-denormals.h"

namespace twopop::rt {

VoiceStack::VoiceStack() {
  for (size_t i = 0; i < kVoices; i++) voices_[i] = &storage_[i];
  for (auto& channel : mix_) channel.resize(kChunkFrames);
}

bool VoiceStack::anyRolling() const {
  return std::any_of(voices_.begin(), voices_.begin() + static_cast<ptrdiff_t>(count_),
                     [](const Voice* voice) { return voice->motion.rolling; });
}

bool VoiceStack::takeOver(Scene* scene, const Motion& motion, bool punchedIn, TakeOver how, uint32_t fadeFrames) noexcept {
  const bool cutShort = isFull();
  if (cutShort) dropOldest(1);
  if (how == TakeOver::besides) {
    for (size_t i = 0; i < count_; i++) voices_[i]->automaticOnly = true;
  }
  Voice& voice = *voices_[count_++];
  voice.begin(scene, motion, punchedIn);
  voice.fadesBesides = how == TakeOver::besides;
  voice.fadeFrames = voice.fadeLeft = how == TakeOver::cut ? 0 : fadeFrames;
  if (scene) scene->users_++;
  if (how == TakeOver::cut) dropOldest(count_ - 1);
  return cutShort;
}

size_t VoiceStack::mostFrames() const noexcept {
  size_t most = kChunkFrames;
  for (size_t i = 1; i < count_; i++) most = std::min<size_t>(most, voices_[i]->fadeLeft);
  return most;
}

void VoiceStack::render(int64_t clock, size_t frames, const LiveInput& live) noexcept {
  const FlushDenormals flush;
  for (size_t i = 0; i < count_; i++) voices_[i]->render(clock, frames, live, scratch_);
  for (size_t channel = 0; channel < kVoiceChannels; channel++) {
    double* mix = mix_[channel].data();
    std::copy_n(voices_[0]->mix(channel), frames, mix);
    for (size_t i = 1; i < count_; i++) {
      const Voice& voice = *voices_[i];
      const double* next = voices_[i]->mix(channel);
      for (size_t frame = 0; frame < frames; frame++) {
        const double old = static_cast<double>(voice.fadeLeft - frame) / (voice.fadeFrames + 1.0);
        mix[frame] = next[frame] + (voice.fadesBesides ? mix[frame] : mix[frame] - next[frame]) * old;
      }
    }
  }
  size_t done = 0;
  for (size_t i = 1; i < count_; i++) {
    voices_[i]->fadeLeft -= static_cast<uint32_t>(frames);
    if (voices_[i]->fadeLeft == 0) done = i;
  }
  dropOldest(done);
}

void VoiceStack::dropOldest(size_t count) noexcept {
  for (size_t i = 0; i < count; i++) {
    Scene*& scene = voices_[i]->scene;
    if (scene && --scene->users_ == 0) released_[releasedCount_++] = scene;
    scene = nullptr;
  }
  std::rotate(voices_.begin(), voices_.begin() + static_cast<ptrdiff_t>(count), voices_.begin() + static_cast<ptrdiff_t>(count_));
  count_ -= count;
}

}  // namespace twopop::rt
