// The part of PortAudio's stable binary interface (19.x) that is called here, declared by hand: the library is found at
// run time and its headers need not be there when this is compiled. Names of members follow PortAudio's documentation.
#pragma once

namespace twopop::device::portaudio {

using Stream = void;
using DeviceIndex = int;
constexpr DeviceIndex noDevice = -1;

constexpr unsigned long sampleFormatFloat32 = 1;
constexpr unsigned long clipOff = 1, ditherOff = 2;
constexpr int continueStream = 0;

enum CallbackFlag : unsigned long {
  flagInputUnderflow = 1,
  flagInputOverflow = 2,
  flagOutputUnderflow = 4,
  flagOutputOverflow = 8,
  flagPrimingOutput = 16
};

enum Error : int {
  noError = 0,
  unanticipatedHostError = -9999,
  invalidChannelCount = -9998,
  invalidSampleRate = -9997,
  invalidDevice = -9996,
  badDeviceCombination = -9993,
  deviceUnavailable = -9985,
  incompatibleStreamHostApi = -9973
};

enum HostApiType : int { directSound = 1, mme = 2, asio = 3, coreAudio = 5, oss = 7, alsa = 8, wdmKs = 11, jack = 12, wasapi = 13 };

struct HostApiInfo {
  int structVersion;
  int type;
  const char* name;
  int deviceCount;
  DeviceIndex defaultInputDevice, defaultOutputDevice;
};

struct HostErrorInfo {
  int hostApiType;
  long errorCode;
  const char* errorText;
};

struct DeviceInfo {
  int structVersion;
  const char* name;
  int hostApi;
  int maxInputChannels, maxOutputChannels;
  double defaultLowInputLatency, defaultLowOutputLatency, defaultHighInputLatency, defaultHighOutputLatency;
  double defaultSampleRate;
};

struct StreamParameters {
  DeviceIndex device;
  int channelCount;
  unsigned long sampleFormat;
  double suggestedLatency;
  void* hostApiSpecificStreamInfo;
};

struct StreamCallbackTimeInfo {
  double inputBufferAdcTime, currentTime, outputBufferDacTime;
};

struct StreamInfo {
  int structVersion;
  double inputLatency, outputLatency;
  double sampleRate;
};

using StreamCallback = int (*)(const void* input, void* output, unsigned long frameCount,
                               const StreamCallbackTimeInfo* timeInfo, unsigned long statusFlags, void* userData);
using FinishedCallback = void (*)(void* userData);

/// The entry points, by their exported names without "Pa_". The last group is not in every build: null there.
struct Calls {
  int (*Initialize)();
  int (*Terminate)();
  const char* (*GetVersionText)();
  const char* (*GetErrorText)(int error);
  const HostErrorInfo* (*GetLastHostErrorInfo)();
  DeviceIndex (*GetDeviceCount)();
  const DeviceInfo* (*GetDeviceInfo)(DeviceIndex device);
  const HostApiInfo* (*GetHostApiInfo)(int hostApi);
  int (*OpenStream)(Stream** stream, const StreamParameters* input, const StreamParameters* output, double sampleRate,
                    unsigned long framesPerBuffer, unsigned long flags, StreamCallback callback, void* userData);
  int (*CloseStream)(Stream* stream);
  int (*StartStream)(Stream* stream);
  int (*StopStream)(Stream* stream);
  int (*AbortStream)(Stream* stream);
  int (*IsStreamActive)(Stream* stream);
  int (*SetStreamFinishedCallback)(Stream* stream, FinishedCallback callback);
  const StreamInfo* (*GetStreamInfo)(Stream* stream);
  double (*GetStreamCpuLoad)(Stream* stream);

  int (*jackSetClientName)(const char* name);                                      // PaJack_SetClientName
  void (*alsaEnableRealtimeScheduling)(Stream* stream, int enable);                // PaAlsa_EnableRealtimeScheduling
  int (*asioGetInputChannelName)(DeviceIndex device, int channel, const char** name);   // PaAsio_GetInputChannelName
  int (*asioGetOutputChannelName)(DeviceIndex device, int channel, const char** name);  // PaAsio_GetOutputChannelName
  const char* (*coreAudioGetChannelName)(DeviceIndex device, int channel, bool input);  // PaMacCore_GetChannelName
};

}  // namespace twopop::device::portaudio
