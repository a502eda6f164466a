#include "rt/engine-command.h"

#include <cmath>

namespace twopop::rt {
namespace {

bool isSpan(const TimelineSpan& span) {
  return span.isEmpty() || (isPosition(span.from) && (isPosition(span.to) || span.to == kNever));
}

bool isLoop(const TimelineSpan& span) { return span.isEmpty() || (isPosition(span.from) && isPosition(span.to)); }

bool isGain(double gain) { return std::isfinite(gain) && gain >= 0 && gain <= 1e6; }

}  // namespace

bool isValid(const EngineCommand& command) {
  const bool placed = isPosition(command.timelineSample), here = command.timelineSample == kHere;
  switch (command.kind) {
    case CommandKind::roll:
      return placed && command.roll.speed.isValid() && isLoop(command.roll.loop) && isSpan(command.roll.punch) &&
             (command.roll.endSample == kNever || isPosition(command.roll.endSample));
    case CommandKind::stop:
    case CommandKind::end: return placed || here;
    case CommandKind::locate: return placed;
    case CommandKind::speed: return command.speed.isValid();
    case CommandKind::loop: return isLoop(command.loop);
    case CommandKind::punch: return isSpan(command.punch);
    case CommandKind::gains: {
      const MonitorGains& g = command.gains;
      return isGain(g.controlRoom) && isGain(g.dim) && isGain(g.cue) && isGain(g.cueInputs) && isGain(g.talkback);
    }
    case CommandKind::tone: return isGain(command.gain) && command.frequencyHz > 0 && command.frequencyHz < 1e6;
    case CommandKind::impulse: return isGain(std::fabs(command.gain));
  }
  return false;
}

}  // namespace twopop::rt
