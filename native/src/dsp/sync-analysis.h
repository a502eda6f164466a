// One pass over a source's sound as it is decoded: mix to mono, decimate, band envelopes, levels.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dsp/sync-claps.h"
#include "dsp/sync-ltc.h"
#include "dsp/sync-signal.h"

namespace twopop::sync {

/// Levels of one channel of a source.
struct ChannelLevels {
  double squareSum = 0;
  float peak = 0;
  /// Correlation with channel 0, as a sum of products.
  double productWithFirst = 0;
  LtcReader ltc{kFullRate};
};

/// Takes sound at 48 kHz, channel by channel, in pieces of any size.
class SourceAnalysis {
 public:
  /// Which channels are mixed to mono. Without any, the first seconds tell: channels that carry timecode are left out,
  /// and so are channels that do not run together with the first that sounds. Channels beyond 64 are never mixed.
  SourceAnalysis(size_t channels, uint64_t channelMask, SignalWriter& writer);

  /// `planes[c]` holds `frames` finite samples of channel c.
  void push(const float* const* planes, size_t frames);
  /// Interleaved samples that may be anything: what is not a number or infinite becomes silence.
  void pushInterleaved(const float* interleaved, size_t frames);
  /// Flushes the filters and finishes the features. Nothing may be pushed after it.
  void finish();

  int64_t frames() const { return frames_; }
  /// The channels that were mixed, once any sound came through.
  uint64_t mixed() const { return mask_; }
  const std::vector<ChannelLevels>& channels() const { return levels_; }
  std::vector<float> takeFeatures() { return std::move(features_); }
  /// Root mean square and peak of the mono mix.
  double rms() const;
  float peak() const { return peak_; }
  /// Share of 20 ms frames of the mix that are louder than digital silence (-100 dBFS).
  double soundingShare() const;
  /// How much the level of the speech band moves, in dB between the 10th and the 90th percentile of 20 ms frames.
  double levelRangeDb() const { return levelRangeDb_; }
  /// Sudden sounds of the mix, after `finish`.
  const std::vector<Transient>& transients() const { return claps_.transients(); }

 private:
  void measure(const float* const* planes, size_t frames);
  void chooseMix();
  void mixHead();
  void mix(const float* const* planes, size_t frames);
  void pushMono(const float* samples, size_t count);
  void pushLow(const float* samples, size_t count);
  void featureFrame(const float* window);
  void normaliseFeatures();

  size_t channels_;
  uint64_t mask_;
  SignalWriter& writer_;
  std::vector<ChannelLevels> levels_;
  int64_t frames_ = 0;
  double squareSum_ = 0;
  float peak_ = 0;
  int64_t framesHeard_ = 0;
  int64_t soundingFrames_ = 0;
  double levelRangeDb_ = 0;
  ClapFinder claps_;

  std::vector<std::vector<float>> head_;    // channels while it is not known yet which are mixed
  std::vector<std::vector<float>> planes_;  // of interleaved sound
  std::vector<float> mono_;
  std::vector<float> pendingFull_;   // full-rate samples not yet through the decimator
  std::vector<float> pendingLow_;    // low-rate samples not yet framed
  std::vector<float> lowOut_;
  std::vector<float> frameEnergies_; // frame after frame, kFeatureBands each
  std::vector<float> features_;
};

/// The mean of the channels in the mask, held to ±64; `planes[c]` may be null for channels outside it.
void mixChannels(const float* const* planes, size_t channels, uint64_t mask, size_t frames, float* into);

}  // namespace twopop::sync
