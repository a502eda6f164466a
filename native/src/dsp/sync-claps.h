// Transients and slate claps in one pass over the decimated sound.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::sync {

/// A sudden sound: when it arrives, and how much it has of a slate's clap.
struct Transient {
  double seconds;
  /// Its loudest millisecond over the loud moments of the whole sound (the 99th percentile), dB; 1 to 5 kHz.
  float loudnessDb;
  /// 0 to 1: a clap is loud, sudden in every band, rough as noise, and gone within a tenth of a second.
  float clapLikeness;
};

/// Takes sound at 12 kHz (see sync-signal.h) in pieces of any size; memory is bounded whatever the length.
///
/// The power of each millisecond between 1 and 5 kHz is compared with what came before: a transient is three
/// milliseconds that stand out from each of the eighty before. What is left is measured in three octaves, and when the
/// sound has ended it is judged against the range between its pauses and its loud moments: in a clean recording a clap
/// rises by 20 dB and more, under camera noise by 6.
class ClapFinder {
 public:
  ClapFinder();
  void push(const float* low, size_t count);
  /// Judges what was found against the whole sound. Nothing may be pushed after it.
  void finish();
  /// After `finish`: the loudest transients in order of time, at most `kMostTransients`.
  const std::vector<Transient>& transients() const { return transients_; }

  static constexpr size_t kMostTransients = 256;

 private:
  static constexpr size_t kBlock = 12;      // 1 ms
  static constexpr size_t kBatch = 1536;    // samples taken at once
  static constexpr size_t kSamplesKept = 4096, kBlocksKept = 384;  // behind what is taken, for what is judged later
  static constexpr size_t kHistory = 9;     // powers before a batch that its first decisions need
  static constexpr size_t kLevels = 512;

  /// What is measured while its surroundings are at hand.
  struct Sudden {
    double seconds;
    float power;
    float leastRiseDb, meanRiseDb;       // by octaves, over the loudest moments of the eighty milliseconds before
    float earlyDecayDb, lateDecayDb;     // 40 to 70 and 90 to 130 ms after
    float tiltDb;                        // highest octave over lowest
    int milliseconds;                    // until it has fallen by 10 dB
  };

  void takeBatch(size_t count);
  bool standsOut(int64_t block) const;
  void judge(int64_t block);
  float percentile(double share) const;
  float clapScore(const Sudden& sudden, float loud, double rangeDb) const;
  template <size_t N>
  static void slide(std::array<float, N>& values, int64_t& from, int64_t end, size_t held, size_t kept);
  float powerAt(int64_t block) const { return powers_[static_cast<size_t>(block - powersFrom_)]; }
  float meanPower(int64_t from, int64_t to) const;
  float sampleAt(int64_t at) const { return samples_[static_cast<size_t>(at - samplesFrom_)]; }
  double onset(int64_t from, int64_t to) const;
  void keepLoudest();

  int64_t pushed_ = 0;        // samples taken
  int64_t blocks_ = 0;        // powers worked out
  int64_t deafUntil_ = 0;     // no new beginning before this block
  std::vector<int64_t> begun_;
  // Before the first sample lies silence.
  int64_t samplesFrom_ = -static_cast<int64_t>(kSamplesKept), powersFrom_ = -static_cast<int64_t>(kBlocksKept);
  std::array<float, 2 * kSamplesKept> samples_{};
  std::array<float, kBatch + 2 * kBlocksKept> powers_{};
  std::array<std::array<uint32_t, kLevels>, 2> histogram_{};  // of powers, in half octaves; of even and odd blocks
  float loudSoFar_ = 0;
  double rangeSoFarDb_ = 0;
  size_t held_ = 0;           // samples that came after those taken
  std::vector<Sudden> sudden_;
  std::vector<Transient> transients_;
};

}  // namespace twopop::sync
