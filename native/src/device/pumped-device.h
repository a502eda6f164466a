// The device without a clock: gives blocks only when it is pumped, as fast as they are taken. Exact tests run on it.
#pragma once

#include <memory>

#include "device/audio-device.h"

namespace twopop::device {

/// "offline". Block sizes are drawn evenly from [leastBlock, mostBlock] by the seed (both 0: framesPerBuffer each
/// time; the last of a pump is cut to what is left); the same seed and the same pumps give the same blocks.
/// `monotonicNs` of a block is its clock in nanoseconds. The loop-back is LoopBack's; its latency is at least mostBlock.
std::unique_ptr<AudioDevice> makePumpedDevice();

}  // namespace twopop::device
