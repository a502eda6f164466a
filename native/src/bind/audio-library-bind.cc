// openAudioLibrary, audioLibraryDevices and holdAudioLibrary in the addon.
#include "bind/arguments.h"
#include "bind/job.h"
#include "bind/registry.h"
#include "device/audio-device.h"
#include "device/portaudio-library.h"

namespace twopop::bind {
namespace {

using device::DeviceError;
using device::PortAudioLibrary;

[[noreturn]] void throwDeviceError(Napi::Env env, const DeviceError& error) {
  Napi::Error thrown = Napi::Error::New(env, error.what());
  thrown.Set("code", Napi::String::New(env, error.code));
  throw thrown;
}

/// `openAudioLibrary(path, jackClientName)`: `{path, versionText}`.
Napi::Value openAudioLibrary(const Napi::CallbackInfo& info) {
  const std::string path = text(info[0], "path"), clientName = text(info[1], "jackClientName");
  try {
    const PortAudioLibrary& library = PortAudioLibrary::open(path, clientName);
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("path", library.path());
    result.Set("versionText", library.versionText());
    return result;
  } catch (const DeviceError& error) {
    throwDeviceError(info.Env(), error);
  }
}

Napi::Array namesOf(Napi::Env env, const std::vector<std::string>& names) {
  Napi::Array result = Napi::Array::New(env, names.size());
  for (uint32_t i = 0; i < names.size(); i++) result.Set(i, names[i]);
  return result;
}

/// `audioLibraryDevices()`: a promise of what the open library finds; none where no library is open.
Napi::Value audioLibraryDevices(const Napi::CallbackInfo& info) {
  return startShortJob(info.Env(), []() -> JobResult {
    try {
      const PortAudioLibrary* const library = PortAudioLibrary::opened();
      const auto found = library ? library->devices() : std::vector<device::PortAudioDeviceFacts>{};
      return [found](Napi::Env env) -> Napi::Value {
        Napi::Array result = Napi::Array::New(env, found.size());
        for (uint32_t i = 0; i < found.size(); i++) {
          Napi::Object entry = Napi::Object::New(env);
          entry.Set("index", found[i].index);
          entry.Set("hostApi", found[i].hostApi);
          entry.Set("name", found[i].name);
          entry.Set("inputChannels", namesOf(env, found[i].inputChannels));
          entry.Set("outputChannels", namesOf(env, found[i].outputChannels));
          entry.Set("defaultSampleRate", found[i].defaultSampleRate);
          entry.Set("lowInputLatencySeconds", found[i].lowInputLatencySeconds);
          entry.Set("lowOutputLatencySeconds", found[i].lowOutputLatencySeconds);
          entry.Set("highInputLatencySeconds", found[i].highInputLatencySeconds);
          entry.Set("highOutputLatencySeconds", found[i].highOutputLatencySeconds);
          result.Set(i, entry);
        }
        return result;
      };
    } catch (const DeviceError& error) {
      throw JobError(error.code, error.what());
    }
  });
}

/// `holdAudioLibrary(work)`: calls `work` while nothing else is inside PortAudio, for callers that enter it by another
/// way; returns what it returned.
Napi::Value holdAudioLibrary(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) refuse(info.Env(), "work must be a function");
  try {
    const device::PortAudioTurn turn;
    return info[0].As<Napi::Function>().Call({});
  } catch (const DeviceError& error) {
    throwDeviceError(info.Env(), error);
  }
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("openAudioLibrary", Napi::Function::New(env, openAudioLibrary));
  exports.Set("audioLibraryDevices", Napi::Function::New(env, audioLibraryDevices));
  exports.Set("holdAudioLibrary", Napi::Function::New(env, holdAudioLibrary));
});

}  // namespace
}  // namespace twopop::bind
