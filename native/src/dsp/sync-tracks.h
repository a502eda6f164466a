// What the microphones of a recorder file are worth over a stretch of it, from windows of all its channels.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "dsp/sync-signal.h"

namespace twopop::sync {

struct TrackMeasure {
  /// Mean of the loudest tenth of 20 ms frames, dBFS; -144 for silence.
  double levelDbfs = -144;
  /// Loudest tenth over quietest twentieth of 21 ms frames, 300 Hz to 5 kHz.
  double snrDb = 0;
  /// Direct over reverberant sound, dB; only where `reverberationTold`.
  double directToReverberantDb = 0;
  bool reverberationTold = false;
  /// Samples held at full scale or at a ceiling of the channel's own, and in how many runs.
  int64_t clippedSamples = 0;
  int64_t clippedRuns = 0;
  /// Against the reference: 1 in phase, -1 inverted, 0 not told; and how much later it hears, where told.
  int polarity = 0;
  double delaySeconds = 0;
  bool delayTold = false;
  /// The channel of which this one is a copy, or -1.
  int copyOf = -1;
  /// It is a sum of others.
  bool sum = false;
  /// Share of the time in which this channel alone is loud: cloth, handling, wind.
  double aloneShare = 0;
};

/// Takes windows of about a second, each of all channels, and measures the channels against themselves and each other.
class TrackAssessment {
 public:
  TrackAssessment(size_t channels, double sampleRate);
  /// `planes[c]` holds `frames` finite samples of channel c.
  void window(const float* const* planes, size_t frames);
  std::vector<TrackMeasure> finish();

 private:
  static constexpr size_t kBands = 5;
  /// One channel over all windows.
  struct Track {
    std::vector<float> bands;        // frame after frame, kBands each
    std::vector<float> levels;       // mean squares of 20 ms frames, full rate
    std::vector<float> crossReal, crossImaginary, power;  // against the reference, summed
    float peak = 0;
    int64_t fullScaleSamples = 0, fullScaleRuns = 0;
    float ceiling = 0;               // of flat tops
    int64_t ceilingSamples = 0, ceilingRuns = 0;
  };

  void measureLevels(Track& track, const float* samples, size_t frames) const;
  void countClipping(Track& track, const float* samples, size_t frames) const;
  void measureBands(Track& track, const std::vector<float>& low) const;
  void measureCross();
  void measureSums();
  void tellReverberation(const Track& track, TrackMeasure& measure) const;
  void tellPolarity(const Track& track, const Track& reference, TrackMeasure& measure) const;
  void tellSums(std::vector<TrackMeasure>& measures) const;
  void tellAlone(std::vector<TrackMeasure>& measures) const;

  size_t channels_;
  double sampleRate_;
  size_t decimation_;
  double lowRate_;
  std::vector<float> taps_;
  std::vector<Track> tracks_;
  std::vector<size_t> windowFrames_;        // of bands, window after window
  std::vector<std::vector<float>> low_;     // of the window at hand
  std::vector<std::vector<double>> products_;  // window after window: channels x channels
  size_t reference_ = 0;
  bool referenceChosen_ = false;
};

/// Beginnings, in seconds and in order, of up to `most` windows among those spread over a stretch of a source: three in
/// four are those with the most speech, the rest the quietest (but not digital silence), which tell the noise.
std::vector<double> speechWindows(const SignalReader& source, double fromSeconds, double toSeconds, double windowSeconds,
                                  size_t most);

}  // namespace twopop::sync
