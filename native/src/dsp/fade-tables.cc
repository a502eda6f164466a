#include "dsp/fade-tables.h"

#include <map>
#include <mutex>
#include <utility>

#include "dsp/fade-curve.h"

namespace twopop::dsp {

std::shared_ptr<const std::vector<double>> fadeTable(FadeShape shape, int64_t lengthSamples) {
  if (lengthSamples <= 0 || (shape != FadeShape::equalPower && shape != FadeShape::sCurve)) return nullptr;
  static std::mutex mutex;
  static std::map<std::pair<FadeShape, int64_t>, std::weak_ptr<const std::vector<double>>> tables;
  std::lock_guard<std::mutex> lock(mutex);
  auto& kept = tables[{shape, lengthSamples}];
  if (auto table = kept.lock()) return table;
  std::vector<double> gains(static_cast<size_t>(lengthSamples) + 1);
  for (int64_t i = 0; i <= lengthSamples; i++) {
    gains[static_cast<size_t>(i)] = fadeGain(shape, static_cast<double>(i) / static_cast<double>(lengthSamples));
  }
  auto table = std::make_shared<const std::vector<double>>(std::move(gains));
  kept = table;
  for (auto each = tables.begin(); each != tables.end();) each = each->second.expired() ? tables.erase(each) : std::next(each);
  return table;
}

}  // namespace twopop::dsp
