// Mixes any span of a plan in float64, block by block. Sums are taken in the order of the plan (clips of a track,
// tracks of a stem, stems of the master), and every gain is computed from absolute positions, so a sample never
// depends on where a block starts nor on which thread rendered it. No I/O here: samples come through SourceReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "plan.h"

namespace twopop::rt {

class SourceReader {
 public:
  virtual ~SourceReader() = default;

  /// Fills `left` (and `right`, unless null) with `frames` samples of `source` from `fromSample`: of `firstChannel` and
  /// of the channel after it (the source's last channel twice). What the source does not hold is silence.
  virtual void read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left,
                    double* right) = 0;
};

enum class BusKind : uint32_t { master, stem, track };
enum class Side : uint32_t { left, right, mono };                         // mono: half of left plus right
enum class TapPoint : uint32_t { preFader, postFader, postPan };          // of a track only

/// One channel that the renderer is asked for. A mono track before its pan has the same sound on every side.
struct Tap {
  BusKind bus = BusKind::master;
  uint32_t index = 0;  // of the stem or track
  Side side = Side::left;
  TapPoint point = TapPoint::postPan;
};

class BlockRenderer {
 public:
  /// Allocates for blocks of up to `maxFrames`. Throws PlanError for a tap whose stem or track is not in the plan.
  BlockRenderer(const Plan& plan, std::vector<Tap> taps, size_t maxFrames);

  /// Renders `frames` (at most `maxFrames`) from `fromSample`; the taps then hold them until the next call.
  void render(SourceReader& reader, int64_t fromSample, size_t frames);

  const double* tap(size_t index) const { return tapBuffers_[index].data(); }

 private:
  struct Stereo {
    std::vector<double> left, right;
  };

  bool mixClips(SourceReader& reader, const PlanTrack& track, int64_t fromSample, size_t frames);
  void gainLine(const PlanTrack& track, int64_t fromSample, size_t frames);
  void tapTrack(uint32_t trackIndex, bool audible, size_t frames, double panLeft, double panRight);
  void tapStereo(BusKind bus, uint32_t index, const Stereo& from, size_t frames);

  const Plan& plan_;
  const std::vector<Tap> taps_;
  std::vector<bool> trackNeeded_, trackTapped_, stemTapped_;
  bool masterTapped_ = false;
  Stereo clip_, track_, master_;
  std::vector<double> gain_;
  std::vector<Stereo> stems_;
  std::vector<std::vector<double>> tapBuffers_;
};

}  // namespace twopop::rt
