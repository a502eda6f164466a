// Gains of fades computed ahead, for those shapes whose formula takes long: the very numbers that fadeGain() gives.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "plan.h"

namespace twopop::dsp {

/// Entry i is fadeGain(shape, i / lengthSamples), for i of 0..lengthSamples. Shared by all who hold the same one; null for
/// shapes that are as quick to compute. From any thread, never of the callback.
std::shared_ptr<const std::vector<double>> fadeTable(FadeShape shape, int64_t lengthSamples);

}  // namespace twopop::dsp
