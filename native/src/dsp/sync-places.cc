#include "dsp/sync-places.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr double kPi = 3.14159265358979323846;

/// All here runs at half the low rate, as the band ends at 2.8 kHz.
constexpr double kRate = kLowRate / 2;
constexpr size_t kWindow = 8192, kLength = 16384, kMargin = (kLength - kWindow) / 2;
constexpr auto kFromBin = static_cast<size_t>(180 / kRate * kLength), kToBin = static_cast<size_t>(2800 / kRate * kLength);
constexpr int64_t kMostReach = static_cast<int64_t>(kMargin) - 8;
/// A half-band filter's taps at odd distances from its middle, both sides alike.
constexpr size_t kTaps = 12;
constexpr size_t kSide = 2 * kTaps;

const std::array<float, kTaps>& halfBand() {
  static const std::array<float, kTaps> taps = [] {
    std::array<float, kTaps> made{};
    double sum = 0;
    for (size_t j = 0; j < kTaps; ++j) {
      const double t = 2.0 * static_cast<double>(j) + 1;
      const double x = kPi * t / (kSide + 1.0);
      made[j] = static_cast<float>(std::sin(kPi * t / 2) / (kPi * t) * (0.42 + 0.5 * std::cos(x) + 0.08 * std::cos(2 * x)));
      sum += 2 * made[j];
    }
    for (float& tap : made) tap *= static_cast<float>(0.5 / sum);
    return made;
  }();
  return taps;
}

/// out[k] is the filtered sample 2k of a row whose even samples are `even` and odd ones `odd`, each with kTaps before.
SYNC_VECTOR_CLONES
void halve(const float* __restrict even, const float* __restrict odd, const float* __restrict taps, float* __restrict out,
           size_t count) {
  for (size_t k = 0; k < count; ++k) {
    float sum = 0.5f * even[k + kTaps];
    for (size_t j = 0; j < kTaps; ++j) sum += taps[j] * (odd[k + kTaps + j] + odd[k + kTaps - 1 - j]);
    out[k] = sum;
  }
}

/// Reads `count` samples at kRate from low-rate sample `first` on.
void readHalf(const SignalReader& source, int64_t first, size_t count, float* into) {
  thread_local std::vector<float> samples, even, odd;
  const size_t pairs = count + 2 * kTaps;
  samples.resize(2 * pairs);
  even.resize(pairs);
  odd.resize(pairs);
  source.readLow(first - static_cast<int64_t>(kSide), samples.size(), samples.data());
  for (size_t k = 0; k < pairs; ++k) {
    even[k] = samples[2 * k];
    odd[k] = samples[2 * k + 1];
  }
  halve(even.data(), odd.data(), halfBand().data(), into, count);
}

SYNC_VECTOR_CLONES
void addRow(float* __restrict sum, const float* __restrict row, size_t count) {
  for (size_t i = 0; i < count; ++i) sum[i] += row[i];
}

struct CameraWindow {
  double startSeconds;
  size_t count;
  Spectrum spectrum;
};

/// Windows at even distances over a part of the clip, turned to spectra when they are first asked for.
class CameraWindows {
 public:
  CameraWindows(const SignalReader& camera, double from, double to) : camera_(camera), from_(from) {
    span_ = std::max(0.3, std::min(to, camera.seconds()) - from);
    count_ = static_cast<size_t>(std::min(static_cast<double>(kWindow), span_ * kRate));
    const double used = static_cast<double>(count_) / kRate;
    windows_.resize(std::min(kMostWindows, static_cast<size_t>(std::max(1.0, std::floor(2 * (span_ - used) / used) + 1))));
    heard_.assign(windows_.size(), false);
  }

  size_t size() const { return windows_.size(); }
  double seconds() const { return static_cast<double>(count_) / kRate; }
  double startOf(size_t w) const {
    const double free = span_ - seconds();
    const double start = windows_.size() > 1 ? free * static_cast<double>(w) / static_cast<double>(windows_.size() - 1) : 0;
    return std::round((from_ + start) * kLowRate) / kLowRate;
  }

