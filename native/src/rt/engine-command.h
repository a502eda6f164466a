// What the control side tells the callback, and what it hears of it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "rt/transport.h"

namespace twopop::rt {

struct EngineFormat {
  uint32_t sampleRate = 48000;
  uint32_t inputChannels = 2, outputChannels = 2;
  uint32_t maxFrames = 4096;  // larger blocks are taken in parts
};

enum class CommandKind : uint32_t {
  /// Plays from `timelineSample`: fields of `roll`.
  roll,
  /// Stands, after a fade of 5 ms. `timelineSample`: where the playhead goes (return), kHere: where it is. Without a clock it
  /// also takes back what was told before it to roll at a later clock.
  stop,
  /// Goes to `timelineSample` and stands or rolls on as it did; an end that lies behind it is forgotten.
  locate,
  /// Changes `speed` and `pitch` while rolling; while it stands it rolls off from there.
  speed,
  /// Changes `loop` (empty: none) from the position where it is.
  loop,
  /// Changes the end: `timelineSample`, kNever: none. One that lies behind the playhead is none.
  end,
  /// Changes `punch` (empty: none).
  punch,
  /// Changes `gains`.
  gains,
  /// A sine on `output`, of `frequencyHz` and `gain`, begins at the very clock; gain 0: dies away within 1 ms. One at a time.
  tone,
  /// One sample of height `gain` on `output` at the very clock, on top of whatever sounds there.
  impulse,
};

constexpr int64_t kHere = kNever;

struct RollRequest {
  Speed speed;
  Pitch pitch = Pitch::withSpeed;
  TimelineSpan loop;
  int64_t endSample = kNever;  // that lies behind: none
  TimelineSpan punch;
  /// Begins with a fade of 5 ms; else with the very first sample. Where inputs give way to tracks there is one always.
  bool fadeIn = false;
};

/// Linear; each change takes 5 ms.
struct MonitorGains {
  double controlRoom = 1;
  double dim = 0.1;  // while dimmed
  bool dimmed = false, muted = false;
  double cue = 1;
  double cueInputs = 1;  // of inputs that are heard on a track, before the fader
  double talkback = 0;   // of the scene's talkback input into the cue; 0: off
};

struct EngineCommand {
  CommandKind kind = CommandKind::stop;
  /// Takes effect at that frame exactly; 0 (none) or past: with the next block (past ones are counted as late).
  int64_t atClock = 0;
  int64_t timelineSample = kHere;
  RollRequest roll;
  Speed speed;
  Pitch pitch = Pitch::withSpeed;
  TimelineSpan loop, punch;
  MonitorGains gains;
  uint32_t output = 0;
  double frequencyHz = 1000, gain = 0;
};

/// Whether the callback can do it: speeds of -8 to 8 but not 0, numbers that are numbers.
bool isValid(const EngineCommand& command);

struct EngineSnapshot {
  int64_t clock = 0;    // first frame of the block last begun
  int64_t clockNs = 0;  // when that was
  /// Positions at any clock from here on, as far as nobody sends a command: transport.h. It may begin within the block.
  Motion motion;
  int64_t timelineSample = 0;  // at `clock`
  bool punchedIn = false;
  uint64_t sceneId = 0;   // of the scene that is heard; 0: none yet
  uint64_t commands = 0;  // that took effect
  uint64_t taken = 0;     // of those posted: they have taken effect, or wait for their clock, or were taken back
  double loadMean = 0;    // time in the callback over the period, over about a second
  double loadPeak = 0;    // highest of the last one to two seconds
  uint64_t blocks = 0;
  uint64_t missedFrames = 0;      // see PageGate
  uint64_t lateCommands = 0;      // came after the clock they were meant for
  uint64_t notNumbers = 0;        // output samples that were not finite: silence in their place
  uint64_t cutFades = 0;          // changes that came so thick that a fade was cut short
};

}  // namespace twopop::rt
