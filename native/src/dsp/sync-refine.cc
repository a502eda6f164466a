// Full-rate refinement of a line that is right to about a millisecond: the average arrival pattern of the camera's
// microphone against the recorder's, its first arrival, and the delay of each stretch of the clip against the average.
#include <algorithm>
#include <cmath>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-peak.h"
#include "dsp/sync-spectra.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr size_t kWindow = 32768;  // 0.68 s at 48 kHz
constexpr double kLowestHz = 160, kHighestHz = 9000;
constexpr double kLeastWindows = 5, kLeastCount = 8192;
constexpr size_t kIterations = 3;
/// Share of the highest arrival that makes an earlier one the direct sound.
constexpr float kDirectShare = 0.5f;
/// So near an arrival, samples, one of the other sign is its own ripple.
constexpr int64_t kRippleReach = 8;
/// So far before the highest arrival, samples, a wall's part of the direct sound's height is enough to be the direct sound.
constexpr int64_t kDirectReach = 480;
/// A hall answers for longer, and with many arrivals as high as the direct sound. Measured at 15 m with 2 to 4 s of
/// reverberation: the direct sound has 0.97 and more of the highest arrival, up to 75 ms later; before it nothing has more
/// than 0.4.
constexpr float kHallShare = 0.8f;
constexpr int64_t kHallReach = 3360;
/// How far from the line the highest arrival is looked for, samples: the tracked line may lie on a reflection, and a
/// wall 8 m behind the camera sends one 50 ms late.
constexpr int64_t kArrivalReach = 2400;
/// Lags at which only noise is heard, whichever arrival within reach is the direct one.
constexpr int64_t kNoiseFrom = kArrivalReach + 960, kNoiseTo = 9600;
constexpr size_t kBroadBins = 700;  // 1 kHz either side
/// How alike a recorder's sound is to itself a little later where it is a mix of two microphones. Over speech, levelled
/// broadly, one microphone gives 0.21 at the most; two of them mixed 0.28 (one 6 dB under the other) to 0.46 (evenly), three
/// of them evenly 0.28 to 0.35. One microphone taken for a mix loses nothing.
constexpr float kMixedLikeness = 0.23f;
/// Levelling makes any sound somewhat unlike itself, so that an inverted microphone must show by this much more.
constexpr float kUnlikeness = -0.8f;
/// How far apart microphones may hear, samples. Closer ones share their notches with what the broad levelling takes for the
/// sound itself; 10 m of air is further than a mix is made of.
constexpr size_t kMixedFrom = 10, kMixedTo = 1440;
/// Share of the loudest microphone of a mix that makes a later one as loud as it.
constexpr float kEvenShare = 0.9f;

struct Window {
  double cameraSeconds;
  double fraction;  // what the whole-sample alignment left, samples
  size_t group;
  std::vector<float> real, imaginary;  // cross spectrum between kLowestHz and kHighestHz
};

/// A mix of microphones: how alike it is to itself `lag` samples later, up to kMixedTo, where it is one; else empty.
/// `heard` is its power between `firstBin` and what follows, `broad` the same without the comb.
std::vector<float> mixedLikeness(const std::vector<float>& heard, const std::vector<float>& broad, size_t firstBin) {
  RealFft& plan = planFor(kWindow);
  std::vector<float> real(plan.bins()), imaginary(plan.bins()), lags(kWindow);
  for (size_t k = 0; k < heard.size(); ++k) real[firstBin + k] = heard[k] / (broad[k] + 1e-20f);
  plan.inverse(real.data(), imaginary.data(), lags.data());
  const float whole = lags[0];
  lags.resize(kMixedTo + 1);
  for (float& value : lags) value *= (value < 0 ? kUnlikeness : 1) / whole;
  const bool mixed = *std::max_element(lags.begin() + kMixedFrom, lags.end()) >= kMixedLikeness;
  return mixed ? lags : std::vector<float>{};
}

size_t indexOf(int64_t lag) { return static_cast<size_t>((lag + static_cast<int64_t>(kWindow)) % static_cast<int64_t>(kWindow)); }

}  // namespace

