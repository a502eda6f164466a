#include "disk/capture.h"

#include <algorithm>
#include <iterator>
#include <new>
#include <system_error>
#include <thread>

#include "disk/capture-session.h"

namespace twopop::disk {

Capture::Capture(CaptureOptions options) : options_(std::move(options)) {}

Capture::~Capture() { disarm(); }

void Capture::arm(const ArmRequest& request) {
  if (request.channels.empty() || request.sampleRate == 0 || !(request.preRecordSeconds >= 0) ||
      request.preRecordSeconds > 60) {
    throw CaptureRefused("capture-bad-request", "nothing to arm, or a pre-record beyond 60 seconds");
  }
  if (owned_) {
    const ArmRequest& armed = owned_->armed();
    if (armed.channels == request.channels && armed.sampleRate == request.sampleRate &&
        armed.preRecordSeconds == request.preRecordSeconds) {
      return;
    }
    if (owned_->recording()) {
      throw CaptureRefused("capture-busy", "inputs cannot be armed anew while something is being recorded");
    }
  }
  std::unique_ptr<CaptureSession> next;
  try {
    next = std::make_unique<CaptureSession>(options_, request, owned_ != nullptr, stallMs_, freeBytesOverride_);
  } catch (const std::bad_alloc&) {
    throw CaptureRefused("capture-no-memory", "there is not enough memory for so many inputs and so long a pre-record");
  } catch (const std::system_error&) {
    throw CaptureRefused("capture-no-memory", "the system gives no thread to write with");
  }
  std::swap(owned_, next);
  switchTo(owned_.get());
  if (!next) return;
  retire(*next);
  owned_->inherit(*next);
}

void Capture::disarm() {
  if (!owned_) return;
  switchTo(nullptr);
  retire(*owned_);
  owned_.reset();
}

/// Returns when the callback can no longer see the session before.
void Capture::switchTo(CaptureSession* session) {
  current_ = session;
  // The callback says that it is inside before it looks which session there is.
  while (inside_) std::this_thread::yield();
}

void Capture::retire(CaptureSession& session) {
  session.finish();
  CaptureStatus last;
  session.addTo(last);
  std::move(last.recordings.begin(), last.recordings.end(), std::back_inserter(past_));
}

CaptureSession& Capture::session() {
  if (!owned_) throw CaptureRefused("capture-not-armed", "no input is armed");
  return *owned_;
}

uint64_t Capture::begin(RecordRequest request) {
  CaptureSession& session = this->session();
  for (const RecordFileSpec& file : request.files) {
    for (const uint32_t channel : file.channels) {
      if (channel >= session.armed().channels.size()) {
        throw CaptureRefused("capture-bad-request", file.path + " asks for an input that is not armed");
      }
    }
  }
  if (request.files.empty()) throw CaptureRefused("capture-bad-request", "no file to record to");
  const int64_t before = request.preRecordFrames < 0 ? session.preRecordFrames() : request.preRecordFrames;
  std::vector<std::unique_ptr<RecordFile>> files;
  try {
    for (RecordFileSpec& spec : request.files) {
      files.push_back(std::make_unique<RecordFile>(std::move(spec), faults_, options_.largestRiffBytes));
      const RecordFile& file = *files.back();
      const int64_t override = freeBytesOverride_;
      if ((override < 0 ? file.freeBytes() : static_cast<uint64_t>(override)) < options_.spareBytes) {
        throw FileError(FileProblem::diskFull, "Could not create " + file.spec().path + ": the disk is full");
      }
    }
    for (const auto& file : files) file->makeDurable();
  } catch (const std::invalid_argument& error) {
    for (const auto& file : files) file->remove();
    throw CaptureRefused("capture-bad-request", error.what());
  } catch (...) {
    for (const auto& file : files) file->remove();
    throw;
  }
  const uint64_t id = nextId_++;
  session.begin(id, std::move(files), std::max<int64_t>(request.beginClock - before, 0));
  return id;
}

bool Capture::end(uint64_t id, int64_t clock) { return owned_ && owned_->end(id, clock); }

void Capture::endAll() {
  if (owned_) owned_->endAll();
}

bool Capture::waitUntilWritten(int64_t timeoutMs) { return !owned_ || owned_->waitUntilWritten(timeoutMs); }

CaptureStatus Capture::status() const {
  CaptureStatus status;
  status.recordings = past_;
  if (owned_) owned_->addTo(status);
  return status;
}

void Capture::forget(uint64_t id) {
  past_.erase(std::remove_if(past_.begin(), past_.end(), [id](const RecordStatus& one) { return one.id == id; }),
              past_.end());
  if (owned_) owned_->forget(id);
}

void Capture::capture(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept {
  inside_ = true;
  if (CaptureSession* session = current_) session->take(in, inputChannels, frames, clock);
  inside_ = false;
}

void Capture::stallWriter(int64_t ms) { stallMs_ = ms; }

void Capture::failWritesAfter(int64_t bytes) {
  faults_.bytesUntilFull = bytes < 0 ? std::numeric_limits<int64_t>::max() : bytes;
}

void Capture::overrideFreeBytes(int64_t bytes) { freeBytesOverride_ = bytes; }

}  // namespace twopop::disk
