// The flushing thread of a session: sizes and durability while a file is recorded, and its completion. A disk that takes
// long for it keeps nobody from writing.
#include <algorithm>
#include <chrono>

#include "disk/capture-session.h"

namespace twopop::disk {
namespace {

constexpr auto kPause = std::chrono::milliseconds(10);
/// Room kept ahead in each file, where the disk has plenty.
constexpr uint64_t kReserveBytes = uint64_t{8} << 20;
constexpr int64_t kPlentyBytes = int64_t{1} << 30;

}  // namespace

void CaptureSession::flush() {
  int64_t due = options_.nowNs();
  while (true) {
    Recordings recordings;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      const auto open = [](const auto& one) { return one->active() || one->phase == RecordPhase::finishing; };
      if (std::any_of(recordings_.begin(), recordings_.end(), open)) flusherWake_.wait_for(lock, kPause);
      else if (writerDone_) return;
      else flusherWake_.wait(lock);
      recordings = recordings_;
    }
    for (const auto& recording : recordings) {
      if (recording->phase == RecordPhase::finishing) complete(*recording);
    }
    const int64_t now = options_.nowNs();
    if (now < due) continue;
    due = now + options_.flushEveryNs;
    for (const auto& recording : recordings) {
      if (recording->active()) refresh(*recording);
    }
    measureDisks(recordings);
  }
}

void CaptureSession::refresh(Recording& recording) {
  for (const auto& file : recording.files) {
    try {
      if (freeBytes_ > kPlentyBytes) file->reserveAhead(kReserveBytes);
      file->refresh();
    } catch (const FileError& error) {
      fail(recording, error, file.get());
    }
  }
}

void CaptureSession::measureDisks(const Recordings& recordings) {
  int64_t least = std::numeric_limits<int64_t>::max(), reserved = 0;
  for (const auto& recording : recordings) {
    if (!recording->active()) continue;
    for (const auto& file : recording->files) {
      int64_t free = freeBytesOverride_;
      try {
        if (free < 0) free = static_cast<int64_t>(std::min<uint64_t>(file->freeBytes(), INT64_MAX));
      } catch (const FileError&) {
        continue;  // a disk that does not say how full it is may still be written
      }
      least = std::min(least, free);
      reserved += static_cast<int64_t>(file->reservedBytes());
      if (static_cast<uint64_t>(free) >= options_.spareBytes) continue;
      fail(*recording, "disk-full", "The disk is full: what is left on it is needed by the project itself", file.get());
    }
  }
  if (least == std::numeric_limits<int64_t>::max()) return;
  freeBytes_ = least;
  reservedBytes_ = reserved;
}

void CaptureSession::complete(Recording& recording) {
  const bool early = recording.failed;
  const int64_t keep = early ? std::numeric_limits<int64_t>::max()
                             : std::max<int64_t>(recording.endClock - recording.firstClock, 0);
  for (const auto& file : recording.files) {
    try {
      file->finish(keep);
    } catch (const FileError& error) {
      fail(recording, error, file.get());
    }
  }
  recording.phase = recording.failed ? RecordPhase::failed : RecordPhase::done;
}

}  // namespace twopop::disk
