// A quick look at many places: which of them deserve to be tracked.
#pragma once

#include <cstdint>
#include <vector>

#include "dsp/sync-correlate.h"

namespace twopop::sync {

struct Place {
  size_t recorder;
  double offsetSeconds;
};

struct PlacesRequest {
  /// The part of the clip that is looked for, camera seconds.
  double cameraFrom, cameraTo;
  /// How far from a place is looked, at the middle of the overlap; at most 0.6 s.
  double toleranceSeconds;
  double driftRangePpm;
  /// Round by round: by how many windows of the clip a place is judged, and how many places then go on.
  struct Round {
    size_t windows, kept;
  };
  std::vector<Round> rounds;
};

struct PlaceScore {
  /// Which of the places given.
  size_t place;
  /// Recorder second of camera second 0, were the clocks the same, so that the middle of the overlap fits.
  double offsetSeconds;
  /// Height of the best line over its noise.
  double score;
};

/// Correlates a few windows of the clip at each place and gathers them along lines, as tracking does with many; those
/// that came through all rounds, best first.
std::vector<PlaceScore> checkPlaces(const SignalReader& camera, const std::vector<const SignalReader*>& recorders,
                                    const std::vector<Place>& places, const PlacesRequest& request, CancelFlag& cancel);

}  // namespace twopop::sync
