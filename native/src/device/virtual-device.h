// A sound card without hardware, in real time: every output comes back as the input of the same number.
#pragma once

#include <memory>

#include "device/audio-device.h"

namespace twopop::device {

/// "virtual". A thread of its own asks for a block whenever one is due on the monotonic clock: block k is due at
/// start + (k + 1) * framesPerBuffer / sampleRate, so nothing drifts and a late wake-up is made up for by calling until
/// it is on time. More than 2 s late, it ends itself (finished(), endCause() says so). Real-time priority where the
/// system allows it. The loop-back is LoopBack's, its latency at least one block; inputs beyond the outputs carry
/// synthetic-input.h.
std::unique_ptr<AudioDevice> makeVirtualDevice();

}  // namespace twopop::device
