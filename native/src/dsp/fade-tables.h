// Gains of fades computed ahead, for those shapes whose formula takes long: the very numbers that fadeGain() gives.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "plan.h"

namespace twopop::dsp {

/// Tables as long as somebody holds them, so that the mix after an edit takes over those of the mix before. One thread at
/// a time, never the callback's.
class FadeTables {
 public:
  /// Entry i is fadeGain(shape, i / lengthSamples), for i of 0..lengthSamples. Null for shapes that are as quick to compute.
  std::shared_ptr<const std::vector<double>> of(FadeShape shape, int64_t lengthSamples);

 private:
  std::map<std::pair<FadeShape, int64_t>, std::weak_ptr<const std::vector<double>>> tables_;
};

}  // namespace twopop::dsp
