// Correlation kernels for dual-system sync. A camera second t falls on recorder second
// offset + t * (1 + driftPpm * 1e-6); all offsets here are in seconds, lags towards later recorder time positive.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "dsp/sync-signal.h"

namespace twopop::sync {

/// Set to anything but zero by the owner to make a kernel stop early; its result is then worthless.
using CancelFlag = const std::atomic<int32_t>;

struct Candidate {
  double offsetSeconds;
  /// Height over the noise of the search, in standard deviations.
  double score;
};

struct WaveformSearchRequest {
  /// Camera seconds that are looked for; windows are chosen within.
  double cameraFrom, cameraTo;
  size_t mostWindows;
  size_t mostCandidates;
  /// Only offsets in this range are looked at.
  double offsetFrom, offsetTo;
  /// Speed at which the camera is read: 0 unless the clip was pulled.
  double driftPpm;
};

/// Looks for windows of the camera's sound anywhere in the recorder's: phase transform per window, powers summed.
std::vector<Candidate> searchWaveform(const SignalReader& camera, const SignalReader& recorder,
                                      const WaveformSearchRequest& request, CancelFlag& cancel);

struct TrackRequest {
  double cameraFrom, cameraTo;
  double offsetSeconds;     // at camera time 0
  double toleranceSeconds;  // round the offset, at the middle of the range
  double driftPpm;
  double driftRangePpm;
  size_t mostWindows;
  /// How far from the line a path of lost or repeated samples is followed; at least 0.6 s.
  double followSeconds;
};

struct TrackWindow {
  double cameraSeconds;
  /// Height of the correlation on the line, in standard deviations of this window's own noise.
  double score;
  /// Lag of the window's own highest peak from the line, and its height.
  double ownLagSeconds;
  double ownScore;
  /// Lag of the likeliest path through all windows from the line, and the height there. On the line when the line is
  /// too faint to follow.
  double pathLagSeconds;
  double pathScore;
  /// Root mean square of either sound in this window.
  double cameraLevel;
  double recorderLevel;
  /// Height at the lag of each run of the path, the window's own run among them; a new run begins with each jump.
  std::vector<double> runScores;
};

struct TrackResult {
  bool found = false;
  double offsetSeconds = 0;
  double driftPpm = 0;
  /// Height of the sum along the line over its noise, and of the best line at another place (6 ms away and more).
  double score = 0;
  double secondScore = 0;
  double secondOffsetSeconds = 0;
  bool inverted = false;
  std::vector<TrackWindow> windows;
};

/// Correlates windows near an expected offset and finds the straight line of lag over time that gathers the most.
TrackResult trackLine(const SignalReader& camera, const SignalReader& recorder, const TrackRequest& request,
                      CancelFlag& cancel);

struct ChangeRequest {
  /// Camera seconds between which the one line gives way to the other.
  double from, to;
  double beforeOffsetSeconds, afterOffsetSeconds;
  double driftPpm;
  bool inverted;
};

struct ChangeResult {
  bool found = false;
  /// The likeliest camera second of the change, and the range that the sound cannot tell from it.
  double cameraSeconds = 0;
  double fromSeconds = 0;
  double toSeconds = 0;
  /// The wave itself breaks there: known to the sample.
  bool exact = false;
};

/// Where a camera lost or repeated samples: the second at which its sound leaves one line for another.
ChangeResult locateChange(const SignalReader& camera, const SignalReader& recorder, const ChangeRequest& request,
                          CancelFlag& cancel);

struct RefineRequest {
  double cameraFrom, cameraTo;
  double offsetSeconds;
  double driftPpm;
  size_t mostWindows;
  size_t groups;
};

struct RefineGroup {
  double cameraSeconds;
  /// Delay of this stretch from the returned line, seconds; positive when the recorder is later.
  double lagSeconds;
  double score;
};

struct RefineResult {
  bool found = false;
  double offsetSeconds = 0;
  double driftPpm = 0;
  bool inverted = false;
  /// Height of the direct sound, and of the highest arrival, over the noise before it.
  double directScore = 0;
  double mainScore = 0;
  /// How long after the direct sound the highest arrival comes.
  double mainAfterDirectSeconds = 0;
  /// By how much one microphone of the recorder's mix hears after another; 0 where one alone is heard.
  double microphonesApartSeconds = 0;
  std::vector<RefineGroup> groups;
};

/// Full-rate refinement: averages the phase-transformed cross spectra of many windows along the line, finds the first
/// arrival to a fraction of a sample, and the delay of each stretch against the average.
RefineResult refineLine(const SignalReader& camera, const SignalReader& recorder, const RefineRequest& request,
                        CancelFlag& cancel);

}  // namespace twopop::sync
