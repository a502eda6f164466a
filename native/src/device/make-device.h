// The device that a configuration names.
#pragma once

#include <memory>

#include "device/audio-device.h"

namespace twopop::device {

/// By `config.kind`. Throws DeviceError device-missing for a kind that is not known.
std::unique_ptr<AudioDevice> makeDevice(const DeviceConfig& config);

}  // namespace twopop::device