RefineResult refineLine(const SignalReader& camera, const SignalReader& recorder, const RefineRequest& request,
                        CancelFlag& cancel) {
  RefineResult result;
  double offset = request.offsetSeconds, drift = request.driftPpm * 1e-6;
  const double from = std::max({0.0, request.cameraFrom, -offset / (1 + drift)});
  const double to = std::min({camera.seconds(), request.cameraTo, (recorder.seconds() - offset) / (1 + drift)});
  const double span = to - from;
  if (span < 0.25) return result;
  // A window must not be the whole clip: what is common to sound and noise shows in the sum of several.
  const auto count = static_cast<size_t>(
      std::clamp(span * kFullRate / kLeastWindows, std::min(kLeastCount, span * kFullRate), static_cast<double>(kWindow)));
  const size_t reach = 16 * kWindow / count;
  const double usedSeconds = static_cast<double>(count) / kFullRate;
  const auto places = static_cast<size_t>(std::floor((span - usedSeconds) / (usedSeconds * 0.7))) + 1;
  const size_t windows = std::min(places, std::max<size_t>(1, request.mostWindows));
  const size_t groups = std::max<size_t>(1, std::min(request.groups, windows / 2));

  RealFft& plan = planFor(kWindow);
  const size_t bins = plan.bins();
  const auto firstBin = static_cast<size_t>(kLowestHz / kFullRate * kWindow);
  const auto lastBin = static_cast<size_t>(kHighestHz / kFullRate * kWindow);
  const size_t used = lastBin - firstBin;
  std::vector<float> x(kWindow), y(kWindow), xr(bins), xi(bins), yr(bins), yi(bins);
  std::vector<Window> all;
  std::vector<float> heard(used, 0.0f), power(used), evidence(used), gains(used);
  const double firstOffset = offset, firstDrift = drift;
  for (size_t w = 0; w < windows; ++w) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    const double start = from + (windows > 1 ? (span - usedSeconds) * static_cast<double>(w) / static_cast<double>(windows - 1) : 0);
    const double first = std::round(start * kFullRate);
    Window window;
    window.cameraSeconds = first / kFullRate + usedSeconds / 2;
    window.group = w * groups / windows;
    std::fill(x.begin(), x.end(), 0.0f);
    std::fill(y.begin(), y.end(), 0.0f);
    const double centre = (firstOffset + window.cameraSeconds * (1 + firstDrift)) * kFullRate;
    const double recorderStart = centre - static_cast<double>(count) / 2;
    const double whole = std::round(recorderStart);
    window.fraction = recorderStart - whole;
    // A pulled camera is read at the recorder's speed; its window is laid so that the middles meet.
    const double pulledStart = std::fabs(drift) < 250e-6 ? first : std::round(window.cameraSeconds * kFullRate - static_cast<double>(count) / 2 / (1 + drift));
    readWindow(camera, Rate::full, pulledStart, count, drift * 1e6, x.data());
    if (pulledStart != first) {
      const double middle = pulledStart + static_cast<double>(count) / 2 / (1 + drift);
      window.fraction += (middle - window.cameraSeconds * kFullRate) * (1 + drift);
    }
    recorder.readFull(static_cast<int64_t>(whole), count, y.data());
    if (rootMeanSquare(x.data(), count) < 1e-6f || rootMeanSquare(y.data(), count) < 1e-7f) continue;
    taper(x.data(), count, count / 8);
    taper(y.data(), count, count / 8);
    plan.forward(x.data(), xr.data(), xi.data());
    plan.forward(y.data(), yr.data(), yi.data());
    window.real.resize(used);
    window.imaginary.resize(used);
    // Least squares over the windows: camera = response * recorder + noise. Each window is weighed by what the camera
    // hears in it, bin by bin, so that neither a loud word nor a bump on the microphone rules the sum.
    smoothPower(xr.data() + firstBin, xi.data() + firstBin, used, reach, power);
    conjugateProduct(xr.data() + firstBin, xi.data() + firstBin, yr.data() + firstBin, yi.data() + firstBin,
                     window.real.data(), window.imaginary.data(), used);
    for (size_t k = 0; k < used; ++k) {
      const float weight = 1.0f / (power[k] + 1e-12f);
      window.real[k] *= weight;
      window.imaginary[k] *= weight;
      heard[k] += weight * (yr[firstBin + k] * yr[firstBin + k] + yi[firstBin + k] * yi[firstBin + k]);
    }
    all.push_back(std::move(window));
  }
  if (all.empty()) return result;
  smooth(heard, kBroadBins, power);
  const std::vector<float> mixed = mixedLikeness(heard, power, firstBin);
  if (mixed.empty()) {
    // A bin in which the recorder never had much is not divided by next to nothing.
    smooth(heard, reach + reach / 2, power);
    for (size_t k = 0; k < used; ++k) heard[k] += 0.1f * power[k] + 1e-20f;
  } else {
    // To divide by the comb that two microphones make of a sound puts arrivals, of either sign, where none of them is.
    for (size_t k = 0; k < used; ++k) heard[k] = power[k] + 1e-20f;
    const auto apart = std::max_element(mixed.begin() + kMixedFrom, mixed.end()) - mixed.begin();
    result.microphonesApartSeconds = static_cast<double>(apart) / kFullRate;
  }
  const auto isOtherMicrophone = [&](int64_t apart) {
    const auto at = static_cast<size_t>(apart);
    return at >= kMixedFrom && at + 1 < mixed.size() &&
           std::max({mixed[at - 1], mixed[at], mixed[at + 1]}) >= kMixedLikeness;
  };

  std::vector<BandSpectrum> parts(groups, {firstBin, kWindow, std::vector<float>(used), std::vector<float>(used)});
  BandSpectrum total{firstBin, kWindow, std::vector<float>(used), std::vector<float>(used)};
  std::vector<float> pattern(kWindow), pieceReal(bins), pieceImaginary(bins), lags(kWindow);
  std::vector<double> groupTime(groups), groupLag(groups), groupScore(groups);
  double noise = 0;
  double directLag = 0;
  for (size_t iteration = 0; iteration < kIterations; ++iteration) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    for (auto& part : parts) {
      std::fill(part.real.begin(), part.real.end(), 0.0f);
      std::fill(part.imaginary.begin(), part.imaginary.end(), 0.0f);
    }
    std::vector<size_t> members(groups, 0);
    std::fill(groupTime.begin(), groupTime.end(), 0.0);
    for (const Window& window : all) {
      // Turn the window so that lag 0 is the line as it is known now.
      const double moved = (offset - firstOffset + window.cameraSeconds * (drift - firstDrift)) * kFullRate;
      const double shift = window.fraction + moved;
      const double angle = 2 * kPi * shift / kWindow;
      double cosine = std::cos(angle * static_cast<double>(firstBin)), sine = std::sin(angle * static_cast<double>(firstBin));
      const double stepCosine = std::cos(angle), stepSine = std::sin(angle);
      BandSpectrum& part = parts[window.group];
      for (size_t k = 0; k < used; ++k) {
        const auto c = static_cast<float>(cosine), s = static_cast<float>(sine);
        part.real[k] += window.real[k] * c - window.imaginary[k] * s;
        part.imaginary[k] += window.real[k] * s + window.imaginary[k] * c;
        const double next = cosine * stepCosine - sine * stepSine;
        sine = cosine * stepSine + sine * stepCosine;
        cosine = next;
      }
      groupTime[window.group] += window.cameraSeconds;
      ++members[window.group];
    }
    std::fill(total.real.begin(), total.real.end(), 0.0f);
    std::fill(total.imaginary.begin(), total.imaginary.end(), 0.0f);
    for (const auto& part : parts) {
      for (size_t k = 0; k < used; ++k) {
        total.real[k] += part.real[k];
        total.imaginary[k] += part.imaginary[k];
      }
    }
    // Level the response broadly, and give each band the say that its signal to noise earns. Levelling must be broad:
    // dividing by the comb of a reflection puts a mirror image of that reflection before the direct sound.
    for (size_t k = 0; k < used; ++k) {
      gains[k] = (total.real[k] * total.real[k] + total.imaginary[k] * total.imaginary[k]) / heard[k];
    }
    smooth(gains, kBroadBins, evidence);
    for (size_t k = 0; k < used; ++k) gains[k] /= heard[k];
    smooth(gains, kBroadBins, power);
    for (size_t k = 0; k < used; ++k) {
      // The camera was scaled to unit power, so this is 1 where only noise is heard.
      const double signal = std::max(0.0, static_cast<double>(evidence[k]) - 1.0);
      gains[k] = static_cast<float>(signal / (1 + signal) / (heard[k] * std::sqrt(std::max(1e-20f, power[k]))));
    }
    for (auto& part : parts) {
      for (size_t k = 0; k < used; ++k) {
        part.real[k] *= gains[k];
        part.imaginary[k] *= gains[k];
      }
    }
    for (size_t k = 0; k < used; ++k) {
      total.real[k] *= gains[k];
      total.imaginary[k] *= gains[k];
    }
    const auto toLags = [&](const BandSpectrum& spectrum, std::vector<float>& out) {
      std::fill(pieceReal.begin(), pieceReal.end(), 0.0f);
      std::fill(pieceImaginary.begin(), pieceImaginary.end(), 0.0f);
      std::copy(spectrum.real.begin(), spectrum.real.end(), pieceReal.begin() + static_cast<ptrdiff_t>(firstBin));
      std::copy(spectrum.imaginary.begin(), spectrum.imaginary.end(), pieceImaginary.begin() + static_cast<ptrdiff_t>(firstBin));
      plan.inverse(pieceReal.data(), pieceImaginary.data(), out.data());
    };
    toLags(total, pattern);
    // Lag grows towards later recorder time, so what reaches the camera later lies at smaller lags: reflections are on
    // the negative side of the direct sound, and on the positive side, from 70 to 200 ms, there is only noise.
    double squares = 0;
    size_t measured = 0;
    const int64_t noiseTo = std::min(kNoiseTo, std::max(kNoiseFrom + 480, static_cast<int64_t>(count) * 6 / 10));
    for (int64_t lag = kNoiseFrom; lag < noiseTo; ++lag, ++measured) {
      // Short windows lie over each other the less the further they are shifted.
      const double share = count < kWindow ? std::max(0.2, 1 - static_cast<double>(lag) / static_cast<double>(count)) : 1;
      squares += static_cast<double>(pattern[indexOf(lag)]) * pattern[indexOf(lag)] / share;
    }
    noise = std::sqrt(squares / static_cast<double>(measured)) + 1e-20;
    // The highest arrival near the line, then the first that stands out before it: a wall may send more to a camera than its
    // direct path does, but never earlier.
    int64_t main = 0;
    for (int64_t lag = -kArrivalReach; lag <= kArrivalReach; ++lag) {
      if (std::fabs(pattern[indexOf(lag)]) > std::fabs(pattern[indexOf(main)])) main = lag;
    }
    const float mainHeight = std::fabs(pattern[indexOf(main)]);
    int64_t direct = main;
    for (int64_t lag = std::max(main + kDirectReach, kHallReach); lag > main + 3; --lag) {
      const float height = std::fabs(pattern[indexOf(lag)]);
      const float share = isOtherMicrophone(lag - main) ? kEvenShare : lag > main + kDirectReach ? kHallShare : kDirectShare;
      if (height < share * mainHeight || height < 6 * noise) continue;
      if (lag <= main + kRippleReach && pattern[indexOf(lag)] * pattern[indexOf(main)] < 0) continue;
      if (height >= std::fabs(pattern[indexOf(lag - 1)]) && height >= std::fabs(pattern[indexOf(lag + 1)])) {
        direct = lag;
        break;
      }
    }
    directLag = sharpenPeak(total, static_cast<double>(direct));
    result.inverted = pattern[indexOf(direct)] < 0;
    result.directScore = std::fabs(pattern[indexOf(direct)]) / noise;
    result.mainScore = mainHeight / noise;
    result.mainAfterDirectSeconds = static_cast<double>(direct - main) / kFullRate;

    // Each stretch against the pattern round the first arrivals.
    std::fill(x.begin(), x.end(), 0.0f);
    for (int64_t lag = direct - 384; lag <= direct + 24; ++lag) x[indexOf(lag)] = pattern[indexOf(lag)];
    plan.forward(x.data(), xr.data(), xi.data());
    double sumW = 0, sumT = 0, sumL = 0;
    BandSpectrum matched{firstBin, kWindow, std::vector<float>(used), std::vector<float>(used)};
    for (size_t g = 0; g < groups; ++g) {
      groupScore[g] = 0;
      if (members[g] == 0) continue;
      groupTime[g] /= static_cast<double>(members[g]);
      // The stretch itself is part of the pattern; with few stretches it would only find itself.
      conjugateProduct(xr.data() + firstBin, xi.data() + firstBin, parts[g].real.data(), parts[g].imaginary.data(),
                       matched.real.data(), matched.imaginary.data(), used);
      toLags(matched, lags);
      double groupNoise = 0;
      for (int64_t lag = 1440; lag < 9600; ++lag) groupNoise += static_cast<double>(lags[indexOf(lag)]) * lags[indexOf(lag)];
      groupNoise = std::sqrt(groupNoise / 8160.0) + 1e-20;
      int64_t peak = 0;
      const int64_t range = iteration == 0 ? 48 : 24;
      for (int64_t lag = -range; lag <= range; ++lag) {
        if (lags[indexOf(lag)] > lags[indexOf(peak)]) peak = lag;
      }
      groupLag[g] = sharpenPeak(matched, static_cast<double>(peak)) / kFullRate;
      groupScore[g] = lags[indexOf(peak)] / groupNoise;
    }
    // A weighted line through the stretches that were heard; outliers are left out in two rounds.
    double slope = 0, level = 0, limit = 1e9;
    for (int round = 0; round < 3; ++round) {
      sumW = sumT = sumL = 0;
      double sumTT = 0, sumTL = 0;
      size_t kept = 0;
      std::vector<double> distances;
      for (size_t g = 0; g < groups; ++g) {
        if (groupScore[g] < 6) continue;
        const double distance = std::fabs(groupLag[g] - (level + slope * groupTime[g]));
        if (distance > limit) continue;
        const double weight = std::min(groupScore[g], 30.0) * std::min(groupScore[g], 30.0);
        sumW += weight;
        sumT += weight * groupTime[g];
        sumL += weight * groupLag[g];
        sumTT += weight * groupTime[g] * groupTime[g];
        sumTL += weight * groupTime[g] * groupLag[g];
        ++kept;
      }
      if (kept < 3) break;
      const double spread = sumTT - sumT * sumT / sumW;
      slope = spread > 1e-9 ? (sumTL - sumT * sumL / sumW) / spread : 0;
      level = (sumL - slope * sumT) / sumW;
      for (size_t g = 0; g < groups; ++g) {
        if (groupScore[g] >= 6) distances.push_back(std::fabs(groupLag[g] - (level + slope * groupTime[g])));
      }
      std::nth_element(distances.begin(), distances.begin() + static_cast<ptrdiff_t>(distances.size() / 2), distances.end());
      limit = std::max(10e-6, 4 * distances[distances.size() / 2]);
    }
    // A slope that moves the ends by more than 2 ms is no correction but a failure.
    if (std::fabs(slope) * span > 0.004 || std::fabs(level + slope * (from + to) / 2) > 0.002) slope = level = 0;
    const bool last = iteration + 1 == kIterations;
    if (last) {
      // Lags are told from the line that is handed back, and that line runs through the direct sound.
      offset += level + directLag / kFullRate;
      drift += slope;
      result.groups.clear();
      for (size_t g = 0; g < groups; ++g) {
        if (members[g]) result.groups.push_back({groupTime[g], groupLag[g] - level - slope * groupTime[g], groupScore[g]});
      }
    } else {
      offset += level;
      drift += slope;
    }
  }
  result.found = true;
  result.offsetSeconds = offset;
  result.driftPpm = drift * 1e6;
  return result;
}

}  // namespace twopop::sync
