#include "dsp/fade-tables.h"

#include "dsp/fade-curve.h"

namespace twopop::dsp {

std::shared_ptr<const std::vector<double>> FadeTables::of(FadeShape shape, int64_t lengthSamples) {
  if (lengthSamples <= 0 || (shape != FadeShape::equalPower && shape != FadeShape::sCurve)) return nullptr;
  if (const auto known = tables_.find({shape, lengthSamples}); known != tables_.end()) {
    if (auto table = known->second.lock()) return table;
  }
  for (auto each = tables_.begin(); each != tables_.end();) each = each->second.expired() ? tables_.erase(each) : std::next(each);
  std::vector<double> gains(static_cast<size_t>(lengthSamples) + 1);
  for (int64_t i = 0; i <= lengthSamples; i++) {
    gains[static_cast<size_t>(i)] = fadeGain(shape, static_cast<double>(i) / static_cast<double>(lengthSamples));
  }
  auto table = std::make_shared<const std::vector<double>>(std::move(gains));
  tables_[{shape, lengthSamples}] = table;
  return table;
}

}  // namespace twopop::dsp
