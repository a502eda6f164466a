// One session of recording: from arming to disarming. See capture.h.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "disk/capture-history.h"
#include "disk/capture.h"
#include "spsc-ring.h"

namespace twopop::disk {

/// Three threads meet here: the callback (`take`), the writer (ring to memory to files) and the flusher (sizes,
/// durability, completion). The control side talks to the last two under a lock that none of them holds at work.
class CaptureSession {
 public:
  /// Frames that go from the ring to memory, and from there to the files, at a time.
  static constexpr size_t kChunkFrames = 4096;

  /// With `heir` nothing is written until `inherit` was called; what comes in waits in the ring.
  CaptureSession(const CaptureOptions& options, const ArmRequest& request, bool heir, std::atomic<int64_t>& stallMs,
                 const std::atomic<int64_t>& freeBytesOverride);
  ~CaptureSession();
  /// Ends and completes everything, and the threads. The callback must have been detached.
  void finish();
  /// Takes over what the session before, which is finished, kept of the inputs that both have.
  void inherit(const CaptureSession& before);

  const ArmRequest& armed() const { return armed_; }
  int64_t preRecordFrames() const { return preRecordFrames_; }

  void take(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept;

  void begin(uint64_t id, std::vector<std::unique_ptr<RecordFile>> files, int64_t firstClock);
  bool end(uint64_t id, int64_t clock);
  void endAll();
  /// Whether anything is being recorded, or waits to be.
  bool recording() const;
  bool waitUntilWritten(int64_t timeoutMs) const;
  void addTo(CaptureStatus& status) const;
  void forget(uint64_t id);

 private:
  /// Frames lost after so many that came through.
  struct Gap {
    int64_t afterFrames;
    int64_t frames;
  };
  struct Recording {
    uint64_t id = 0;
    int64_t firstClock = 0;
    std::vector<std::unique_ptr<RecordFile>> files;
    int64_t cursor = 0;  // of the writer: clock of the next frame that is written
    std::atomic<int64_t> endClock{std::numeric_limits<int64_t>::max()}, missingHeadFrames{0};
    std::atomic<RecordPhase> phase{RecordPhase::waiting};
    std::atomic<bool> failed{false};
    std::optional<CaptureProblem> problem;  // under the lock
    bool active() const {
      const RecordPhase now = phase;
      return now == RecordPhase::waiting || now == RecordPhase::recording;
    }
  };
  using Recordings = std::vector<std::shared_ptr<Recording>>;

  // Callback (and, once it is detached, the destructor).
  void lose(int64_t frames) noexcept;
  bool publishGap() noexcept;

  // Writer.
  void write();
  bool moveIn(const Recordings& recordings);
  bool advance(Recording& recording);
  void noteGap(int64_t clock, int64_t frames);

  // Flusher.
  void flush();
  void refresh(Recording& recording);
  void complete(Recording& recording);
  void measureDisks(const Recordings& recordings);

  void fail(Recording& recording, const char* code, const std::string& message, const RecordFile* file);
  void fail(Recording& recording, const FileError& error, const RecordFile* file);
  Recordings listed() const;
  RecordStatus statusOf(const Recording& recording) const;

  const CaptureOptions options_;
  const ArmRequest armed_;
  const size_t channels_;
  const int64_t preRecordFrames_;
  std::atomic<int64_t>& stallMs_;
  const std::atomic<int64_t>& freeBytesOverride_;

  // Callback to writer.
  SpscRing<float> ring_;
  SpscRing<Gap> gaps_;
  std::vector<float> gathered_;
  int64_t pendingLost_ = 0, published_ = 0;  // frames
  std::atomic<int64_t> firstClock_{-1}, nextClock_{-1};
  std::atomic<int64_t> resolvedClock_{-1};  // up to here the writer can know everything
  std::atomic<int64_t> lost_{0};
  std::atomic<bool> broken_{false};

  // Writer.
  CaptureHistory history_;
  std::vector<float> chunk_;
  int64_t taken_ = 0;       // frames read from the ring
  int64_t silenceLeft_ = 0;  // of a gap that is being passed on
  bool started_ = false;
  std::atomic<int64_t> oldestClock_{-1}, writtenClock_{-1};
  std::atomic<double> ringPeak_{0};

  // Flusher.
  std::atomic<int64_t> freeBytes_{0}, reservedBytes_{0};

  mutable std::mutex mutex_;
  std::condition_variable writerWake_, flusherWake_;
  Recordings recordings_;           // under the lock
  std::vector<LostFrames> losses_;  // under the lock; the latest
  bool waitsForHeritage_, closing_ = false, writerDone_ = false;  // under the lock
  std::thread writer_, flusher_;
};

}  // namespace twopop::disk
