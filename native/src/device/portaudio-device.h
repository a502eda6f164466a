// A sound card, through PortAudio's callback.
#pragma once

#include <memory>

#include "device/audio-device.h"

namespace twopop::device {

/// "portaudio". 32-bit float, interleaved, PortAudio neither clipping nor dithering; both ways at once or one alone,
/// input and output of one host API. `framesPerBuffer` 0: blocks of whatever size the driver has, of which those beyond
/// 4096 come in pieces. The library of `libraryPath` is opened where none is yet.
std::unique_ptr<AudioDevice> makePortAudioDevice();

}  // namespace twopop::device
