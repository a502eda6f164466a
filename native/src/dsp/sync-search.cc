// The searches: band envelopes of whole sources, then windows of waveform anywhere in a recorder file.
#include <algorithm>
#include <cmath>
#include <map>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"

namespace twopop::sync {

namespace {

/// Highest values first, each at least `apart` places from those before it.
template <typename Value>
std::vector<size_t> highestApart(const std::vector<Value>& values, size_t most, size_t apart) {
  std::vector<size_t> order;
  for (size_t i = 0; i < values.size(); ++i) {
    const bool rises = i == 0 || values[i] > values[i - 1];
    const bool falls = i + 1 == values.size() || values[i] >= values[i + 1];
    if (rises && falls) order.push_back(i);
  }
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] > values[b]; });
  std::vector<size_t> chosen;
  for (const size_t at : order) {
    if (chosen.size() == most) break;
    const bool near = std::any_of(chosen.begin(), chosen.end(), [&](size_t other) {
      return (at > other ? at - other : other - at) < apart;
    });
    if (!near) chosen.push_back(at);
  }
  return chosen;
}

}  // namespace

std::vector<Candidate> searchEnvelopes(const SignalReader& camera, const SignalReader& recorder, const size_t& most,
                                       CancelFlag& cancel) {
  const size_t cameraFrames = camera.featureFrames(), recorderFrames = recorder.featureFrames();
  constexpr size_t kLeastFrames = 50;  // a second
  if (cameraFrames < kLeastFrames || recorderFrames < kLeastFrames) return {};
  const size_t length = nextPowerOfTwo(cameraFrames + recorderFrames);
  RealFft& plan = planFor(length);
  const size_t bins = plan.bins();
  std::vector<float> samples(length), xr(bins), xi(bins), yr(bins), yi(bins), sumR(bins, 0.0f), sumI(bins, 0.0f);
  for (size_t b = 0; b < kFeatureBands; ++b) {
    if (cancel.load(std::memory_order_relaxed)) return {};
    const float* c = camera.features().data() + b * cameraFrames;
    std::fill(samples.begin(), samples.end(), 0.0f);
    std::copy(c, c + cameraFrames, samples.begin());
    plan.forward(samples.data(), xr.data(), xi.data());
    const float* r = recorder.features().data() + b * recorderFrames;
    std::fill(samples.begin(), samples.end(), 0.0f);
    std::copy(r, r + recorderFrames, samples.begin());
    plan.forward(samples.data(), yr.data(), yi.data());
    addConjugateProduct(xr.data(), xi.data(), yr.data(), yi.data(), sumR.data(), sumI.data(), bins);
  }
  plan.inverse(sumR.data(), sumI.data(), samples.data());
  // lag from -(cameraFrames - least) to recorderFrames - least, each divided by the root of its overlap
  const auto firstLag = -static_cast<int64_t>(cameraFrames - kLeastFrames);
  const auto lastLag = static_cast<int64_t>(recorderFrames - kLeastFrames);
  std::vector<float> scores(static_cast<size_t>(lastLag - firstLag + 1));
  double squares = 0;
  for (int64_t lag = firstLag; lag <= lastLag; ++lag) {
    const int64_t overlap = std::min(static_cast<int64_t>(recorderFrames), lag + static_cast<int64_t>(cameraFrames)) -
                            std::max<int64_t>(0, lag);
    const float value = samples[static_cast<size_t>((lag + static_cast<int64_t>(length)) % static_cast<int64_t>(length))];
    const float score = value / std::sqrt(static_cast<float>(overlap) + 50.0f);
    scores[static_cast<size_t>(lag - firstLag)] = score;
    squares += static_cast<double>(score) * score;
  }
  const double deviation = std::sqrt(squares / static_cast<double>(scores.size())) + 1e-9;
  std::vector<Candidate> found;
  for (const size_t at : highestApart(scores, most, 8)) {
    const auto lag = static_cast<double>(firstLag + static_cast<int64_t>(at));
    double fraction = 0;
    if (at > 0 && at + 1 < scores.size()) {
      const double a = scores[at - 1], b = scores[at], c = scores[at + 1];
      const double curve = a - 2 * b + c;
      if (curve < 0) fraction = std::clamp(0.5 * (a - c) / curve, -0.5, 0.5);
    }
    if (scores[at] > 0) found.push_back({(lag + fraction) / kFeatureRate, scores[at] / deviation});
  }
  return found;
}

