#include "rt/track-monitor.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace twopop::rt {

TrackMonitor::TrackMonitor(const Plan& plan, const std::vector<TrackInput>& inputs, const std::vector<CueSend>& cue,
                           MeterBank& meters)
    : inputs_(inputs), tracks_(plan.tracks.size()), meters_(meters) {
  for (size_t i = 0; i < tracks_.size(); i++) tracks_[i].pan = panGains(plan.tracks[i]);
  const auto trackOf = [this](uint32_t index) -> Track& {
    if (index >= tracks_.size()) throw std::invalid_argument("An input or cue send is of a track that is not in the plan");
    return tracks_[index];
  };
  for (size_t i = 0; i < inputs_.size(); i++) {
    Track& track = trackOf(inputs_[i].track);
    if (track.input >= 0) throw std::invalid_argument("A track has two inputs");
    track.input = static_cast<int32_t>(i);
    if (inputs_[i].armed && inputs_[i].mode == MonitorMode::automatic) hasAutomatic_ = true;
  }
  for (const CueSend& one : cue) trackOf(one.track).cueGain = one.gain;
  for (size_t i = 0; i < meters.points().size(); i++) {
    const MeterPoint& point = meters.points()[i];
    if (point.kind == MeterKind::trackLeft) trackOf(point.index).meterLeft = static_cast<int32_t>(i);
    if (point.kind == MeterKind::trackRight) trackOf(point.index).meterRight = static_cast<int32_t>(i);
  }
}

bool TrackMonitor::hearsInput(uint32_t track) const noexcept {
  if (tracks_[track].input < 0) return false;
  const TrackInput& input = inputs_[static_cast<size_t>(tracks_[track].input)];
  if (input.mode != MonitorMode::automatic) return input.mode == MonitorMode::input;
  return input.armed && (!pass.rolling || pass.punchedIn);
}

/// What is not a number does not come in.
void TrackMonitor::takeInput(int32_t channel, size_t frames, double* to) const noexcept {
  if (channel < 0 || static_cast<uint32_t>(channel) >= pass.inputChannels || !pass.in) {
    std::fill_n(to, frames, 0.0);
    return;
  }
  const float* in = pass.in + channel;
  for (size_t i = 0; i < frames; i++, in += pass.inputChannels) to[i] = std::isfinite(*in) ? *in : 0.0;
}

void TrackMonitor::send(const Track& track, const double* gains, double gain, size_t frames, const double* left,
                        const double* right) noexcept {
  if (!pass.cueLeft) return;
  const double gainLeft = gain * track.pan.left, gainRight = gain * track.pan.right;
  for (size_t i = 0; i < frames; i++) {
    const double more = gains ? gains[i] : 1;
    pass.cueLeft[i] += left[i] * gainLeft * more;
    pass.cueRight[i] += right[i] * gainRight * more;
  }
}

bool TrackMonitor::beforeFader(uint32_t index, bool audible, size_t frames, double* left, double* right) noexcept {
  const Track& track = tracks_[index];
  if (!hearsInput(index)) {
    if (audible && track.cueGain != 0) send(track, nullptr, track.cueGain, frames, left, right ? right : left);
    return audible;
  }
  const TrackInput& input = inputs_[static_cast<size_t>(track.input)];
  if (!pass.live || (pass.automaticOnly && input.mode != MonitorMode::automatic)) return false;
  takeInput(input.inputs[0], frames, left);
  if (right) takeInput(input.inputs[1] < 0 ? input.inputs[0] : input.inputs[1], frames, right);
  send(track, pass.cueInputGains, 1, frames, left, right ? right : left);
  return true;
}

void TrackMonitor::afterFader(uint32_t index, size_t frames, const double* left, const double* right) noexcept {
  const Track& track = tracks_[index];
  if (track.meterLeft < 0 && track.meterRight < 0) return;
  const double leftPeak = left == right || track.meterLeft >= 0 ? peakOf(left, frames) : 0;
  if (track.meterLeft >= 0) meters_.raise(static_cast<size_t>(track.meterLeft), leftPeak * std::fabs(track.pan.left));
  if (track.meterRight < 0) return;
  const double rightPeak = left == right ? leftPeak : peakOf(right, frames);
  meters_.raise(static_cast<size_t>(track.meterRight), rightPeak * std::fabs(track.pan.right));
}

}  // namespace twopop::rt
