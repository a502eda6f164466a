// What is told of a session of recording. See capture-session.h.
#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

#include "disk/capture-session.h"

namespace twopop::disk {
namespace {

/// Of one recording, as they are told.
constexpr size_t kMostToldLosses = 64;

}  // namespace

void CaptureSession::addTo(CaptureStatus& status) const {
  status.armed = true;
  status.channels = armed_.channels;
  status.oldestClock = oldestClock_;
  status.capturedClock = nextClock_.load(std::memory_order_acquire);
  status.lostFrames = static_cast<uint64_t>(lost_.load(std::memory_order_relaxed));
  status.ringFill = static_cast<double>(ring_.readable()) / static_cast<double>(ring_.capacity());
  status.ringPeak = std::max<double>(ringPeak_, status.ringFill);
  status.secondsKept = options_.ringSeconds;
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& recording : recordings_) {
    status.recordings.push_back(statusOf(*recording));
    if (!recording->active()) continue;
    for (const auto& file : recording->files) status.bytesPerSecond += file->spec().bytesPerFrame() * armed_.sampleRate;
  }
  if (status.bytesPerSecond == 0) return;
  const int64_t free = freeBytes_, usable = free + reservedBytes_ - static_cast<int64_t>(options_.spareBytes);
  status.freeBytes = static_cast<uint64_t>(free);
  status.secondsToFull = static_cast<double>(std::max<int64_t>(usable, 0)) / static_cast<double>(status.bytesPerSecond);
}

/// Under the lock.
RecordStatus CaptureSession::statusOf(const Recording& recording) const {
  RecordStatus status;
  status.id = recording.id;
  status.phase = recording.phase;
  status.firstClock = recording.firstClock;
  status.endClock = recording.endClock;
  status.missingHeadFrames = recording.missingHeadFrames;
  status.problem = recording.problem;
  int64_t longest = 0;
  status.framesOnDisk = status.framesFlushed = std::numeric_limits<int64_t>::max();
  for (const auto& file : recording.files) {
    // In this order: what is flushed was written before.
    const int64_t flushed = file->framesFlushed(), written = file->framesWritten();
    status.files.push_back({file->spec().path, written, flushed});
    status.framesOnDisk = std::min(status.framesOnDisk, written);
    status.framesFlushed = std::min(status.framesFlushed, flushed);
    longest = std::max(longest, written);
  }
  const int64_t last = recording.firstClock + longest;
  for (const LostFrames& loss : losses_) {
    const int64_t from = std::max(loss.clock, recording.firstClock), to = std::min(loss.clock + loss.frames, last);
    if (from >= to) continue;
    status.losses.push_back({from, to - from});
    status.lostFrames += to - from;
  }
  joinNearest(status.losses, kMostToldLosses);
  return status;
}

void joinNearest(std::vector<LostFrames>& losses, size_t most) {
  if (losses.size() <= most || most == 0) return;
  const auto apart = [&losses](size_t at) { return losses[at].clock - losses[at - 1].clock - losses[at - 1].frames; };
  std::vector<size_t> seconds(losses.size() - 1);  // of each pair of neighbours
  std::iota(seconds.begin(), seconds.end(), size_t{1});
  size_t joined = losses.size() - most;
  std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(joined) - 1, seconds.end(),
                   [&apart](size_t a, size_t b) { return apart(a) != apart(b) ? apart(a) < apart(b) : a < b; });
  std::vector<bool> joins(losses.size(), false);
  while (joined > 0) joins[seconds[--joined]] = true;
  std::vector<LostFrames> kept;
  for (size_t at = 0; at < losses.size(); at++) {
    if (joins[at]) kept.back().frames = losses[at].clock + losses[at].frames - kept.back().clock;
    else kept.push_back(losses[at]);
  }
  losses.swap(kept);
}

}  // namespace twopop::disk
