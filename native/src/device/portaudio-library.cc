#include "device/portaudio-library.h"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>

#include "device/audio-device.h"
#include "device/jack-port-names.h"
#include "device/shared-library.h"

namespace twopop::device {
namespace {

std::mutex openMutex;
/// Never destroyed: a thread that hangs in the library may outlive main().
const PortAudioLibrary* openLibrary = nullptr;

std::mutex turnMutex;
constexpr auto longestWait = std::chrono::seconds(5);
constexpr auto waitStep = std::chrono::milliseconds(5);

/// What a host's own error means: EPERM, EACCES and EBUSY of ALSA, codes of Windows and of its WASAPI.
const char* meaningOf(long hostCode) {
  switch (static_cast<uint32_t>(hostCode)) {
    case static_cast<uint32_t>(-1):
    case static_cast<uint32_t>(-13):
    case 0x80070005u: return "permission-refused";  // E_ACCESSDENIED
    case static_cast<uint32_t>(-16):
    case 0x8889000Au: return "device-busy";  // AUDCLNT_E_DEVICE_IN_USE
    case 0x88890004u: return "device-missing";  // AUDCLNT_E_DEVICE_INVALIDATED
    case 0x88890008u: return "rate-refused";  // AUDCLNT_E_UNSUPPORTED_FORMAT
    default: return "device-failed";
  }
}

std::string namedBy(const char* name) { return name ? name : ""; }

std::vector<std::string> channelNames(const portaudio::Calls& calls, int index, const portaudio::HostApiInfo& host,
                                      const portaudio::DeviceInfo& device, bool input) {
  const int count = input ? device.maxInputChannels : device.maxOutputChannels;
  std::vector<std::string> names(static_cast<size_t>(count > 0 ? count : 0));
  if (host.type == portaudio::jack) {
    const std::vector<std::string> ports = jackPortNames(namedBy(device.name), input);
    for (size_t channel = 0; channel < names.size() && channel < ports.size(); channel++) names[channel] = ports[channel];
  } else if (host.type == portaudio::asio) {
    const auto nameOf = input ? calls.asioGetInputChannelName : calls.asioGetOutputChannelName;
    for (size_t channel = 0; nameOf && channel < names.size(); channel++) {
      const char* name = nullptr;
      if (nameOf(index, static_cast<int>(channel), &name) == portaudio::noError) names[channel] = namedBy(name);
    }
  } else if (host.type == portaudio::coreAudio && calls.coreAudioGetChannelName) {
    for (size_t channel = 0; channel < names.size(); channel++) {
      names[channel] = namedBy(calls.coreAudioGetChannelName(index, static_cast<int>(channel), input));
    }
  }
  return names;
}

}  // namespace

const PortAudioLibrary& PortAudioLibrary::open(const std::string& path, const std::string& jackClientName) {
  std::lock_guard<std::mutex> lock(openMutex);
  if (openLibrary && openLibrary->path() != path) {
    throw DeviceError("library-missing", "another audio library is in use already: " + openLibrary->path());
  }
  if (!openLibrary) openLibrary = new PortAudioLibrary(path, jackClientName);
  return *openLibrary;
}

const PortAudioLibrary* PortAudioLibrary::opened() {
  std::lock_guard<std::mutex> lock(openMutex);
  return openLibrary;
}

PortAudioLibrary::PortAudioLibrary(const std::string& path, const std::string& jackClientName)
    : path_(path), jackClientName_(jackClientName) {
  std::string problem;
  void* const library = openSharedLibrary(path, problem);
  if (!library) throw DeviceError("library-missing", "the audio library could not be loaded: " + problem);

  const auto find = [&](auto& call, const std::string& name, bool needed) {
    call = reinterpret_cast<std::decay_t<decltype(call)>>(symbolOf(library, name));
    if (needed && !call) throw DeviceError("library-missing", path + " is no PortAudio library: it lacks " + name);
  };
#define TWOPOP_NEEDED(name) find(calls_.name, "Pa_" #name, true)
  TWOPOP_NEEDED(Initialize);
  TWOPOP_NEEDED(Terminate);
  TWOPOP_NEEDED(GetVersionText);
  TWOPOP_NEEDED(GetErrorText);
  TWOPOP_NEEDED(GetLastHostErrorInfo);
  TWOPOP_NEEDED(GetDeviceCount);
  TWOPOP_NEEDED(GetDeviceInfo);
  TWOPOP_NEEDED(GetHostApiInfo);
  TWOPOP_NEEDED(OpenStream);
  TWOPOP_NEEDED(CloseStream);
  TWOPOP_NEEDED(StartStream);
  TWOPOP_NEEDED(StopStream);
  TWOPOP_NEEDED(AbortStream);
  TWOPOP_NEEDED(IsStreamActive);
  TWOPOP_NEEDED(SetStreamFinishedCallback);
  TWOPOP_NEEDED(GetStreamInfo);
  TWOPOP_NEEDED(GetStreamCpuLoad);
#undef TWOPOP_NEEDED
  find(calls_.jackSetClientName, "PaJack_SetClientName", false);
  find(calls_.alsaEnableRealtimeScheduling, "PaAlsa_EnableRealtimeScheduling", false);
  find(calls_.asioGetInputChannelName, "PaAsio_GetInputChannelName", false);
  find(calls_.asioGetOutputChannelName, "PaAsio_GetOutputChannelName", false);
  find(calls_.coreAudioGetChannelName, "PaMacCore_GetChannelName", false);

  versionText_ = namedBy(calls_.GetVersionText());
  // Before the first Pa_Initialize, which is when PortAudio signs on at the JACK server. It may keep the pointer.
  if (calls_.jackSetClientName && !jackClientName_.empty()) calls_.jackSetClientName(jackClientName_.c_str());
}

void PortAudioLibrary::check(int error, const std::string& what) const {
  if (error >= portaudio::noError) return;
  std::string words = namedBy(calls_.GetErrorText(error));
  long hostCode = 0;
  if (error == portaudio::unanticipatedHostError) {
    if (const portaudio::HostErrorInfo* host = calls_.GetLastHostErrorInfo()) {
      hostCode = host->errorCode;
      const std::string said = namedBy(host->errorText);
      words += said.empty() ? " (" + std::to_string(hostCode) + ")" : ": " + said + " (" + std::to_string(hostCode) + ")";
    }
  }
  const char* code = "device-failed";
  switch (error) {
    case portaudio::invalidChannelCount: code = "channels-refused"; break;
    case portaudio::invalidSampleRate: code = "rate-refused"; break;
    case portaudio::invalidDevice: code = "device-missing"; break;
    case portaudio::badDeviceCombination:
    case portaudio::incompatibleStreamHostApi: code = "host-apis-differ"; break;
    case portaudio::deviceUnavailable: code = "device-busy"; break;
    case portaudio::unanticipatedHostError:
      code = meaningOf(hostCode);
      break;
    default: break;
  }
  throw DeviceError(code, what + ": " + words);
}

std::vector<PortAudioDeviceFacts> PortAudioLibrary::devices() const {
  const PortAudioTurn turn;
  check(calls_.Initialize(), "the audio library did not start");
  std::vector<PortAudioDeviceFacts> found;
  const int count = calls_.GetDeviceCount();
  for (int index = 0; index < count; index++) {
    const portaudio::DeviceInfo* device = calls_.GetDeviceInfo(index);
    const portaudio::HostApiInfo* host = device ? calls_.GetHostApiInfo(device->hostApi) : nullptr;
    if (!device || !host) continue;
    PortAudioDeviceFacts facts;
    facts.index = index;
    facts.hostApi = namedBy(host->name);
    facts.name = namedBy(device->name);
    facts.inputChannels = channelNames(calls_, index, *host, *device, true);
    facts.outputChannels = channelNames(calls_, index, *host, *device, false);
    facts.defaultSampleRate = device->defaultSampleRate;
    facts.lowInputLatencySeconds = device->defaultLowInputLatency;
    facts.lowOutputLatencySeconds = device->defaultLowOutputLatency;
    facts.highInputLatencySeconds = device->defaultHighInputLatency;
    facts.highOutputLatencySeconds = device->defaultHighOutputLatency;
    found.push_back(std::move(facts));
  }
  calls_.Terminate();
  return found;
}

PortAudioTurn::PortAudioTurn() {
  const auto until = std::chrono::steady_clock::now() + longestWait;
  while (!turnMutex.try_lock()) {
    if (std::chrono::steady_clock::now() > until) throw DeviceError("device-hung", "the audio driver does not answer");
    std::this_thread::sleep_for(waitStep);
  }
}

PortAudioTurn::~PortAudioTurn() { turnMutex.unlock(); }

}  // namespace twopop::device
