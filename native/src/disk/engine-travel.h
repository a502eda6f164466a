// The engine's transport as what reading ahead wants to know of it.
#pragma once

#include "disk/wanted-pages.h"
#include "rt/engine-command.h"

namespace twopop::disk {

inline Travel travelOf(const rt::EngineSnapshot& snapshot) {
  const rt::Motion& motion = snapshot.motion;
  Travel travel;
  travel.timeline = snapshot.timelineSample;
  travel.speed = motion.rolling ? motion.speed.value() : 0;
  travel.looping = motion.loops();
  travel.pitch = motion.pitch;
  travel.loopFrom = motion.loop.from;
  travel.loopTo = motion.loop.to;
  return travel;
}

/// Where a roll that is going to be asked for begins: to be kept ready before it is.
inline Travel travelOf(int64_t fromSample, const rt::RollRequest& request) {
  rt::EngineSnapshot snapshot;
  snapshot.timelineSample = fromSample;
  snapshot.motion.rolling = true;
  snapshot.motion.fromSample = fromSample;
  snapshot.motion.speed = request.speed;
  snapshot.motion.pitch = request.pitch;
  snapshot.motion.loop = request.loop;
  return travelOf(snapshot);
}

}  // namespace twopop::disk
