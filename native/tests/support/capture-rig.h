// A recorder with a known sound for its input, and the files that come of it.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "check.h"
#include "support/recorded-wave.h"

namespace recorded {

constexpr int64_t kPatienceMs = 60'000;  // reached only where something hangs

struct CaptureRig {
  /// Armed with these channels of a device of `inputs`.
  CaptureRig(std::vector<uint32_t> channels, uint32_t inputs, double preRecordSeconds = 0, twopop::disk::CaptureOptions options = {})
      : capture(std::move(options)), source(capture, inputs) {
    capture.arm({std::move(channels), 48000, preRecordSeconds});
  }

  std::string path(const std::string& name) const { return folder.file(name); }
  /// Begins a recording of files, each of channels of the session, at a clock; `preRecordFrames` -1: the session's.
  uint64_t begin(const std::vector<std::pair<std::string, std::vector<uint32_t>>>& files, int64_t beginClock,
                 int64_t preRecordFrames = -1) {
    twopop::disk::RecordRequest request;
    for (const auto& [name, channels] : files) request.files.push_back(spec(path(name), channels));
    request.beginClock = beginClock;
    request.preRecordFrames = preRecordFrames;
    return capture.begin(std::move(request));
  }
  /// The same of one file of the session's first channel, from the next frame that comes in.
  uint64_t begin(const std::string& name) { return begin({{name, {0}}}, source.clock); }

  bool written() { return capture.waitUntilWritten(kPatienceMs); }
  /// Ends it at a clock and waits for the disk.
  bool end(uint64_t id, int64_t clock) { return capture.end(id, clock) && written(); }
  Wave wave(const std::string& name) const { return read(path(name)); }
  /// The only recording.
  twopop::disk::RecordStatus only() const {
    const auto status = capture.status();
    if (status.recordings.size() != 1) throw std::runtime_error("one recording was expected");
    return status.recordings.front();
  }

  check::TemporaryFolder folder;
  twopop::disk::Capture capture;
  Source source;
};

}  // namespace recorded
