#include "dsp/sync-places.h"

#include <algorithm>
#include <cmath>

#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

/// Windows are read at the low rate; products are turned back at half of it, as the band ends at 2.9 kHz.
constexpr size_t kWindow = 16384, kLength = 32768, kMargin = (kLength - kWindow) / 2;
constexpr double kLagRate = kLowRate / 2;
constexpr size_t kHalfLength = kLength / 2, kHalfMargin = kMargin / 2;
constexpr auto kFromBin = static_cast<size_t>(180 / kLowRate * kLength), kToBin = static_cast<size_t>(2900 / kLowRate * kLength);
constexpr int64_t kMostReach = static_cast<int64_t>(kHalfMargin) - 8;

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
    count_ = static_cast<size_t>(std::min(static_cast<double>(kWindow), span_ * kLowRate));
    const double used = static_cast<double>(count_) / kLowRate;
    windows_.resize(std::min(kMostWindows, static_cast<size_t>(std::max(1.0, std::floor(2 * (span_ - used) / used) + 1))));
    heard_.assign(windows_.size(), false);
  }

  size_t size() const { return windows_.size(); }
  double seconds() const { return static_cast<double>(count_) / kLowRate; }
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
    readWindow(camera_, Rate::low, window.startSeconds * kLowRate, count_, 0, samples.data());
    if (rootMeanSquare(samples.data(), count_) < 1e-6f) return window;
    taper(samples.data(), count_, count_ / 8);
    RealFft& plan = planFor(kLength);
    window.spectrum.resize(plan.bins());
    plan.forward(samples.data(), window.spectrum.real.data(), window.spectrum.imaginary.data());
    shapeSpectrum(window.spectrum.real.data(), window.spectrum.imaginary.data(), plan.bins(), kFromBin, kToBin, 0.0f);
    window.spectrum.resize(kHalfLength / 2 + 1);
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
    reach_ = std::min<int64_t>(kMostReach, static_cast<int64_t>(std::ceil(reach * kLagRate)) + 2);
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
    const int64_t tried = std::min(reach_, static_cast<int64_t>(std::ceil(request_.toleranceSeconds * kLagRate)));
    const auto count = static_cast<size_t>(2 * tried + 1);
    const double half = std::max(1.0, (to_ - from_) / 2);
    const double slopeStep = 2.0 / (half * kLagRate);  // two samples at the ends
    const auto slopes = static_cast<int64_t>(std::floor(request_.driftRangePpm * 1e-6 / slopeStep));
    std::vector<float> sum(count);
    float best = 0;
    int64_t bestLag = 0;
    for (int64_t s = -slopes; s <= slopes; ++s) {
      std::fill(sum.begin(), sum.end(), 0.0f);
      for (size_t w = 0; w < rows_.size(); ++w) {
        const auto moved = static_cast<int64_t>(std::llround(static_cast<double>(s) * slopeStep * (times_[w] - middle_) * kLagRate));
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
    result.offsetSeconds = offset_ + static_cast<double>(bestLag) / kLagRate;
    return result;
  }

 private:
  void add(const CameraWindow& window) {
    if (window.spectrum.real.empty()) return;
    thread_local std::vector<float> samples(kLength), lags(kHalfLength);
    thread_local Spectrum heard, product;
    RealFft& plan = planFor(kLength);
    RealFft& halfPlan = planFor(kHalfLength);
    heard.resize(plan.bins());
    product.resize(halfPlan.bins());
    const int64_t first = std::llround((offset_ + window.startSeconds) * kLowRate) - static_cast<int64_t>(kMargin);
    recorder_->readLow(first, kLength, samples.data());
    if (rootMeanSquare(samples.data() + kMargin, window.count) < 1e-7f) return;
    plan.forward(samples.data(), heard.real.data(), heard.imaginary.data());
    shapeSpectrum(heard.real.data(), heard.imaginary.data(), halfPlan.bins(), kFromBin, kToBin, 0.5f);
    conjugateProduct(window.spectrum.real.data(), window.spectrum.imaginary.data(), heard.real.data(),
                     heard.imaginary.data(), product.real.data(), product.imaginary.data(), halfPlan.bins());
    halfPlan.inverse(product.real.data(), product.imaginary.data(), lags.data());
    const float noise = rootMeanSquare(lags.data(), 2 * kHalfMargin) + 1e-20f;
    // Loud windows count more, but a clap may not outweigh all the rest.
    const float weight = 1.0f / std::sqrt(noise);
    std::vector<float> row(static_cast<size_t>(2 * reach_ + 1));
    for (size_t i = 0; i < row.size(); ++i) row[i] = lags[kHalfMargin - static_cast<size_t>(reach_) + i] * weight;
    variance_ += static_cast<double>(noise * weight) * (noise * weight);
    times_.push_back(window.startSeconds + static_cast<double>(window.count) / kLowRate / 2);
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
    if (cancel.load(std::memory_order_relaxed)) return {};
    PlaceRows rows(camera, *recorders[places[place].recorder], places[place], request);
    rows.take(windows, request.fewWindows);
    const PlaceScore score = rows.score(place);
    looked.push_back({std::move(rows), score});
  }
  const auto better = [](const Looked& a, const Looked& b) { return a.score.score > b.score.score; };
  std::stable_sort(looked.begin(), looked.end(), better);
  if (looked.size() > request.kept) looked.erase(looked.begin() + static_cast<ptrdiff_t>(request.kept), looked.end());
  std::vector<PlaceScore> result;
  for (Looked& one : looked) {
    if (cancel.load(std::memory_order_relaxed)) return {};
    one.rows.take(windows, request.manyWindows);
    result.push_back(one.rows.score(one.score.place));
  }
  std::stable_sort(result.begin(), result.end(), [](const PlaceScore& a, const PlaceScore& b) { return a.score > b.score; });
  return result;
}

}  // namespace twopop::sync
