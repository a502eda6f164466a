#include "disk/capture-session.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "disk/thread-priority.h"

namespace twopop::disk {
namespace {

/// Frames that the callback gathers at a time.
constexpr size_t kGatheredFrames = 256;
/// Frames that go from the ring to memory, and from there to the files, at a time.
constexpr size_t kChunkFrames = 4096;
constexpr size_t kAdvanceFrames = 4 * kChunkFrames;
/// So far back a recording may begin besides the pre-record: the key was pressed, and then a process was busy.
constexpr double kLateSeconds = 4;
constexpr size_t kMostGaps = 4096;
constexpr size_t kMostLosses = 4096;
/// Most of what is lost when the process is killed: the writer looks so often.
constexpr auto kWriterPause = std::chrono::milliseconds(5);
constexpr auto kFlusherPause = std::chrono::milliseconds(10);
/// Room kept ahead in each file, where the disk has plenty.
constexpr uint64_t kReserveBytes = uint64_t{8} << 20;
constexpr int64_t kPlentyBytes = int64_t{1} << 30;

int64_t steadyNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

size_t framesOf(double seconds, uint32_t sampleRate) {
  return static_cast<size_t>(std::ceil(seconds * sampleRate));
}

CaptureOptions complete(CaptureOptions options) {
  if (!options.nowNs) options.nowNs = steadyNs;
  return options;
}

}  // namespace

CaptureSession::CaptureSession(const CaptureOptions& options, const ArmRequest& request, std::atomic<int64_t>& stallMs,
                               const std::atomic<int64_t>& freeBytesOverride)
    : options_(twopop::disk::complete(options)),
      armed_(request),
      channels_(request.channels.size()),
      preRecordFrames_(static_cast<int64_t>(framesOf(request.preRecordSeconds, request.sampleRate))),
      stallMs_(stallMs),
      freeBytesOverride_(freeBytesOverride),
      ring_(std::max<size_t>(framesOf(options.ringSeconds, request.sampleRate), 1) * channels_),
      gaps_(kMostGaps),
      gathered_(kGatheredFrames * channels_),
      history_(channels_, std::max(static_cast<size_t>(preRecordFrames_) + framesOf(kLateSeconds, request.sampleRate),
                                   4 * kChunkFrames)),
      chunk_(kChunkFrames * channels_) {
  writer_ = std::thread([this] { write(); });
  try {
    flusher_ = std::thread([this] { flush(); });
  } catch (...) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      closing_ = true;
    }
    writerWake_.notify_all();
    writer_.join();
    throw;
  }
}

CaptureSession::~CaptureSession() { finish(); }

void CaptureSession::finish() {
  if (!writer_.joinable()) return;
  // The callback is gone: what it could not say yet is said now, when the writer has made room.
  while (!publishGap()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  endAll();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    closing_ = true;
  }
  writerWake_.notify_all();
  writer_.join();
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    writerDone_ = true;
  }
  flusherWake_.notify_all();
  flusher_.join();
}

// ---- callback

void CaptureSession::take(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept {
  if (broken_.load(std::memory_order_relaxed)) return;
  int64_t expected = nextClock_.load(std::memory_order_relaxed);
  if (expected < 0) {
    expected = clock;
    firstClock_.store(clock, std::memory_order_release);
  }
  if (clock < expected) {
    broken_.store(true, std::memory_order_release);
    return;
  }
  if (clock > expected) lose(clock - expected);
  size_t room = publishGap() ? ring_.writable() / channels_ : 0;
  const size_t taken = std::min(frames, room);
  for (size_t done = 0; done < taken;) {
    const size_t run = std::min(taken - done, kGatheredFrames);
    for (size_t channel = 0; channel < channels_; channel++) {
      float* to = gathered_.data() + channel;
      const uint32_t from = armed_.channels[channel];
      if (in && from < inputChannels) {
        const float* sample = in + done * inputChannels + from;
        for (size_t i = 0; i < run; i++, to += channels_, sample += inputChannels) *to = *sample;
      } else {
        for (size_t i = 0; i < run; i++, to += channels_) *to = 0;
      }
    }
    ring_.write(gathered_.data(), run * channels_);
    done += run;
  }
  published_ += static_cast<int64_t>(taken);
  if (taken < frames) lose(static_cast<int64_t>(frames - taken));
  nextClock_.store(clock + static_cast<int64_t>(frames), std::memory_order_release);
  resolvedClock_.store(clock + static_cast<int64_t>(frames) - pendingLost_, std::memory_order_release);
}

void CaptureSession::lose(int64_t frames) noexcept {
  lost_.fetch_add(frames, std::memory_order_relaxed);
  pendingLost_ += frames;
  publishGap();
}

bool CaptureSession::publishGap() noexcept {
  if (pendingLost_ == 0) return true;
  const Gap gap = {published_, pendingLost_};
  if (gaps_.write(&gap, 1) == 0) return false;
  pendingLost_ = 0;
  resolvedClock_.store(nextClock_.load(std::memory_order_relaxed), std::memory_order_release);
  return true;
}

// ---- control

void CaptureSession::begin(uint64_t id, std::vector<std::unique_ptr<RecordFile>> files, int64_t firstClock) {
  auto recording = std::make_shared<Recording>();
  recording->id = id;
  recording->firstClock = recording->cursor = firstClock;
  recording->files = std::move(files);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    recordings_.push_back(std::move(recording));
  }
  writerWake_.notify_all();
  flusherWake_.notify_all();
}

