#include "disk/capture-session.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace twopop::disk {
namespace {

/// Frames that the callback gathers at a time.
constexpr size_t kGatheredFrames = 256;
/// So far back a recording may begin besides the pre-record: the key was pressed, and then a process was busy.
constexpr double kLateSeconds = 4;
constexpr size_t kMostGaps = 4096;

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