  /// Its spectrum is empty where the clip is silent.
  const CameraWindow& at(size_t w) {
    CameraWindow& window = windows_[w];
    if (heard_[w]) return window;
    heard_[w] = true;
    window.startSeconds = startOf(w);
    window.count = count_;
    std::vector<float> samples(kLength);
    readHalf(camera_, std::llround(window.startSeconds * kLowRate), count_, samples.data());
    if (rootMeanSquare(samples.data(), count_) < 1e-6f) return window;
    taper(samples.data(), count_, count_ / 8);
    RealFft& plan = planFor(kLength);
    window.spectrum.resize(plan.bins());
    plan.forward(samples.data(), window.spectrum.real.data(), window.spectrum.imaginary.data());
    shapeSpectrum(window.spectrum.real.data(), window.spectrum.imaginary.data(), plan.bins(), kFromBin, kToBin, 0.0f);
    return window;
  }

 private:
  static constexpr size_t kMostWindows = 64;
  const SignalReader& camera_;
  double from_, span_;
  size_t count_;
  std::vector<CameraWindow> windows_;
  std::vector<bool> heard_;
};

/// The correlations of one place, gathered window by window.
class PlaceRows {
 public:
  PlaceRows(const SignalReader& camera, const SignalReader& recorder, const Place& place, const PlacesRequest& request)
      : recorder_(&recorder), offset_(place.offsetSeconds), request_(request) {
    from_ = std::max(request.cameraFrom, -place.offsetSeconds);
    to_ = std::min({request.cameraTo, camera.seconds(), recorder.seconds() - place.offsetSeconds});
    middle_ = (from_ + to_) / 2;
    const double reach = request.toleranceSeconds + request.driftRangePpm * 1e-6 * (to_ - from_) / 2;
    reach_ = std::min<int64_t>(kMostReach, static_cast<int64_t>(std::ceil(reach * kRate)) + 2);
  }

  /// Takes windows where both files have sound (but for a little at the ends) until there were `most`, spread evenly.
  void take(CameraWindows& windows, size_t most) {
    const double seconds = windows.seconds(), slack = 0.2 * seconds;
    size_t first = 0, end = windows.size();
    while (first < end && windows.startOf(first) < from_ - slack) ++first;
    while (end > first && windows.startOf(end - 1) + seconds > to_ + slack) --end;
    const size_t fitting = end - first;
    while (taken_.size() < std::min(most, fitting)) {
      // The golden section spreads points evenly however many there are.
      const double place = static_cast<double>(taken_.size() + 1) * 0.6180339887498949;
      size_t w = first + static_cast<size_t>((place - std::floor(place)) * static_cast<double>(fitting));
      while (std::find(taken_.begin(), taken_.end(), w) != taken_.end()) w = w + 1 < end ? w + 1 : first;
      taken_.push_back(w);
      add(windows.at(w));
    }
  }

  /// The best line through the windows so far.
  PlaceScore score(size_t place) const {
    PlaceScore result{place, offset_, 0};
    if (rows_.empty()) return result;
    const int64_t tried = std::min(reach_, static_cast<int64_t>(std::ceil(request_.toleranceSeconds * kRate)));
    const auto count = static_cast<size_t>(2 * tried + 1);
    const double half = std::max(1.0, (to_ - from_) / 2);
    const double slopeStep = 2.0 / (half * kRate);  // two samples at the ends
    const auto slopes = static_cast<int64_t>(std::floor(request_.driftRangePpm * 1e-6 / slopeStep));
    std::vector<float> sum(count);
    float best = 0;
    int64_t bestLag = 0;
    for (int64_t s = -slopes; s <= slopes; ++s) {
      std::fill(sum.begin(), sum.end(), 0.0f);
      for (size_t w = 0; w < rows_.size(); ++w) {
        const auto moved = static_cast<int64_t>(std::llround(static_cast<double>(s) * slopeStep * (times_[w] - middle_) * kRate));
        const int64_t shift = std::clamp<int64_t>(reach_ - tried + moved, 0, 2 * (reach_ - tried));
        addRow(sum.data(), rows_[w].data() + shift, count);
      }
      for (size_t i = 0; i < count; ++i) {
        if (std::fabs(sum[i]) > best) {
          best = std::fabs(sum[i]);
          bestLag = static_cast<int64_t>(i) - tried;
        }
      }
    }
    result.score = best / std::sqrt(variance_);
    result.offsetSeconds = offset_ + static_cast<double>(bestLag) / kRate;
    return result;
  }

