// The search for windows of waveform anywhere in a recorder file.
#include <algorithm>
#include <cmath>

#include "dsp/sync-correlate.h"
#include "dsp/sync-fft.h"
#include "dsp/sync-highest.h"
#include "dsp/sync-spectra.h"

namespace twopop::sync {

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
      // Pools lie on a grid of the offsets; the first and last of a block may be cut by its ends.
      const double position = (firstOffset - lowest) / poolSeconds;
      std::vector<float>& row = perWindow[w];
      const auto firstPool = static_cast<int64_t>(std::floor(position));
      for (int64_t pool = std::max<int64_t>(0, firstPool); pool < static_cast<int64_t>(pools); ++pool) {
        const double starts = (static_cast<double>(pool) - position) * kPool;
        const auto from = static_cast<int64_t>(std::ceil(std::max(0.0, starts)));
        const auto to = std::min(static_cast<int64_t>(kLagsPerBlock), static_cast<int64_t>(std::ceil(starts + kPool)));
        if (from >= static_cast<int64_t>(kLagsPerBlock)) break;
        float height = 0;
        for (int64_t l = from; l < to; ++l) height = std::max(height, std::fabs(lags[static_cast<size_t>(l)]));
        float& best = row[static_cast<size_t>(pool)];
        best = std::max(best, height * scale);
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
