#include "dsp/sync-rivals.h"

#include <algorithm>
#include <cmath>
#include <complex>

#include "dsp/sync-fft.h"
#include "dsp/sync-spectra.h"

namespace twopop::sync {

namespace {

using Complex = std::complex<float>;

constexpr double kPi = 3.14159265358979323846;
constexpr size_t kWindow = 16384;  // 1.37 s at 12 kHz: a room's answer fits in
constexpr double kLowestHz = 160, kHighestHz = 5000;
/// A filter of fewer windows would take away much of what is one place's own, too.
constexpr size_t kLeastWindows = 6;
constexpr float kSilentLevel = 1e-6f;
/// The lag of the clip is known to a few samples at 12 kHz.
constexpr int64_t kAround = 3;
constexpr double kMostApartPpm = 12;
/// A place that was tracked and not refined is laid to a few milliseconds.
constexpr int64_t kMostApart = 144;
/// Of the height that the song has where the one place is laid, so much is asked for of the other's.
constexpr float kLeastSongShare = 0.5f;
constexpr size_t kRounds = 4;

/// The bins of one window.
struct Window {
  double cameraSeconds;
  std::vector<Complex> camera, first, second;
};

struct Band {
  size_t from, to;
  size_t size() const { return to - from; }
};

/// The band of a window that is laid at a fraction of a sample.
std::vector<Complex> bandAt(const SignalReader& source, double start, double driftPpm, const Band& band, std::vector<float>& samples,
                            Spectrum& spectrum, float& level) {
  const double whole = std::round(start);
  readWindow(source, Rate::low, whole, kWindow, driftPpm, samples.data());
  level = rootMeanSquare(samples.data(), kWindow);
  taper(samples.data(), kWindow, kWindow / 2);
  planFor(kWindow).forward(samples.data(), spectrum.real.data(), spectrum.imaginary.data());
  std::vector<Complex> out(band.size());
  const double step = 2 * kPi * (start - whole) / static_cast<double>(kWindow);
  for (size_t k = 0; k < out.size(); ++k) {
    const size_t bin = band.from + k;
    const auto turn = std::polar(1.0, step * static_cast<double>(bin));
    out[k] = Complex(spectrum.real[bin], spectrum.imaginary[bin]) * Complex(turn);
  }
  return out;
}

/// Where the magnitude of a correlation is highest, at most `reach` from lag 0, to a fraction of a sample.
double highestLag(const std::vector<float>& row, int64_t reach) {
  const auto at = [&](int64_t lag) {
    const auto length = static_cast<int64_t>(row.size());
    return static_cast<double>(std::fabs(row[static_cast<size_t>((lag + length) % length)]));
  };
  int64_t top = 0;
  for (int64_t lag = -reach; lag <= reach; ++lag) {
    if (at(lag) > at(top)) top = lag;
  }
  const double bend = at(top - 1) - 2 * at(top) + at(top + 1);
  const double fraction = bend < 0 ? 0.5 * (at(top - 1) - at(top + 1)) / bend : 0;
  return static_cast<double>(top) + std::clamp(fraction, -0.5, 0.5);
}

/// Turns the second place's windows by a lag that is the same in all of them: what the clip has of that place's own sound
/// is looked for where the song lies, and a place that is laid beside it would seem to have none.
void layTogether(std::vector<Window>& windows, const Band& band) {
  RealFft& plan = planFor(kWindow);
  Spectrum product;
  product.resize(plan.bins());
  for (size_t k = 0; k < band.size(); ++k) {
    Complex cross = 0;
    for (const Window& window : windows) {
      const Complex value = std::conj(window.first[k]) * window.second[k];
      const float size = std::abs(value);
      if (size > 0) cross += value / std::sqrt(size);
    }
    product.real[band.from + k] = cross.real() / (std::sqrt(std::abs(cross)) + 1e-20f);
    product.imaginary[band.from + k] = cross.imag() / (std::sqrt(std::abs(cross)) + 1e-20f);
  }
  std::vector<float> row(kWindow);
  plan.inverse(product.real.data(), product.imaginary.data(), row.data());
  const double lag = highestLag(row, kMostApart);
  for (size_t k = 0; k < band.size(); ++k) {
    const double angle = 2 * kPi * lag * static_cast<double>(band.from + k) / static_cast<double>(kWindow);
    const Complex turn(std::polar(1.0, angle));
    for (Window& window : windows) window.second[k] *= turn;
  }
}

/// Turns the second place's windows so that its lag from the first does not move over the clip.
void straighten(std::vector<Window>& windows, const Band& band, double middle) {
  constexpr size_t kEach = 5;
  const auto agreement = [&](double ppm) {
    double sum = 0;
    for (size_t k = 0; k < band.size(); k += kEach) {
      const double omega = 2 * kPi * kLowRate * static_cast<double>(band.from + k) / static_cast<double>(kWindow);
      std::complex<double> cross = 0;
      for (const Window& window : windows) {
        const Complex product = window.first[k] * std::conj(window.second[k]);
        const float size = std::abs(product);
        if (size <= 0) continue;
        // Loud windows shall not rule.
        cross += std::complex<double>(product) / std::sqrt(static_cast<double>(size)) *
                 std::polar(1.0, omega * ppm * 1e-6 * (window.cameraSeconds - middle));
      }
      sum += std::abs(cross);
    }
    return sum;
  };
  double best = 0, height = agreement(0);
  for (double step = 1; step > 0.03; step /= 4) {
    const double around = best;
    const double reach = step == 1 ? kMostApartPpm : 4 * step;
    for (double ppm = around - reach; ppm <= around + reach + 1e-9; ppm += step) {
      const double found = agreement(ppm);
      if (found > height) {
        height = found;
        best = ppm;
      }
    }
  }
  for (Window& window : windows) {
    for (size_t k = 0; k < band.size(); ++k) {
      const double omega = 2 * kPi * kLowRate * static_cast<double>(band.from + k) / static_cast<double>(kWindow);
      window.second[k] *= Complex(std::polar(1.0, -omega * best * 1e-6 * (window.cameraSeconds - middle)));
    }
  }
}

/// What of `whole` is not `part` through one filter, bin by bin over the windows. The filter comes from the windows in
/// which neither has much of its own: windows that fit badly are weighed down round by round, since else the filter would
/// come out too small wherever `part` has sound of its own, and leave some of what is common. Each window's filter is
/// made without the window itself.
template <typename Whole, typename Part>
std::vector<std::vector<Complex>> without(const std::vector<Window>& windows, const Band& band, Whole whole, Part part) {
  const size_t count = windows.size();
  std::vector<std::vector<Complex>> left(count, std::vector<Complex>(band.size()));
  std::vector<float> weights(count), sizes(count);
  for (size_t k = 0; k < band.size(); ++k) {
    std::fill(weights.begin(), weights.end(), 1.0f);
    std::complex<double> cross = 0;
    double power = 0;
    for (size_t round = 0; round < kRounds; ++round) {
      cross = 0;
      power = 1e-30;
      for (size_t w = 0; w < count; ++w) {
        const Complex a = whole(windows[w])[k], b = part(windows[w])[k];
        cross += std::complex<double>(a * std::conj(b)) * static_cast<double>(weights[w]);
        power += static_cast<double>(std::norm(b) * weights[w]);
      }
      if (round + 1 == kRounds) break;
      const Complex filter(cross / power);
      for (size_t w = 0; w < count; ++w) sizes[w] = std::norm(whole(windows[w])[k] - filter * part(windows[w])[k]);
      std::vector<float> sorted = sizes;
      std::nth_element(sorted.begin(), sorted.begin() + static_cast<ptrdiff_t>(count / 2), sorted.end());
      const float usual = sorted[count / 2] + 1e-30f;
      for (size_t w = 0; w < count; ++w) weights[w] = 1 / (1 + sizes[w] / usual);
    }
    for (size_t w = 0; w < count; ++w) {
      const Complex a = whole(windows[w])[k], b = part(windows[w])[k];
      const auto own = static_cast<double>(weights[w]);
      const std::complex<double> others = cross - std::complex<double>(a * std::conj(b)) * own;
      const double rest = std::max(power - static_cast<double>(std::norm(b)) * own, 0.05 * power);
      left[w][k] = a - Complex(others / rest) * b;
    }
  }
  return left;
}

double powerOf(const std::vector<std::vector<Complex>>& all) {
  double sum = 0;
  for (const auto& window : all) {
    for (const Complex value : window) sum += std::norm(value);
  }
  return sum;
}

}  // namespace

RivalsResult compareRivals(const SignalReader& camera, const SignalReader& first, const SignalReader& second,
                           const RivalsRequest& request, CancelFlag& cancel) {
  RivalsResult result;
  const double used = static_cast<double>(kWindow) / kLowRate;
  double from = std::max(0.0, request.cameraFrom), to = std::min(camera.seconds(), request.cameraTo);
  for (const auto& [line, reader] : {std::pair{request.first, &first}, std::pair{request.second, &second}}) {
    const double stretch = 1 + line.driftPpm * 1e-6;
    from = std::max(from, -line.offsetSeconds / stretch);
    to = std::min(to, (reader->seconds() - line.offsetSeconds) / stretch);
  }
  const double span = to - from;
  if (span < used) return result;
  const auto places = static_cast<size_t>(std::floor((span - used) / (used / 2))) + 1;
  const size_t count = std::min(places, request.mostWindows);
  if (count < kLeastWindows) return result;
  const auto bin = [](double hz) { return static_cast<size_t>(hz / kLowRate * static_cast<double>(kWindow)); };
  const Band band{bin(kLowestHz), bin(kHighestHz)};
  RealFft& plan = planFor(kWindow);
  std::vector<float> samples(kWindow);
  Spectrum spectrum;
  spectrum.resize(plan.bins());
  std::vector<Window> windows;
  const double cameraPpm = isReadPlainly(request.first.driftPpm) ? 0 : request.first.driftPpm;
  for (size_t w = 0; w < count; ++w) {
    if (cancel.load(std::memory_order_relaxed)) return result;
    const double at = from + (span - used) * static_cast<double>(w) / static_cast<double>(count - 1);
    const double start = std::round(at * kLowRate) / kLowRate;
    Window window;
    window.cameraSeconds = start + used / 2;
    const auto laid = [&](const RivalLine& line) {
      return (line.offsetSeconds + window.cameraSeconds * (1 + line.driftPpm * 1e-6) - used / 2) * kLowRate;
    };
    float cameraLevel = 0, firstLevel = 0, secondLevel = 0;
    window.camera = bandAt(camera, start * kLowRate, cameraPpm, band, samples, spectrum, cameraLevel);
    window.first = bandAt(first, laid(request.first), 0, band, samples, spectrum, firstLevel);
    window.second = bandAt(second, laid(request.second), 0, band, samples, spectrum, secondLevel);
    if (std::min({cameraLevel, firstLevel, secondLevel}) < kSilentLevel) continue;
    windows.push_back(std::move(window));
  }
  if (windows.size() < kLeastWindows) return result;
  straighten(windows, band, (from + to) / 2);
  layTogether(windows, band);
  if (cancel.load(std::memory_order_relaxed)) return result;

  const auto one = [](const Window& window) -> const std::vector<Complex>& { return window.first; };
  const auto other = [](const Window& window) -> const std::vector<Complex>& { return window.second; };
  Spectrum product;
  product.resize(plan.bins());
  // Height near the line's lag, and the noise far from it.
  const auto correlate = [&](const std::vector<Complex>& heard, const std::vector<Complex>& left, std::vector<float>& row) {
    std::fill(product.real.begin(), product.real.end(), 0.0f);
    std::fill(product.imaginary.begin(), product.imaginary.end(), 0.0f);
    for (size_t k = 0; k < band.size(); ++k) {
      const float size = std::abs(heard[k]) * std::sqrt(std::abs(left[k])) + 1e-20f;
      const Complex value = std::conj(heard[k]) * left[k] / size;
      product.real[band.from + k] = value.real();
      product.imaginary[band.from + k] = value.imag();
    }
    row.resize(kWindow);
    plan.inverse(product.real.data(), product.imaginary.data(), row.data());
    const float noise = rootMeanSquare(row.data() + kWindow / 8, 3 * kWindow / 4) + 1e-20f;
    for (float& value : row) value /= noise;
  };
  // `ofWindow` gives the spectrum that a window of the clip is compared with.
  const auto measure = [&](auto hears, auto ofWindow, float polarity, double& total, double RivalsWindow::*mine) {
    std::vector<float> sum(2 * kAround + 1, 0.0f), row;
    std::vector<std::vector<float>> near(windows.size(), std::vector<float>(2 * kAround + 1));
    for (size_t w = 0; w < windows.size(); ++w) {
      correlate(hears(windows[w]), ofWindow(w), row);
      for (int64_t lag = -kAround; lag <= kAround; ++lag) {
        const float value = row[static_cast<size_t>((lag + static_cast<int64_t>(kWindow)) % static_cast<int64_t>(kWindow))];
        near[w][static_cast<size_t>(lag + kAround)] = value;
        sum[static_cast<size_t>(lag + kAround)] += value;
      }
    }
    size_t top = 0;
    for (size_t i = 1; i < sum.size(); ++i) {
      if (std::fabs(sum[i]) > std::fabs(sum[top])) top = i;
    }
    total = static_cast<double>(polarity * sum[top]) / std::sqrt(static_cast<double>(windows.size()));
    for (size_t w = 0; w < windows.size(); ++w) result.windows[w].*mine = static_cast<double>(polarity * near[w][top]);
  };
  for (const Window& window : windows) result.windows.push_back({window.cameraSeconds, 0, 0});
  const auto clip = [](const Window& window) -> const std::vector<Complex>& { return window.camera; };
  // A microphone may be inverted: what counts as upright is the sign of the whole sound.
  const auto polarityOf = [&](auto whole) {
    double height = 0;
    measure(clip, [&](size_t w) -> const std::vector<Complex>& { return whole(windows[w]); }, 1.0f, height, &RivalsWindow::first);
    return height < 0 ? -1.0f : 1.0f;
  };
  const float firstPolarity = polarityOf(one), secondPolarity = polarityOf(other);
  // A rival's own sound is measured where the match's is: that says nothing where the song itself does not lie there. A
  // reflection may be the highest arrival of either, so the height there is asked for, against the highest near it.
  const auto songShare = [&](auto whole) {
    std::vector<float> sum(kWindow, 0.0f), row;
    for (const Window& window : windows) {
      correlate(window.camera, whole(window), row);
      for (size_t i = 0; i < kWindow; ++i) sum[i] += row[i];
    }
    const auto highest = [&](int64_t reach) {
      float height = 0;
      for (int64_t lag = -reach; lag <= reach; ++lag) {
        height = std::max(height, std::fabs(sum[static_cast<size_t>((lag + static_cast<int64_t>(kWindow)) % static_cast<int64_t>(kWindow))]));
      }
      return height;
    };
    return highest(kAround) / (highest(kMostApart) + 1e-20f);
  };
  if (songShare(other) < kLeastSongShare * songShare(one)) return result;
  double power = 0;
  for (const Window& window : windows) {
    for (const Complex value : window.first) power += std::norm(value);
  }
  const auto firstLeft = without(windows, band, one, other);
  result.firstOwn = powerOf(firstLeft) / (power + 1e-30);
  const auto leftOf = [](const std::vector<std::vector<Complex>>& left) {
    return [&left](size_t w) -> const std::vector<Complex>& { return left[w]; };
  };
  measure(one, leftOf(firstLeft), 1.0f, result.firstInFirst, &RivalsWindow::first);
  measure(clip, leftOf(firstLeft), firstPolarity, result.first, &RivalsWindow::first);
  if (cancel.load(std::memory_order_relaxed)) return result;
  power = 0;
  for (const Window& window : windows) {
    for (const Complex value : window.second) power += std::norm(value);
  }
  const auto secondLeft = without(windows, band, other, one);
  result.secondOwn = powerOf(secondLeft) / (power + 1e-30);
  measure(one, leftOf(secondLeft), firstPolarity * secondPolarity, result.secondInFirst, &RivalsWindow::second);
  measure(clip, leftOf(secondLeft), secondPolarity, result.second, &RivalsWindow::second);
  result.found = true;
  return result;
}

}  // namespace twopop::sync
