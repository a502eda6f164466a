// Linear timecode (SMPTE 12M) on an audio channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::sync {

/// One decoded timecode word.
struct LtcWord {
  int hours, minutes, seconds, frames;
  bool dropFrame;
  /// Sample at which the word's first bit begins, on the channel's own clock.
  double startSample;
  /// Length of the word in samples.
  double lengthSamples;
};

/// Reads a biphase-mark timecode signal in one pass, whatever its level, polarity, direction being forward only.
class LtcReader {
 public:
  explicit LtcReader(double sampleRate);
  void push(const float* samples, size_t count);
  /// Passes over sound that need not be read.
  void skip(size_t count);
  int64_t position() const { return position_; }
  const std::vector<LtcWord>& words() const { return words_; }

 private:
  void edge(double at);
  void bit(int value, double startsAt, double endsAt);

  double sampleRate_;
  int64_t position_ = 0;
  float previous_ = 0;
  float envelope_ = 0;
  bool high_ = false;
  double lastCrossing_ = 0;  // where the signal last crossed zero, between samples
  double lastEdge_ = -1;
  double cell_ = 0;          // length of a whole bit, samples
  double halfStart_ = -1;    // start of a bit whose first half has been seen
  uint64_t low_ = 0;         // the last 80 bits
  uint16_t high16_ = 0;
  std::vector<double> bitStarts_;
  size_t bitCount_ = 0;
  std::vector<LtcWord> words_;
};

}  // namespace twopop::sync
