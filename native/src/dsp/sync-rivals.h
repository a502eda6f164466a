// Which of two places that hold the same song a clip was recorded at: by what is left of either without the other.
#pragma once

#include <cstddef>
#include <vector>

#include "dsp/sync-correlate.h"

namespace twopop::sync {

struct RivalLine {
  double offsetSeconds;
  double driftPpm;
};

struct RivalsRequest {
  double cameraFrom, cameraTo;
  /// Where the clip lies at the one place and at the other.
  RivalLine first, second;
  size_t mostWindows;
};

/// What a window of the clip has of what one place holds and the other does not, in standard deviations of the same at
/// lags where neither place is; of the same sign as the whole sound of the place where positive. What is taken away from
/// the one place brings the other's own sound in upside down: a place is wrong where it is negative.
struct RivalsWindow {
  double cameraSeconds;
  double first, second;
};

struct RivalsResult {
  bool found = false;
  /// Over all windows.
  double first = 0, second = 0;
  /// The same of the first place's own sound instead of the clip's: what a clip of that place would have at the most.
  double firstInFirst = 0, secondInFirst = 0;
  /// Share of the sound of either place that the other does not hold.
  double firstOwn = 1, secondOwn = 1;
  std::vector<RivalsWindow> windows;
};

/// Estimates, bin by bin over the windows of the overlap, the filter that makes of the one place's sound the other's, and
/// takes away what is common; the clip is then correlated with what is left of either. The second place may be laid
/// 12 ms from where its song is the first's: it is laid to it first. `found` is false where there are too few windows to
/// tell a filter, or where the clip does not hold the song at one lag of both.
RivalsResult compareRivals(const SignalReader& camera, const SignalReader& first, const SignalReader& second,
                           const RivalsRequest& request, CancelFlag& cancel);

}  // namespace twopop::sync
