#include "disk/capture-session.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace twopop::disk {
namespace {

/// Frames that the callback gathers at a time.
constexpr size_t kGatheredFrames = 256;
/// So far back a recording may begin besides the pre-record: the key was pressed, and then a process was busy.
constexpr double kLateSeconds = 4;
constexpr size_t kMostGaps = 4096;
/// Of one recording, as they are told.
constexpr size_t kMostToldLosses = 64;

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

CaptureSession::CaptureSession(const CaptureOptions& options, const ArmRequest& request, bool heir,
                               std::atomic<int64_t>& stallMs, const std::atomic<int64_t>& freeBytesOverride)
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
      chunk_(kChunkFrames * channels_),
      waitsForHeritage_(heir) {
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

void CaptureSession::inherit(const CaptureSession& before) {
  const CaptureHistory& theirs = before.history_;
  std::vector<size_t> sources(channels_, before.channels_);
  for (size_t channel = 0; channel < channels_; channel++) {
    const auto& known = before.armed_.channels;
    sources[channel] = static_cast<size_t>(std::find(known.begin(), known.end(), armed_.channels[channel]) - known.begin());
  }
  if (before.armed_.sampleRate == armed_.sampleRate && before.started_) {
    int64_t clock = std::max(theirs.begin(), theirs.end() - history_.capacity());
    history_.startAt(clock);
    while (clock < theirs.end()) {
      size_t frames = 0;
      const float* from = theirs.at(clock, kChunkFrames, frames);
      for (size_t channel = 0; channel < channels_; channel++) {
        const size_t source = sources[channel];
        for (size_t i = 0; i < frames; i++) {
          chunk_[i * channels_ + channel] = source < before.channels_ ? from[i * before.channels_ + source] : 0;
        }
      }
      history_.push(chunk_.data(), frames);
      clock += static_cast<int64_t>(frames);
    }
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    waitsForHeritage_ = false;
  }
  writerWake_.notify_all();
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

}  // namespace twopop::disk
