// Builds the peak file of a PCM file in one pass over it, on all cores, in bounded memory. The layout is written down
// in src-shared/engine/peak-file.ts.
#pragma once

#include <atomic>
#include <functional>
#include <string>

#include "plan.h"

namespace twopop::disk {

/// The build was ended through its flag; nothing is left of it.
struct PeaksCancelled {};

/// Writes the peak file of `source` to `outPath` and returns its number of levels. Throws FileError (also where the
/// source ends before its frames do: it is still being copied, or was cut) or PeaksCancelled, after removing `outPath`.
uint32_t buildPeaks(const PlanSource& source, const std::string& outPath, unsigned threads,
                    const std::atomic<bool>& cancelled, const std::function<void(double)>& onProgress);

}  // namespace twopop::disk