std::vector<Candidate> searchWaveform(const SignalReader& camera, const SignalReader& recorder,
                                      const WaveformSearchRequest& request, CancelFlag& cancel) {
  // Blocks of recorder at the low rate; the product is turned back at half that rate, as the band ends at 2.9 kHz.
  constexpr size_t kBlock = 131072, kWindow = 32768;
  constexpr double kSearchRate = kLowRate / 2;
  constexpr size_t kLagsPerBlock = (kBlock - kWindow) / 2;
  constexpr size_t kPool = 24;  // 4 ms at 6 kHz: as far as a drift moves the peak within a minute
  RealFft& plan = planFor(kBlock);
  RealFft& halfPlan = planFor(kBlock / 2);
  const size_t bins = plan.bins(), halfBins = halfPlan.bins();
  const auto bin = [&](double hz) { return static_cast<size_t>(hz / kLowRate * kBlock); };
  const size_t fromBin = bin(180), toBin = bin(2900);

  // Windows of the camera: the loudest of evenly spread places.
  const double windowSeconds = kWindow / kLowRate;
  const double span = std::max(0.0, request.cameraTo - request.cameraFrom);
  const auto places = static_cast<size_t>(std::max(1.0, std::floor(span / windowSeconds)));
  const size_t windows = std::min(places, std::max<size_t>(1, request.mostWindows));
  std::vector<Spectrum> spectra(windows);
  std::vector<double> starts(windows);
  std::vector<float> samples(kBlock), lags(kBlock / 2);
  for (size_t w = 0; w < windows; ++w) {
    if (cancel.load(std::memory_order_relaxed)) return {};
    starts[w] = request.cameraFrom + (windows > 1 ? (span - windowSeconds) * static_cast<double>(w) / static_cast<double>(windows - 1) : 0);
    starts[w] = std::round(starts[w] * kLowRate) / kLowRate;
    std::fill(samples.begin(), samples.end(), 0.0f);
    const auto count = static_cast<size_t>(std::min(static_cast<double>(kWindow), std::max(1.0, span * kLowRate)));
    readWindow(camera, Rate::low, starts[w] * kLowRate, count, request.driftPpm, samples.data());
    taper(samples.data(), count, count / 16);
    spectra[w].resize(bins);
    plan.forward(samples.data(), spectra[w].real.data(), spectra[w].imaginary.data());
    shapeSpectrum(spectra[w].real.data(), spectra[w].imaginary.data(), bins, fromBin, toBin, 0.0f);
    spectra[w].real.resize(halfBins);
    spectra[w].imaginary.resize(halfBins);
  }

  // Offsets looked at, pooled to bins of 4 ms; each window adds its square over its noise.
  const double stretch = 1.0 + request.driftPpm * 1e-6;
  const double lowest = std::max(request.offsetFrom, -request.cameraTo * stretch);
  const double highest = std::min(request.offsetTo, recorder.seconds() - request.cameraFrom * stretch);
  if (highest <= lowest) return {};
  const double poolSeconds = kPool / kSearchRate;
  const auto pools = static_cast<size_t>((highest - lowest) / poolSeconds) + 3;
  std::vector<float> sums(pools, 0.0f), peakOf(pools);
  std::vector<float> counted(pools, 0.0f);

  // All windows see the same recorder blocks, so blocks go outside.
  const double blockSeconds = static_cast<double>(kLagsPerBlock) / kSearchRate;
  const auto firstBlock = static_cast<int64_t>(std::floor((lowest + request.cameraFrom * stretch) / blockSeconds)) - 1;
  const auto lastBlock = static_cast<int64_t>(std::ceil((highest + request.cameraTo * stretch) / blockSeconds));
  Spectrum block, product;
  block.resize(bins);
  product.resize(halfBins);
  std::vector<std::vector<float>> perWindow(windows, std::vector<float>(pools, 0.0f));
  for (int64_t b = firstBlock; b <= lastBlock; ++b) {
    if (cancel.load(std::memory_order_relaxed)) return {};
    const double blockStart = static_cast<double>(b) * blockSeconds;
    if (blockStart > recorder.seconds() || blockStart + kBlock / kLowRate < 0) continue;
    recorder.readLow(std::llround(blockStart * kLowRate), kBlock, samples.data());
    if (rootMeanSquare(samples.data(), kBlock) < 1e-6f) continue;
    plan.forward(samples.data(), block.real.data(), block.imaginary.data());
    shapeSpectrum(block.real.data(), block.imaginary.data(), bins, fromBin, toBin, 0.5f);
    for (size_t w = 0; w < windows; ++w) {
      const double at = starts[w] * stretch;
      // lag l of this block is offset blockStart + l / rate - at
      if (blockStart - at > highest || blockStart + blockSeconds - at < lowest) continue;
      if (cancel.load(std::memory_order_relaxed)) return {};
      conjugateProduct(spectra[w].real.data(), spectra[w].imaginary.data(), block.real.data(), block.imaginary.data(),
                       product.real.data(), product.imaginary.data(), halfBins);
      halfPlan.inverse(product.real.data(), product.imaginary.data(), lags.data());
      const float noise = rootMeanSquare(lags.data(), kLagsPerBlock) + 1e-20f;
      const float scale = 1.0f / noise;
      const double firstOffset = blockStart - at;
      double position = (firstOffset - lowest) / poolSeconds;
      std::vector<float>& row = perWindow[w];
      for (size_t l = 0; l < kLagsPerBlock; ++l) {
        const double pool = position + static_cast<double>(l) / kPool;
        if (pool < 0) continue;
        const auto index = static_cast<size_t>(pool);
        if (index >= pools) break;
        const float height = std::fabs(lags[l]) * scale;
        if (height > row[index]) row[index] = height;
      }
    }
  }
  // A peak may lie on the edge of a pool or wander over it with the drift: the neighbours count too.
  for (size_t w = 0; w < windows; ++w) {
    const std::vector<float>& row = perWindow[w];
    double mean = 0, squares = 0;
    size_t seen = 0;
    for (const float height : row) {
      if (height == 0) continue;
      const float capped = std::min(height, 40.0f);
      mean += capped * capped;
      squares += static_cast<double>(capped) * capped * capped * capped;
      ++seen;
    }
    if (seen < 4) continue;
    mean /= static_cast<double>(seen);
    const double deviation = std::sqrt(std::max(1e-6, squares / static_cast<double>(seen) - mean * mean));
    for (size_t i = 0; i < pools; ++i) {
      float height = row[i];
      if (i > 0) height = std::max(height, row[i - 1]);
      if (i + 1 < pools) height = std::max(height, row[i + 1]);
      if (height == 0) continue;
      height = std::min(height, 40.0f);
      sums[i] += static_cast<float>((height * height - mean) / std::max(1.0, deviation));
      counted[i] += 1;
    }
  }
  double squares = 0;
  for (size_t i = 0; i < pools; ++i) {
    sums[i] = counted[i] > 0 ? sums[i] / std::sqrt(counted[i]) : 0.0f;
    squares += static_cast<double>(sums[i]) * sums[i];
  }
  const double deviation = std::sqrt(squares / static_cast<double>(pools)) + 1e-9;
  std::vector<Candidate> found;
  for (const size_t at : highestApart(sums, request.mostCandidates, 4)) {
    if (sums[at] <= 0) continue;
    found.push_back({lowest + (static_cast<double>(at) + 0.5) * poolSeconds, sums[at] / deviation});
  }
  return found;
}

}  // namespace twopop::sync
