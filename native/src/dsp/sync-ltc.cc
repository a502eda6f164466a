#include "dsp/sync-ltc.h"

#include <cmath>
#include <cstddef>

namespace twopop::sync {

namespace {
// A timecode bit lasts between 1/2400 s (30 fps) and 1/1920 s (24 fps); a third more either way allows varied speed.
constexpr double kShortestBitSeconds = 1.0 / 3200.0;
constexpr double kLongestBitSeconds = 1.0 / 1440.0;
constexpr size_t kWordBits = 80;
constexpr size_t kMostWords = 1 << 20;
}  // namespace

LtcReader::LtcReader(double sampleRate) : sampleRate_(sampleRate), bitStarts_(kWordBits, 0.0) {}

void LtcReader::skip(size_t count) {
  position_ += static_cast<int64_t>(count);
  lastEdge_ = -1;
  halfStart_ = -1;
  cell_ = 0;
  bitCount_ = 0;
}

void LtcReader::push(const float* samples, size_t count) {
  for (size_t i = 0; i < count; ++i, ++position_) {
    const float value = samples[i];
    const float size = std::fabs(value);
    envelope_ = size > envelope_ ? size : envelope_ * 0.9995f;
    if ((previous_ < 0) != (value < 0)) {
      const double fraction = previous_ == value ? 0 : previous_ / (static_cast<double>(previous_) - value);
      lastCrossing_ = static_cast<double>(position_) - 1 + fraction;
    }
    // An edge counts only when the signal goes a good way to the other side, so that noise round zero is no edge.
    const float threshold = 0.3f * envelope_;
    if (envelope_ > 1e-4f && ((high_ && value < -threshold) || (!high_ && value > threshold))) {
      high_ = !high_;
      edge(lastCrossing_);
    }
    previous_ = value;
  }
}

void LtcReader::edge(double at) {
  const double length = at - lastEdge_;
  const bool first = lastEdge_ < 0;
  const double from = lastEdge_;
  lastEdge_ = at;
  const double shortest = kShortestBitSeconds * sampleRate_, longest = kLongestBitSeconds * sampleRate_;
  if (first || length < 0.4 * shortest || length > longest) {
    halfStart_ = -1;
    cell_ = 0;
    bitCount_ = 0;
    return;
  }
  if (cell_ == 0) {
    if (length < 0.75 * shortest) return;  // a half bit cannot start the reading: wait for a whole one
    cell_ = length;
  }
  if (length > 0.75 * cell_) {
    halfStart_ = -1;
    cell_ += 0.05 * (length - cell_);
    bit(0, from, at);
  } else if (halfStart_ < 0) {
    halfStart_ = from;
  } else {
    cell_ += 0.05 * (at - halfStart_ - cell_);
    bit(1, halfStart_, at);
    halfStart_ = -1;
  }
}

void LtcReader::bit(int value, double startsAt, double endsAt) {
  // Bits 0 to 63 of the word live in `low_`, the sync word in `high16_`; each new bit pushes all down by one.
  low_ = (low_ >> 1) | (static_cast<uint64_t>(high16_ & 1) << 63);
  high16_ = static_cast<uint16_t>((high16_ >> 1) | (value << 15));
  const double wordStart = bitStarts_[(bitCount_ + 1) % kWordBits];
  bitStarts_[bitCount_ % kWordBits] = startsAt;
  ++bitCount_;
  constexpr uint16_t kSyncWord = 0xBFFC;  // 0011 1111 1111 1101, first bit lowest
  if (bitCount_ >= kWordBits && high16_ == kSyncWord && words_.size() < kMostWords) {
    const uint64_t data = low_;
    const auto field = [&](int at, int bits) { return static_cast<int>((data >> at) & ((1u << bits) - 1)); };
    LtcWord word;
    word.frames = field(0, 4) + 10 * field(8, 2);
    word.dropFrame = field(10, 1) != 0;
    word.seconds = field(16, 4) + 10 * field(24, 3);
    word.minutes = field(32, 4) + 10 * field(40, 3);
    word.hours = field(48, 4) + 10 * field(56, 2);
    word.startSample = wordStart;
    word.lengthSamples = endsAt - wordStart;
    if (word.frames < 60 && word.seconds < 60 && word.minutes < 60 && word.hours < 24) words_.push_back(word);
  }
}

}  // namespace twopop::sync
