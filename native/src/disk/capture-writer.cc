// The writer thread of a session: from the ring to memory, from memory to the files.
#include <algorithm>
#include <chrono>

#include "disk/capture-session.h"
#include "disk/thread-priority.h"

namespace twopop::disk {
namespace {

constexpr int64_t kAdvanceFrames = 4 * CaptureSession::kChunkFrames;
constexpr size_t kMostLosses = 4096;
/// Most of what is lost when the process is killed: the writer looks so often.
constexpr auto kPause = std::chrono::milliseconds(5);

}  // namespace

void CaptureSession::write() {
  raiseThreadPriority();
  {
    std::unique_lock<std::mutex> lock(mutex_);
    writerWake_.wait(lock, [this] { return !waitsForHeritage_ || closing_; });
  }
  while (true) {
    if (const int64_t stall = stallMs_.exchange(0)) std::this_thread::sleep_for(std::chrono::milliseconds(stall));
    const Recordings recordings = listed();
    bool busy = false;
    for (const auto& recording : recordings) busy |= advance(*recording);
    busy |= moveIn(recordings);
    if (busy) continue;
    writtenClock_.store(history_.end(), std::memory_order_release);
    if (!started_) writtenClock_.store(-1, std::memory_order_release);
    std::unique_lock<std::mutex> lock(mutex_);
    if (closing_ && std::none_of(recordings_.begin(), recordings_.end(), [](const auto& one) { return one->active(); })) {
      return;
    }
    writerWake_.wait_for(lock, kPause);
  }
}

/// Takes a chunk out of the ring into memory, or of a gap's silence; false: there is none, or no room for it yet.
bool CaptureSession::moveIn(const Recordings& recordings) {
  // First the frames, then the gaps: every gap before one of these frames is there to be seen.
  const size_t readable = ring_.readable() / channels_;
  ringPeak_ = std::max<double>(ringPeak_, static_cast<double>(readable * channels_) / static_cast<double>(ring_.capacity()));
  Gap gap = {};
  const bool gapWaits = gaps_.peek(gap);
  if (readable == 0 && !gapWaits && silenceLeft_ == 0) return false;
  if (!started_) {
    // Behind what was inherited, where the clock went on; else anew.
    const int64_t first = firstClock_.load(std::memory_order_acquire), between = first - history_.end();
    if (history_.begin() < history_.end() && between >= 0 && between < history_.capacity()) {
      history_.push(nullptr, static_cast<size_t>(between));
    } else {
      history_.startAt(first);
    }
    started_ = true;
  }
  // What a recording has not written yet stays in memory; the ring holds what comes in meanwhile.
  int64_t most = kChunkFrames;
  for (const auto& recording : recordings) {
    if (!recording->active()) continue;
    most = std::min(most, std::max(recording->cursor, history_.begin()) + history_.capacity() - history_.end());
  }
  if (most <= 0) return false;
  if (silenceLeft_ == 0 && gapWaits && gap.afterFrames == taken_) {
    gaps_.read(&gap, 1);
    silenceLeft_ = gap.frames;
    noteGap(history_.end(), gap.frames);
  }
  if (silenceLeft_ > 0) {
    const int64_t frames = std::min(most, silenceLeft_);
    history_.push(nullptr, static_cast<size_t>(frames));
    silenceLeft_ -= frames;
  } else {
    if (gapWaits) most = std::min(most, gap.afterFrames - taken_);
    const size_t frames = std::min(static_cast<size_t>(most), readable);
    ring_.read(chunk_.data(), frames * channels_);
    history_.push(chunk_.data(), frames);
    taken_ += static_cast<int64_t>(frames);
  }
  oldestClock_ = history_.begin();
  return true;
}

void CaptureSession::noteGap(int64_t clock, int64_t frames) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!losses_.empty() && losses_.back().clock + losses_.back().frames == clock) {
    losses_.back().frames += frames;
    return;
  }
  losses_.push_back({clock, frames});
  joinNearest(losses_, kMostLosses);
}

/// Writes what is in memory for this recording, a piece of it; false: nothing to do.
bool CaptureSession::advance(Recording& recording) {
  if (!recording.active()) return false;
  const int64_t end = recording.endClock;
  if (!recording.failed && recording.cursor < end && broken_.load(std::memory_order_acquire) && ring_.readable() == 0 &&
      recording.cursor >= history_.end()) {
    fail(recording, "clock-broken", "The device's clock went back; the recording ended there", nullptr);
  }
  if (recording.failed || recording.cursor >= end) {
    recording.phase = RecordPhase::finishing;
    flusherWake_.notify_all();
    return true;
  }
  const int64_t limit = started_ ? std::min(end, history_.end()) : recording.cursor;
  if (recording.cursor >= limit) return false;
  recording.phase = RecordPhase::recording;
  int64_t budget = kAdvanceFrames;
  while (recording.cursor < limit && budget > 0) {
    size_t frames = static_cast<size_t>(std::min(limit - recording.cursor, budget));
    const float* from = nullptr;
    if (recording.cursor < history_.begin()) {
      frames = static_cast<size_t>(std::min<int64_t>(static_cast<int64_t>(frames), history_.begin() - recording.cursor));
      recording.missingHeadFrames += static_cast<int64_t>(frames);
    } else {
      from = history_.at(recording.cursor, frames, frames);
    }
    for (const auto& file : recording.files) {
      try {
        file->append(from, channels_, frames);
      } catch (const FileError& error) {
        fail(recording, error, file.get());
        return true;
      }
    }
    recording.cursor += static_cast<int64_t>(frames);
    budget -= static_cast<int64_t>(frames);
  }
  return true;
}

}  // namespace twopop::disk
