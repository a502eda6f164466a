// Sound files of random samples, and plans that play them.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "check.h"
#include "disk/file.h"
#include "disk/source-files.h"
#include "plan.h"

namespace check {

/// Writes a file of random bytes behind `offsetBytes` of something else, and says how a plan names it. Every value is
/// possible, those too that are not numbers.
inline twopop::PlanSource makeSource(const std::string& path, twopop::PcmFormat format, uint32_t channels, int64_t frames,
                                     uint64_t salt = 0, uint64_t offsetBytes = 44) {
  twopop::PlanSource source;
  source.path = path;
  source.dataOffsetBytes = offsetBytes;
  source.format = format;
  source.channelCount = channels;
  source.frameCount = frames;
  Random random(salt + 77);
  std::vector<uint8_t> bytes(offsetBytes + static_cast<uint64_t>(frames) * source.bytesPerFrame());
  for (size_t i = 0; i + 8 <= bytes.size(); i += 8) {
    const uint64_t bits = random.bits();
    for (size_t b = 0; b < 8; b++) bytes[i + b] = static_cast<uint8_t>(bits >> (8 * b));
  }
  const auto file = twopop::disk::File::create(path);
  file.writeAt(0, bytes.data(), bytes.size());
  return source;
}

/// Gives a track its clips as decodePlan would: in order, with the furthest end so far.
inline twopop::PlanTrack makeTrack(uint32_t channels, std::vector<twopop::PlanClip> clips) {
  twopop::PlanTrack track;
  track.channelCount = channels;
  std::stable_sort(clips.begin(), clips.end(),
                   [](const auto& a, const auto& b) { return a.startSample < b.startSample; });
  int64_t furthest = INT64_MIN;
  for (const auto& clip : clips) track.furthestEnd.push_back(furthest = std::max(furthest, clip.endSample()));
  track.clips = std::move(clips);
  return track;
}

inline twopop::PlanClip makeClip(uint32_t source, int64_t start, int64_t length, int64_t sourceIn = 0, uint32_t channel = 0) {
  twopop::PlanClip clip;
  clip.source = source;
  clip.firstChannel = channel;
  clip.startSample = start;
  clip.lengthSamples = length;
  clip.sourceInSample = sourceIn;
  return clip;
}

/// A plan of sources that each lie whole on a track of their own, from sample 0 on.
inline std::shared_ptr<twopop::Plan> planOf(std::vector<twopop::PlanSource> sources) {
  auto plan = std::make_shared<twopop::Plan>();
  for (uint32_t i = 0; i < sources.size(); i++) {
    plan->tracks.push_back(makeTrack(1, {makeClip(i, 0, sources[i].frameCount)}));
    plan->lengthSamples = std::max(plan->lengthSamples, sources[i].frameCount);
  }
  plan->sources = std::move(sources);
  return plan;
}

}  // namespace check
