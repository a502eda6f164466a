#include "rt/renderer.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "dsp/fade-curve.h"
#include "rt/flush-denormals.h"

namespace twopop::rt {
namespace {

void add(const double* from, size_t frames, double* to) {
  for (size_t i = 0; i < frames; i++) to[i] += from[i];
}

void addScaled(const double* from, double gain, size_t frames, double* to) {
  for (size_t i = 0; i < frames; i++) to[i] += from[i] * gain;
}

void multiply(const double* gains, size_t frames, double* samples) {
  for (size_t i = 0; i < frames; i++) samples[i] *= gains[i];
}

/// The first point after a sample: the line there runs from the point before it.
size_t nextPoint(const std::vector<PlanGainPoint>& points, int64_t sample) {
  const auto next = std::upper_bound(points.begin(), points.end(), sample,
                                     [](int64_t at, const PlanGainPoint& point) { return at < point.sample; });
  return static_cast<size_t>(next - points.begin());
}

/// The fader at one sample, to the bit as in a line of them.
double gainAt(const PlanTrack& track, int64_t sample) {
  const auto& points = track.points;
  if (points.empty()) return track.gain;
  const size_t next = nextPoint(points, sample);
  if (next == 0 || next == points.size()) return points[next == 0 ? 0 : next - 1].gain * track.gain;
  const PlanGainPoint &a = points[next - 1], &b = points[next];
  const double slope = (b.gain - a.gain) / static_cast<double>(b.sample - a.sample);
  return (a.gain + slope * static_cast<double>(sample - a.sample)) * track.gain;
}

}  // namespace

PanGains panGains(const PlanTrack& track) {
  if (track.channelCount == 1) {
    return {std::cos((track.pan + 1) * dsp::kPi / 4), std::sin((track.pan + 1) * dsp::kPi / 4)};
  }
  return {std::min(1.0, 1 - track.pan), std::min(1.0, 1 + track.pan)};
}

BlockRenderer::BlockRenderer(const Plan& plan, std::vector<Tap> taps, size_t maxFrames, dsp::FadeTables* fadeTables)
    : plan_(plan),
      taps_(std::move(taps)),
      trackNeeded_(plan.tracks.size(), false),
      trackTapped_(plan.tracks.size(), false),
      stemTapped_(plan.stems.size(), false) {
  for (const Tap& tap : taps_) {
    if (tap.bus == BusKind::master) masterTapped_ = true;
    else if (tap.bus == BusKind::stem && tap.index < plan.stems.size()) stemTapped_[tap.index] = true;
    else if (tap.bus == BusKind::track && tap.index < plan.tracks.size()) trackTapped_[tap.index] = true;
    else throw PlanError("A bounce asks for a stem or track that is not in the plan");
  }
  for (size_t i = 0; i < plan.tracks.size(); i++) {
    pans_.push_back(panGains(plan.tracks[i]));
    const int32_t stem = plan.tracks[i].stem;
    trackNeeded_[i] = masterTapped_ || trackTapped_[i] || (stem >= 0 && stemTapped_[stem]);
  }
  const auto allocate = [maxFrames](Stereo& bus) {
    bus.left.resize(maxFrames);
    bus.right.resize(maxFrames);
  };
  allocate(clip_);
  allocate(track_);
  allocate(master_);
  gain_.resize(maxFrames);
  stems_.resize(plan.stems.size());
  for (size_t i = 0; i < stems_.size(); i++) {
    if (masterTapped_ || stemTapped_[i]) allocate(stems_[i]);
  }
  tapBuffers_.assign(taps_.size(), std::vector<double>(maxFrames));
  dsp::FadeTables own;
  prepareFades(fadeTables ? *fadeTables : own);
}

/// Sines are what a mix of many fades takes longest for. Tables are kept of the lengths met first, up to 8 MB and to ten
/// seconds each: a plan may have as many lengths as clips.
void BlockRenderer::prepareFades(dsp::FadeTables& shared) {
  constexpr int64_t kMostSamples = 1 << 20, kLongestSamples = 480000;
  std::map<std::pair<FadeShape, int64_t>, const double*> tables;
  int64_t samplesLeft = kMostSamples;
  const auto tableOf = [&](FadeShape shape, int64_t length) -> const double* {
    if (length <= 0 || length > kLongestSamples) return nullptr;
    const auto known = tables.find({shape, length});
    if (known != tables.end()) return known->second;
    if (length > samplesLeft) return nullptr;
    const auto table = shared.of(shape, length);
    if (!table) return tables[{shape, length}] = nullptr;
    samplesLeft -= length;
    fadeTables_.push_back(table);
    return tables[{shape, length}] = table->data();
  };
  fades_.resize(plan_.tracks.size());
  for (size_t t = 0; t < fades_.size(); t++) {
    fades_[t].reserve(plan_.tracks[t].clips.size());
    for (const PlanClip& clip : plan_.tracks[t].clips) {
      fades_[t].push_back({tableOf(clip.fadeInShape, clip.fadeInSamples), tableOf(clip.fadeOutShape, clip.fadeOutSamples)});
    }
  }
}

void BlockRenderer::render(SourceReader& reader, int64_t fromSample, size_t frames, TrackVisitor* visitor) {
  renderTracks(
      frames, visitor,
      [&](uint32_t track) { return (!visitor || visitor->wantsClips(track)) && mixClips(reader, track, fromSample, frames); },
      [&](const PlanTrack& track) { gainLine(track, fromSample, frames); });
}

void BlockRenderer::renderVisited(const int64_t* atSamples, size_t frames, TrackVisitor& visitor) {
  renderTracks(
      frames, &visitor, [](uint32_t) { return false; }, [&](const PlanTrack& track) { gainsAt(track, atSamples, frames); });
}

template <class Bring, class Gain>
void BlockRenderer::renderTracks(size_t frames, TrackVisitor* visitor, Bring bring, Gain gain) {
  const FlushDenormals flush;
  const auto clear = [frames](Stereo& bus) {
    if (bus.left.empty()) return;
    std::fill_n(bus.left.begin(), frames, 0.0);
    std::fill_n(bus.right.begin(), frames, 0.0);
  };
  clear(master_);
  for (Stereo& stem : stems_) clear(stem);

  for (uint32_t index = 0; index < plan_.tracks.size(); index++) {
    if (!trackNeeded_[index]) continue;
    const PlanTrack& track = plan_.tracks[index];
    const bool stereo = track.channelCount == 2;
    double *const left = track_.left.data(), *const right = stereo ? track_.right.data() : left;
    bool audible = bring(index);
    if (visitor) audible = visitor->beforeFader(index, audible, frames, left, stereo ? right : nullptr);
    if (audible) gain(track);
    if (trackTapped_[index]) tapTrack(index, audible, frames, pans_[index]);
    if (!audible) continue;
    const bool bused = masterTapped_ || (track.stem >= 0 && stemTapped_[track.stem]);
    if (!bused && !visitor) continue;
    multiply(gain_.data(), frames, left);
    if (stereo) multiply(gain_.data(), frames, right);
    if (visitor) visitor->afterFader(index, frames, left, right);
    if (!bused) continue;
    Stereo& bus = track.stem >= 0 ? stems_[track.stem] : master_;
    addScaled(left, pans_[index].left, frames, bus.left.data());
    addScaled(right, pans_[index].right, frames, bus.right.data());
  }

  if (masterTapped_) {
    for (const Stereo& stem : stems_) {
      add(stem.left.data(), frames, master_.left.data());
      add(stem.right.data(), frames, master_.right.data());
    }
    tapStereo(BusKind::master, 0, master_, frames);
  }
  for (uint32_t i = 0; i < stems_.size(); i++) {
    if (stemTapped_[i]) tapStereo(BusKind::stem, i, stems_[i], frames);
  }
}

/// Adds samples `fromInClip`.. of a clip, with its gain and both its fades, to a track; leaves `samples` changed.
void BlockRenderer::addClip(const PlanClip& clip, ClipFades fades, int64_t fromInClip, size_t frames, double* samples,
                            double* track) {
  const int64_t end = fromInClip + static_cast<int64_t>(frames);
  if (fromInClip >= clip.fadeInSamples && end <= clip.lengthSamples - clip.fadeOutSamples) {
    for (size_t i = 0; i < frames; i++) track[i] += samples[i] * clip.gain;
    return;
  }
  for (size_t i = 0; i < frames; i++) samples[i] *= clip.gain;
  const int64_t inEnd = std::min(end, clip.fadeInSamples);
  if (fades.in) {
    for (int64_t i = fromInClip; i < inEnd; i++) samples[i - fromInClip] *= fades.in[i];
  } else {
    for (int64_t i = fromInClip; i < inEnd; i++) {
      samples[i - fromInClip] *= dsp::fadeGain(clip.fadeInShape, static_cast<double>(i) / clip.fadeInSamples);
    }
  }
  const int64_t outStart = std::max(fromInClip, clip.lengthSamples - clip.fadeOutSamples);
  if (fades.out) {
    for (int64_t i = outStart; i < end; i++) samples[i - fromInClip] *= fades.out[clip.lengthSamples - i];
  } else {
    for (int64_t i = outStart; i < end; i++) {
      samples[i - fromInClip] *=
          dsp::fadeGain(clip.fadeOutShape, static_cast<double>(clip.lengthSamples - i) / clip.fadeOutSamples);
    }
  }
  for (size_t i = 0; i < frames; i++) track[i] += samples[i];
}

/// Sums the clips of a track that touch the block into `track_`; false where none does.
bool BlockRenderer::mixClips(SourceReader& reader, uint32_t trackIndex, int64_t fromSample, size_t frames) {
  const PlanTrack& track = plan_.tracks[trackIndex];
  const int64_t blockEnd = fromSample + static_cast<int64_t>(frames);
  const auto& furthest = track.furthestEnd;
  size_t index = std::upper_bound(furthest.begin(), furthest.end(), fromSample) - furthest.begin();
  bool audible = false;
  const bool stereo = track.channelCount == 2;
  for (; index < track.clips.size() && track.clips[index].startSample < blockEnd; index++) {
    const PlanClip& clip = track.clips[index];
    const int64_t from = std::max(fromSample, clip.startSample), to = std::min(blockEnd, clip.endSample());
    if (from >= to) continue;
    if (!audible) {
      std::fill_n(track_.left.begin(), frames, 0.0);
      if (stereo) std::fill_n(track_.right.begin(), frames, 0.0);
      audible = true;
    }
    const int64_t inClip = from - clip.startSample;
    const size_t count = static_cast<size_t>(to - from), at = static_cast<size_t>(from - fromSample);
    reader.read(clip.source, clip.firstChannel, clip.sourceInSample + inClip, count, clip_.left.data(),
                stereo ? clip_.right.data() : nullptr);
    addClip(clip, fades_[trackIndex][index], inClip, count, clip_.left.data(), track_.left.data() + at);
    if (stereo) addClip(clip, fades_[trackIndex][index], inClip, count, clip_.right.data(), track_.right.data() + at);
  }
  return audible;
}

/// Writes the fader into `gain_`: track gain times the line through the points.
void BlockRenderer::gainLine(const PlanTrack& track, int64_t fromSample, size_t frames) {
  const auto& points = track.points;
  const int64_t blockEnd = fromSample + static_cast<int64_t>(frames);
  if (points.empty()) {
    std::fill_n(gain_.begin(), frames, track.gain);
    return;
  }
  size_t next = nextPoint(points, fromSample);
  for (int64_t position = fromSample; position < blockEnd; next++) {
    const int64_t until = next < points.size() ? std::min(blockEnd, points[next].sample) : blockEnd;
    double* out = gain_.data() + (position - fromSample);
    const size_t count = static_cast<size_t>(until - position);
    if (next == 0 || next == points.size()) {
      std::fill_n(out, count, points[next == 0 ? 0 : next - 1].gain * track.gain);
    } else {
      const PlanGainPoint &a = points[next - 1], &b = points[next];
      const double slope = (b.gain - a.gain) / static_cast<double>(b.sample - a.sample);
      const double first = static_cast<double>(position - a.sample);
      for (size_t i = 0; i < count; i++) {
        out[i] = (a.gain + slope * (first + static_cast<double>(static_cast<int32_t>(i)))) * track.gain;
      }
    }
    position = until;
  }
}

/// The same where the frames are any samples of the timeline.
void BlockRenderer::gainsAt(const PlanTrack& track, const int64_t* atSamples, size_t frames) {
  for (size_t i = 0; i < frames; i++) {
    if (i > 0 && atSamples[i] == atSamples[i - 1]) gain_[i] = gain_[i - 1];
    else gain_[i] = gainAt(track, atSamples[i]);
  }
}

void BlockRenderer::tapTrack(uint32_t trackIndex, bool audible, size_t frames, PanGains pan) {
  const bool stereo = plan_.tracks[trackIndex].channelCount == 2;
  const double *left = track_.left.data(), *right = stereo ? track_.right.data() : track_.left.data();
  for (size_t t = 0; t < taps_.size(); t++) {
    const Tap& tap = taps_[t];
    if (tap.bus != BusKind::track || tap.index != trackIndex) continue;
    double* out = tapBuffers_[t].data();
    if (!audible) {
      std::fill_n(out, frames, 0.0);
      continue;
    }
    const bool panned = tap.point == TapPoint::postPan;
    const double gainLeft = panned ? pan.left : 1, gainRight = panned ? pan.right : 1;
    const double fromLeft = tap.side == Side::left ? gainLeft : tap.side == Side::mono ? gainLeft / 2 : 0;
    const double fromRight = tap.side == Side::right ? gainRight : tap.side == Side::mono ? gainRight / 2 : 0;
    for (size_t i = 0; i < frames; i++) out[i] = left[i] * fromLeft + right[i] * fromRight;
    if (tap.point != TapPoint::preFader) multiply(gain_.data(), frames, out);
  }
}

void BlockRenderer::tapStereo(BusKind bus, uint32_t index, const Stereo& from, size_t frames) {
  for (size_t t = 0; t < taps_.size(); t++) {
    const Tap& tap = taps_[t];
    if (tap.bus != bus || (bus == BusKind::stem && tap.index != index)) continue;
    double* out = tapBuffers_[t].data();
    if (tap.side == Side::left) std::copy_n(from.left.begin(), frames, out);
    else if (tap.side == Side::right) std::copy_n(from.right.begin(), frames, out);
    else for (size_t i = 0; i < frames; i++) out[i] = (from.left[i] + from.right[i]) / 2;
  }
}

}  // namespace twopop::rt
