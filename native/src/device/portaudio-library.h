// The PortAudio library, found at run time. One a process: naudiodon, loaded afterwards, then gets the same mapping, and
// with it the same device indices.
#pragma once

#include <string>
#include <vector>

#include "device/portaudio-abi.h"

namespace twopop::device {

struct PortAudioDeviceFacts {
  int32_t index = -1;  // of this library, until the devices are listed again
  std::string hostApi, name;
  std::vector<std::string> inputChannels, outputChannels;  // names that the driver gives; "" where it gives none
  double defaultSampleRate = 0;
  double lowInputLatencySeconds = 0, lowOutputLatencySeconds = 0, highInputLatencySeconds = 0, highOutputLatencySeconds = 0;
};

class PortAudioLibrary {
 public:
  /// Opens the library of that absolute path, or gives the one that is open already where it is the same path; stays
  /// open until the process ends. `jackClientName` is what JACK shows; it holds for the life of the process. Throws
  /// DeviceError library-missing: nothing there, not a PortAudio, or another one is open already.
  static const PortAudioLibrary& open(const std::string& path, const std::string& jackClientName);
  /// The one that is open; null: none.
  static const PortAudioLibrary* opened();

  const std::string& path() const { return path_; }
  const std::string& versionText() const { return versionText_; }
  const portaudio::Calls& calls() const { return calls_; }

  /// What is there now; while a stream is open, what was there when it was opened. May take long, and never on an audio
  /// thread. Throws DeviceError.
  std::vector<PortAudioDeviceFacts> devices() const;

  /// Throws the DeviceError that belongs to an error of PortAudio, with the host's own words; none where it is none.
  void check(int error, const std::string& what) const;

  PortAudioLibrary(const PortAudioLibrary&) = delete;
  PortAudioLibrary& operator=(const PortAudioLibrary&) = delete;

 private:
  PortAudioLibrary(const std::string& path, const std::string& jackClientName);

  std::string path_, versionText_, jackClientName_;
  portaudio::Calls calls_{};
};

/// Holds PortAudio for one caller: its functions outside the callback may not run at the same time. Throws DeviceError
/// device-hung when another call does not come back for five seconds.
class PortAudioTurn {
 public:
  PortAudioTurn();
  ~PortAudioTurn();
  PortAudioTurn(const PortAudioTurn&) = delete;
  PortAudioTurn& operator=(const PortAudioTurn&) = delete;
};

}  // namespace twopop::device
