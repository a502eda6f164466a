// Mixes any span of a plan in float64, block by block. Sums are taken in the order of the plan (clips of a track,
// tracks of a stem, stems of the master), and every gain is computed from absolute positions, so a sample never
// depends on where a block starts nor on which thread rendered it. No I/O here: samples come through SourceReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "dsp/fade-tables.h"
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

/// Looks at each track on its way into its bus and may put another sound in the place of its clips: the live engine's
/// monitoring, meters and cue sends.
class TrackVisitor {
 public:
  virtual ~TrackVisitor() = default;
  /// Whether the clips of the track are to be mixed at all.
  virtual bool wantsClips(uint32_t track) noexcept = 0;
  /// Before the fader. Where `audible` the buffers hold the sound of the clips, else anything; `right` is null for a mono
  /// track. May change or fill them; returns whether there is a sound now.
  virtual bool beforeFader(uint32_t track, bool audible, size_t frames, double* left, double* right) noexcept = 0;
  /// After the fader, before the pan, of each track with a sound; a mono track shows the same buffer twice.
  virtual void afterFader(uint32_t track, size_t frames, const double* left, const double* right) noexcept = 0;
};

/// Gains of the two sides: equal power for a mono track, balance for a stereo one.
struct PanGains {
  double left = 1, right = 1;
};
PanGains panGains(const PlanTrack& track);

class BlockRenderer {
 public:
  /// Allocates for blocks of up to `maxFrames`. Throws PlanError for a tap whose stem or track is not in the plan.
  /// `fadeTables` are those of mixes before and after this one, where there are any; used here alone.
  BlockRenderer(const Plan& plan, std::vector<Tap> taps, size_t maxFrames, dsp::FadeTables* fadeTables = nullptr);

  /// Renders `frames` (at most `maxFrames`) from `fromSample`; the taps then hold them until the next call.
  void render(SourceReader& reader, int64_t fromSample, size_t frames, TrackVisitor* visitor = nullptr);

  /// Renders no clip, but what the visitor brings, with the faders as they stand at each frame's sample of the timeline.
  void renderVisited(const int64_t* atSamples, size_t frames, TrackVisitor& visitor);

  const double* tap(size_t index) const { return tapBuffers_[index].data(); }

 private:
  /// Gains of a clip's fades; null: computed as they are needed.
  struct ClipFades {
    const double *in = nullptr, *out = nullptr;
  };
  struct Stereo {
    std::vector<double> left, right;
  };

  /// Sums every track that `bring` puts into `track_` (it returns whether there is a sound), with the gains that `gain` puts
  /// into `gain_`.
  template <class Bring, class Gain>
  void renderTracks(size_t frames, TrackVisitor* visitor, Bring bring, Gain gain);
  bool mixClips(SourceReader& reader, uint32_t trackIndex, int64_t fromSample, size_t frames);
  static void addClip(const PlanClip& clip, ClipFades fades, int64_t fromInClip, size_t frames, double* samples, double* track);
  void gainLine(const PlanTrack& track, int64_t fromSample, size_t frames);
  void gainsAt(const PlanTrack& track, const int64_t* atSamples, size_t frames);
  void tapTrack(uint32_t trackIndex, bool audible, size_t frames, PanGains pan);
  void tapStereo(BusKind bus, uint32_t index, const Stereo& from, size_t frames);

  void prepareFades(dsp::FadeTables& shared);

  const Plan& plan_;
  const std::vector<Tap> taps_;
  std::vector<bool> trackNeeded_, trackTapped_, stemTapped_;
  bool masterTapped_ = false;
  Stereo clip_, track_, master_;
  std::vector<PanGains> pans_;
  std::vector<std::vector<ClipFades>> fades_;  // by track and clip
  std::vector<std::shared_ptr<const std::vector<double>>> fadeTables_;
  std::vector<double> gain_;
  std::vector<Stereo> stems_;
  std::vector<std::vector<double>> tapBuffers_;
};

}  // namespace twopop::rt
