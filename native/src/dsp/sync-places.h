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
  /// Windows of the clip that every place is judged by, and those by which the best `kept` of them are.
  size_t fewWindows, manyWindows;
  size_t kept;
};

struct PlaceScore {
  /// Which of the places given.
  size_t place;
  /// Recorder second of camera second 0, were the clocks the same, so that the middle of the overlap fits.
  double offsetSeconds;
  /// Height of the best line over its noise.
  double score;
};

/// Correlates a few windows of the clip at each place and gathers them along lines, as tracking does with many; the best
/// `kept` of the places, best first.
std::vector<PlaceScore> checkPlaces(const SignalReader& camera, const std::vector<const SignalReader*>& recorders,
                                    const std::vector<Place>& places, const PlacesRequest& request, CancelFlag& cancel);

}  // namespace twopop::sync
