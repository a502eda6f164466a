// Recording: keeps every frame that comes in, from the audio callback to files, whatever the disk does meanwhile.
//
//   callback --ring of 10 s--> writer thread --memory of the pre-record--> files --> flushing thread (sizes, durability)
//
// A session takes in the armed channels. Recordings are cut out of it by device clock, also out of what is already past.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "disk/record-file.h"
#include "rt/capture-sink.h"

namespace twopop::disk {

/// `code`: capture-not-armed, capture-busy, capture-bad-request, capture-no-memory.
struct CaptureRefused : std::runtime_error {
  CaptureRefused(std::string code, const std::string& message) : std::runtime_error(message), code(std::move(code)) {}
  std::string code;
};

/// What ended a recording before its time. What was written until then is kept.
struct CaptureProblem {
  std::string code;  // disk-full, file-missing, file-denied, write-failed, clock-broken
  std::string message;
  std::string path;  // of the file that could not be written; empty where none is to blame
  int64_t clock = 0;  // of the first frame that is not in that file
};

/// Frames that were lost between callback and disk: silence in the files, so that what follows stays in its place.
struct LostFrames {
  int64_t clock = 0;
  int64_t frames = 0;
};

/// Makes a list in order no longer than `most`, by joining the nearest neighbours: no loss drops out of it, but what came
/// through between two that were joined counts as lost.
void joinNearest(std::vector<LostFrames>& losses, size_t most);

enum class RecordPhase { waiting, recording, finishing, done, failed };

struct RecordedFile {
  std::string path;
  int64_t frames = 0;         // in the file
  int64_t framesFlushed = 0;  // of them durable, with a header that says so
};

struct RecordStatus {
  uint64_t id = 0;
  RecordPhase phase = RecordPhase::waiting;
  int64_t firstClock = 0;                                    // of the first frame of every file
  int64_t endClock = std::numeric_limits<int64_t>::max();    // as asked for; the largest number: not yet
  int64_t framesOnDisk = 0;                                  // of the shortest file
  int64_t framesFlushed = 0;                                 // of the shortest file
  int64_t missingHeadFrames = 0;                             // silence at the beginning: older than what was kept in memory
  int64_t lostFrames = 0;                                    // within the files
  std::vector<LostFrames> losses;                            // where, in order; of more than 64 the nearest are joined
  std::vector<RecordedFile> files;
  std::optional<CaptureProblem> problem;
};

struct CaptureStatus {
  bool armed = false;
  std::vector<uint32_t> channels;
  int64_t oldestClock = -1;    // of the frames kept in memory; a recording may begin there. -1: no frame came in yet
  int64_t capturedClock = -1;  // of the next frame that comes in
  uint64_t lostFrames = 0;     // of the session
  double ringFill = 0, ringPeak = 0;  // 0..1: now, and the highest of the session
  double secondsKept = 0;             // length of the ring
  uint64_t freeBytes = 0;             // of the fullest disk that is recorded to; 0 where none is
  uint64_t bytesPerSecond = 0;        // of all that is being recorded
  double secondsToFull = -1;          // -1: not recording
  std::vector<RecordStatus> recordings;  // since they began, until they are forgotten
};

struct CaptureOptions {
  double ringSeconds = 10;
  int64_t flushEveryNs = 250'000'000;
  /// A recording stops while so much is left on the disk: the project beside it must still be able to note the take.
  uint64_t spareBytes = uint64_t{16} << 20;
  uint64_t largestRiffBytes = 0xffffffff;
  /// Clock of the flushing; null: the system's monotonic one.
  std::function<int64_t()> nowNs;
};

struct ArmRequest {
  std::vector<uint32_t> channels;  // of the device
  uint32_t sampleRate = 48000;
  double preRecordSeconds = 0;  // 0..60
};

struct RecordRequest {
  std::vector<RecordFileSpec> files;
  int64_t beginClock = 0;
  int64_t preRecordFrames = -1;  // -1: those of the session
};

class CaptureSession;

/// `capture` belongs to the audio thread. Everything else is called from one control thread at a time.
class Capture : public rt::CaptureSink {
 public:
  explicit Capture(CaptureOptions options = {});
  /// Ends and completes what is being recorded.
  ~Capture() override;

  /// Begins a session. Arming what is armed already changes nothing; other channels or another pre-record begin anew,
  /// with what is in memory of the inputs that were armed before, and silence of the others. Throws CaptureRefused:
  /// capture-busy while something is being recorded, capture-no-memory (what was armed stays so).
  void arm(const ArmRequest& request);
  /// Ends what is being recorded where it stands, completes its files and ends the session. Waits for the disk.
  void disarm();

  /// Creates the files and records into them from device clock `beginClock` less the pre-record on, be that ahead or
  /// past; returns the recording's id. The first frame of the files is exactly that clock: frames older than the
  /// session's memory are silence (`missingHeadFrames`). May be called before an earlier recording was completed.
  /// Throws FileError (nothing is left of any file) or CaptureRefused.
  uint64_t begin(RecordRequest request);
  /// The files end before this clock, which may lie ahead or past. Unknown and ended recordings: false.
  bool end(uint64_t id, int64_t clock);
  /// Ends everything with the last frame that came in.
  void endAll();
  /// Waits until all that came in is written and all that ended is complete; false: not within that time.
  bool waitUntilWritten(int64_t timeoutMs);

  CaptureStatus status() const;
  /// Takes a completed or failed recording out of the status.
  void forget(uint64_t id);

  void capture(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept override;

  // Faults, for tests.
  /// The writer thread does nothing for so long.
  void stallWriter(int64_t ms);
  /// The disk says that it is full after so many more bytes of samples; -1: no longer.
  void failWritesAfter(int64_t bytes);
  /// Takes this for the free space of every disk; -1: what the system says.
  void overrideFreeBytes(int64_t bytes);

 private:
  CaptureSession& session();
  void switchTo(CaptureSession* session);
  void retire(CaptureSession& session);

  CaptureOptions options_;
  WriteFaults faults_;
  std::atomic<int64_t> stallMs_{0}, freeBytesOverride_{-1};
  uint64_t nextId_ = 1;
  std::unique_ptr<CaptureSession> owned_;
  std::vector<RecordStatus> past_;  // of sessions that are over
  std::atomic<CaptureSession*> current_{nullptr};
  std::atomic<bool> inside_{false};
};

}  // namespace twopop::disk
