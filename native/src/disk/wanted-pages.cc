#include "disk/wanted-pages.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "rt/voice.h"

namespace twopop::disk {
namespace {

constexpr double kBehindSeconds = 0.2;
/// Of a playhead that stands: a wheel may turn it back.
constexpr double kBehindStandingSeconds = 1;
constexpr double kLoopHeadSeconds = 0.5;
/// However fast: more of the timeline than this is not asked for ahead.
constexpr double kMostTimelineSeconds = 16;
/// Slower than this, what is read ahead is that of this speed: a hand that jogs speeds up again at once.
constexpr double kLeastSpeed = 0.25;

double paceOf(const Travel& travel) { return travel.speed == 0 ? 1 : std::max(kLeastSpeed, std::fabs(travel.speed)); }

int64_t samplesOf(double seconds, uint32_t sampleRate) {
  return static_cast<int64_t>(std::ceil(seconds * static_cast<double>(sampleRate)));
}

}  // namespace

std::vector<Stretch> stretchesAhead(const Travel& travel, uint32_t sampleRate, double aheadSeconds) {
  const double pace = paceOf(travel), secondsPerSample = 1 / (pace * sampleRate);
  const bool backwards = travel.speed < 0;
  const int64_t reach = rt::reachSamples(travel.speed, travel.pitch, sampleRate);
  const double reachSeconds = static_cast<double>(reach) * secondsPerSample;
  int64_t left = samplesOf(std::min(aheadSeconds * pace, kMostTimelineSeconds), sampleRate), at = travel.timeline;
  double deadline = 0;
  std::vector<Stretch> stretches;
  const auto go = [&](int64_t samples) {
    const double end = deadline + static_cast<double>(samples) * secondsPerSample;
    const double near = deadline - reachSeconds;
    if (backwards) stretches.push_back({at - samples - reach, at + reach, end, near});
    else stretches.push_back({at - reach, at + samples + reach, near, end});
    at += backwards ? -samples : samples;
    deadline = end;
    left -= samples;
  };
  const bool looping = travel.looping && travel.loopTo > travel.loopFrom;
  const int64_t seam = backwards ? travel.loopFrom : travel.loopTo, entry = backwards ? travel.loopTo : travel.loopFrom;
  const int64_t toSeam = backwards ? at - seam : seam - at;
  if (looping && reach > 0) {
    // What is read about the playhead may lie on the other side of the seam.
    const bool hasCome = (backwards ? entry - at : at - entry) <= 2 * reach;
    if (hasCome || (toSeam >= 0 && toSeam < left)) {
      const double when = hasCome ? 0 : static_cast<double>(toSeam) * secondsPerSample - reachSeconds;
      for (const int64_t side : {seam, entry}) stretches.push_back({side - reach, side + reach, when, when});
    }
  }
  if (looping && toSeam >= 0 && toSeam < left) {
    if (toSeam > 0) go(toSeam);
    at = entry;
    left = std::min(left, travel.loopTo - travel.loopFrom);
  }
  if (left > 0) go(left);
  return stretches;
}

std::vector<Stretch> stretchesAside(const Travel& travel, uint32_t sampleRate, double aheadSeconds) {
  std::vector<Stretch> stretches;
  if (travel.looping && travel.loopTo > travel.loopFrom) {
    const int64_t head = std::min(samplesOf(kLoopHeadSeconds * paceOf(travel), sampleRate), travel.loopTo - travel.loopFrom);
    if (travel.speed < 0) stretches.push_back({travel.loopTo - head, travel.loopTo, aheadSeconds + 1, aheadSeconds});
    else stretches.push_back({travel.loopFrom, travel.loopFrom + head, aheadSeconds, aheadSeconds + 1});
  }
  const double behindSeconds = travel.speed == 0 ? kBehindStandingSeconds : kBehindSeconds * paceOf(travel);
  const int64_t behind = samplesOf(behindSeconds, sampleRate);
  if (travel.speed < 0) stretches.push_back({travel.timeline, travel.timeline + behind, aheadSeconds + 1, aheadSeconds + 2});
  else stretches.push_back({travel.timeline - behind, travel.timeline, aheadSeconds + 2, aheadSeconds + 1});
  return stretches;
}

void addWantedPages(const PlanPages& pages, const Stretch& stretch, std::vector<WantedPage>& wanted,
                    std::vector<PageFile*>* met) {
  const double slope = stretch.to > stretch.from ? (stretch.toDeadlineSeconds - stretch.fromDeadlineSeconds) /
                                                       static_cast<double>(stretch.to - stretch.from)
                                                 : 0;
  const auto deadlineAt = [&](int64_t timeline) {
    return stretch.fromDeadlineSeconds + slope * static_cast<double>(timeline - stretch.from);
  };
  // The tracks of a poly file play the same frames of it: once is enough.
  std::set<std::tuple<const PageFile*, int64_t, int64_t, int64_t>> seen;
  for (const PlanTrack& track : pages.plan().tracks) {
    const auto& furthest = track.furthestEnd;
    size_t index = static_cast<size_t>(std::upper_bound(furthest.begin(), furthest.end(), stretch.from) - furthest.begin());
    for (; index < track.clips.size() && track.clips[index].startSample < stretch.to; index++) {
      const PlanClip& clip = track.clips[index];
      PageFile& file = pages.file(clip.source);
      if (met && (met->empty() || met->back() != &file)) met->push_back(&file);
      if (file.silent.load(std::memory_order_relaxed)) continue;
      const int64_t from = std::max(stretch.from, clip.startSample), to = std::min(stretch.to, clip.endSample());
      const int64_t toSource = clip.sourceInSample - clip.startSample;  // timeline to source
      const int64_t firstFrame = std::clamp<int64_t>(from + toSource, 0, file.source.frameCount);
      const int64_t endFrame = std::clamp<int64_t>(to + toSource, firstFrame, file.source.frameCount);
      if (from >= to || endFrame <= firstFrame) continue;
      if (!seen.insert({&file, firstFrame, endFrame, toSource}).second) continue;
      const uint32_t generation = file.generation.load(std::memory_order_relaxed);
      for (int64_t page = firstFrame / file.framesPerPage; page * file.framesPerPage < endFrame; page++) {
        const int64_t first = std::max(firstFrame, page * file.framesPerPage) - toSource;
        const int64_t end = std::min(endFrame, (page + 1) * file.framesPerPage) - toSource;
        wanted.push_back({{file.number, page}, &file, generation, std::min(deadlineAt(first), deadlineAt(end))});
      }
    }
  }
}

void mergeWantedPages(std::vector<WantedPage>& wanted) {
  std::sort(wanted.begin(), wanted.end(), [](const WantedPage& a, const WantedPage& b) {
    return a.key == b.key ? a.deadlineSeconds < b.deadlineSeconds : a.key < b.key;
  });
  const auto same = [](const WantedPage& a, const WantedPage& b) { return a.key == b.key; };
  wanted.erase(std::unique(wanted.begin(), wanted.end(), same), wanted.end());
}

}  // namespace twopop::disk
