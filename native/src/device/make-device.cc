#include "device/make-device.h"

#include "device/portaudio-device.h"
#include "device/pumped-device.h"
#include "device/virtual-device.h"

namespace twopop::device {

std::unique_ptr<AudioDevice> makeDevice(const DeviceConfig& config) {
  if (config.kind == "portaudio") return makePortAudioDevice();
  if (config.kind == "virtual") return makeVirtualDevice();
  if (config.kind == "offline") return makePumpedDevice();
  throw DeviceError("device-missing", "there is no kind of device \"" + config.kind + "\"");
}

}  // namespace twopop::device
