// The audio callback: plays scenes along the transport, monitors inputs, meters, and hands every block to the recorder.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "rt/capture-sink.h"
#include "rt/command-queue.h"
#include "rt/engine-command.h"
#include "rt/load-meter.h"
#include "rt/output-mix.h"
#include "rt/page-reader.h"
#include "rt/scene.h"
#include "rt/seqlock.h"
#include "rt/voice-stack.h"
#include "spsc-ring.h"

namespace twopop::rt {

/// `process` belongs to the audio thread and never waits, allocates or calls the system. Everything else is called from one
/// control thread at a time, at any time.
class Engine {
 public:
  /// `gate` (may be null) and `capture` outlive the engine. Throws std::invalid_argument for a format that is none.
  Engine(EngineFormat format, PageGate* gate, CaptureSink& capture);
  /// No callback may be under way nor come any more.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// One block, interleaved. `in` may be null (silence came in), `out` too (nobody listens). `monotonicNs` is the time of
  /// its first frame's clock.
  void process(const float* in, float* out, size_t frames, int64_t monotonicNs) noexcept;

  /// false: the queue is full, try again. Throws std::invalid_argument for a command that isValid() refuses.
  bool post(const EngineCommand& command);
  /// Commands posted so far; `snapshot().taken` reaches it when the callback has them.
  uint64_t posted() const { return posted_; }
  /// Hands over a scene, heard from the next block on, faded in over kSceneFadeFrames; of several at once the last. False:
  /// as many as kMostScenes are under way (no callback runs); `scene` stays with the caller then.
  bool publish(std::unique_ptr<Scene>& scene);
  /// Frees the scenes that are not heard any more. publish() does it too.
  void collectRetired();
  /// Number of the scene last published; `snapshot().sceneId` reaches it when it is heard.
  uint64_t publishedId() const { return publishedId_; }

  EngineSnapshot snapshot() const { return snapshot_.load(); }
  const EngineFormat& format() const { return format_; }

  static constexpr uint32_t kSceneFadeFrames = 256;
  static constexpr double kRampSeconds = 0.005;
  static constexpr size_t kMostScenes = 8;

 private:
  void processPart(const float* in, float* out, size_t frames) noexcept;
  void takeScene() noexcept;
  void apply(const EngineCommand& command) noexcept;
  void roll(int64_t fromSample, const RollRequest& request) noexcept;
  void stand(int64_t atSample) noexcept;
  void changeSpeed(const Speed& speed, Pitch pitch) noexcept;
  void changeLoop(const TimelineSpan& loop) noexcept;
  void settle() noexcept;
  void takeOver(Scene* scene, const Motion& motion, TakeOver how, uint32_t fadeFrames) noexcept;
  void retire() noexcept;
  size_t stretch(size_t most) const noexcept;

  const EngineFormat format_;
  const uint32_t rampFrames_;
  PageGate* const gate_;
  CaptureSink& capture_;
  const std::vector<float> silence_;
  std::vector<float> unheard_;

  // The callback's.
  int64_t clock_ = 0;
  Scene* scene_ = nullptr;
  VoiceStack voices_;
  OutputMix output_;
  CommandQueue commands_;
  LoadMeter load_;
  EngineSnapshot state_;
  struct Impulse {
    uint32_t output = 0;
    double gain = 0;
  };
  std::vector<Impulse> impulses_;  // of the frame that is next
  size_t impulseCount_ = 0;

  // Between the two.
  SpscRing<Scene*> incoming_, retired_;
  Seqlock<EngineSnapshot> snapshot_;

  // The control side's.
  size_t scenesUnderWay_ = 0;
  uint64_t publishedId_ = 0, posted_ = 0;
};

}  // namespace twopop::rt
