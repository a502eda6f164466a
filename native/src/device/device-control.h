// Opens, starts, stops and closes the audio device on a thread of its own, and notices when it dies: a driver may hang
// in any call, and one that stops asking for blocks gives no error by itself.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "device/audio-device.h"
#include "device/block-relay.h"

namespace twopop::device {

enum class DevicePhase { closed, opening, open, running, lost, hung };

/// What became of the device without being asked for. `cause`: "stalled" (asked for no block any more), "finished" (ended
/// by itself: unplugged, server gone), "rate-changed" (runs at another common rate than it was opened at; seen after some
/// seconds).
struct DeviceLoss {
  std::string cause, message;
};

struct DeviceState {
  DevicePhase phase = DevicePhase::closed;
  DeviceFacts facts;         // of the device that is open or was last
  DeviceCounters counters;
  double driverLoad = 0;     // 0 where the driver does not say
};

/// Told on the control's own threads; never two at a time, and none once the control's destructor has returned. They may
/// call the control, but not destroy it.
struct DeviceEvents {
  /// Within 500 ms of the last block (after 2 s where not one came since the start; later only where a block is longer
  /// than 130 ms). The engine is called no more; the device is being closed.
  std::function<void(const DeviceLoss&)> onLost;
  /// The driver did not come back from a call (`during`: "open", "start", "stop", "close") in time: 2 s, for open and
  /// start 10 s. It cannot be used again in this process, which should end itself and be started anew.
  std::function<void(const std::string& during)> onHung;
};

using OpenResult = std::function<void(const DeviceFacts* facts, const DeviceError* error)>;
using Result = std::function<void(const DeviceError* error)>;  // null: done
using MakeDevice = std::function<std::unique_ptr<AudioDevice>(const DeviceConfig&)>;

struct DeviceSession;

class DeviceControl {
 public:
  /// `callback` gets the blocks; it must live as long as the control. Its finished() is not called: see onLost.
  DeviceControl(BlockCallback& callback, DeviceEvents events, MakeDevice make);
  /// Stops and closes; a driver that hangs is left behind after 1.5 seconds, without the callback.
  ~DeviceControl();
  /// What the destructor does, while the control may still be asked by those whom it tells: refuses all that is asked from
  /// here on.
  void end();
  DeviceControl(const DeviceControl&) = delete;
  DeviceControl& operator=(const DeviceControl&) = delete;

  // Each is done in turn on the control thread and then answered there, exactly once; after a hang with `device-hung`.
  // From any thread; none of them waits.
  /// Closes the one that was open, if any. The first block comes after `start` only.
  void open(const DeviceConfig& config, OpenResult result);
  void start(Result result);
  void stop(Result result);
  void close(Result result);
  /// See AudioDevice::pump.
  void pump(uint64_t frames, Result result);
  /// See AudioDevice::fault; at once, on the caller's thread. Throws DeviceError where no device is open.
  void fault(const std::string& kind, double value);

  DeviceState state() const;

 private:
  std::shared_ptr<DeviceSession> session_;
  std::thread worker_, watchdog_;
};

}  // namespace twopop::device