bool CaptureSession::end(uint64_t id, int64_t clock) {
  for (const auto& recording : listed()) {
    if (recording->id != id || !recording->active()) continue;
    recording->endClock = clock;
    writerWake_.notify_all();
    return true;
  }
  return false;
}

void CaptureSession::endAll() {
  const int64_t clock = resolvedClock_.load(std::memory_order_acquire);
  for (const auto& recording : listed()) {
    recording->endClock = std::min<int64_t>(recording->endClock, std::max(clock, recording->firstClock));
  }
  writerWake_.notify_all();
}

bool CaptureSession::recording() const {
  const Recordings all = listed();
  return std::any_of(all.begin(), all.end(), [](const auto& one) { return one->active(); });
}

bool CaptureSession::waitUntilWritten(int64_t timeoutMs) const {
  const int64_t target = resolvedClock_.load(std::memory_order_acquire);
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(timeoutMs);
  while (true) {
    const Recordings all = listed();
    const bool complete = std::all_of(all.begin(), all.end(), [target](const auto& one) {
      if (!one->active()) return one->phase != RecordPhase::finishing;
      if (one->failed || one->endClock <= target) return false;
      return std::all_of(one->files.begin(), one->files.end(), [&one, target](const auto& file) {
        return one->firstClock + file->framesWritten() >= target;
      });
    });
    if (complete && writtenClock_.load(std::memory_order_acquire) >= target) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(500));
  }
}

void CaptureSession::forget(uint64_t id) {
  const std::lock_guard<std::mutex> lock(mutex_);
  recordings_.erase(std::remove_if(recordings_.begin(), recordings_.end(),
                                   [id](const auto& one) {
                                     return one->id == id && !one->active() && one->phase != RecordPhase::finishing;
                                   }),
                    recordings_.end());
}

CaptureSession::Recordings CaptureSession::listed() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return recordings_;
}

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
  return status;
}

// ---- writer

void CaptureSession::write() {
  raiseThreadPriority();
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
    writerWake_.wait_for(lock, kWriterPause);
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
    history_.startAt(firstClock_.load(std::memory_order_acquire));
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
  if (losses_.size() == kMostLosses) losses_.erase(losses_.begin());
  losses_.push_back({clock, frames});
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

void CaptureSession::fail(Recording& recording, const FileError& error, const RecordFile* file) {
  const char* code = error.problem == FileProblem::diskFull  ? "disk-full"
                     : error.problem == FileProblem::missing ? "file-missing"
                     : error.problem == FileProblem::denied  ? "file-denied"
                                                             : "write-failed";
  fail(recording, code, error.what(), file);
}

void CaptureSession::fail(Recording& recording, const char* code, const std::string& message, const RecordFile* file) {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const RecordFile& blamed = file ? *file : *recording.files.front();
    if (!recording.problem) {
      recording.problem = CaptureProblem{code, message, file ? file->spec().path : "",
                                         recording.firstClock + blamed.framesWritten()};
    }
  }
  recording.failed = true;
  writerWake_.notify_all();
}

// ---- flusher

void CaptureSession::flush() {
  int64_t due = options_.nowNs();
  while (true) {
    Recordings recordings;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      const auto open = [](const auto& one) { return one->active() || one->phase == RecordPhase::finishing; };
      if (std::any_of(recordings_.begin(), recordings_.end(), open)) flusherWake_.wait_for(lock, kFlusherPause);
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
      } catch (const FileError& error) {
        fail(*recording, error, file.get());
        continue;
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