 private:
  void add(const CameraWindow& window) {
    if (window.spectrum.real.empty()) return;
    thread_local std::vector<float> samples(kLength), lags(kLength);
    thread_local Spectrum heard, product;
    RealFft& plan = planFor(kLength);
    heard.resize(plan.bins());
    product.resize(plan.bins());
    const int64_t first = std::llround((offset_ + window.startSeconds) * kLowRate) - static_cast<int64_t>(2 * kMargin);
    readHalf(*recorder_, first, kLength, samples.data());
    if (rootMeanSquare(samples.data() + kMargin, window.count) < 1e-7f) return;
    plan.forward(samples.data(), heard.real.data(), heard.imaginary.data());
    shapeSpectrum(heard.real.data(), heard.imaginary.data(), plan.bins(), kFromBin, kToBin, 0.5f);
    conjugateProduct(window.spectrum.real.data(), window.spectrum.imaginary.data(), heard.real.data(),
                     heard.imaginary.data(), product.real.data(), product.imaginary.data(), plan.bins());
    plan.inverse(product.real.data(), product.imaginary.data(), lags.data());
    const float noise = rootMeanSquare(lags.data(), 2 * kMargin) + 1e-20f;
    // Loud windows count more, but a clap may not outweigh all the rest.
    const float weight = 1.0f / std::sqrt(noise);
    std::vector<float> row(static_cast<size_t>(2 * reach_ + 1));
    for (size_t i = 0; i < row.size(); ++i) row[i] = lags[kMargin - static_cast<size_t>(reach_) + i] * weight;
    variance_ += static_cast<double>(noise * weight) * (noise * weight);
    times_.push_back(window.startSeconds + static_cast<double>(window.count) / kRate / 2);
    rows_.push_back(std::move(row));
  }

  const SignalReader* recorder_;
  double offset_, from_, to_, middle_;
  PlacesRequest request_;
  int64_t reach_;
  double variance_ = 0;
  std::vector<size_t> taken_;
  std::vector<double> times_;
  std::vector<std::vector<float>> rows_;
};

}  // namespace

std::vector<PlaceScore> checkPlaces(const SignalReader& camera, const std::vector<const SignalReader*>& recorders,
                                    const std::vector<Place>& places, const PlacesRequest& request, CancelFlag& cancel) {
  CameraWindows windows(camera, request.cameraFrom, request.cameraTo);
  struct Looked {
    PlaceRows rows;
    PlaceScore score;
  };
  std::vector<Looked> looked;
  looked.reserve(places.size());
  for (size_t place = 0; place < places.size(); ++place) {
    looked.push_back({PlaceRows(camera, *recorders[places[place].recorder], places[place], request), {}});
    looked.back().score.place = place;
  }
  for (const PlacesRequest::Round& round : request.rounds) {
    for (Looked& one : looked) {
      if (cancel.load(std::memory_order_relaxed)) return {};
      one.rows.take(windows, round.windows);
      one.score = one.rows.score(one.score.place);
    }
    std::stable_sort(looked.begin(), looked.end(), [](const Looked& a, const Looked& b) { return a.score.score > b.score.score; });
    if (looked.size() > round.kept) looked.erase(looked.begin() + static_cast<ptrdiff_t>(round.kept), looked.end());
  }
  std::vector<PlaceScore> result;
  for (const Looked& one : looked) result.push_back(one.score);
  return result;
}

}  // namespace twopop::sync
