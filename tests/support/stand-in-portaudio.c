/*
 * A PortAudio library without hardware, whose one device is as the variable STAND_IN_PORTAUDIO says: "key=value" pairs, one
 * after the other with spaces between. It stands in for drivers that refuse, change their rate, hang or fall silent.
 *
 *   inputs, outputs          of the device (2 and 2)
 *   renamed                  the name ends with this from the second listing on
 *   open, start, initialize  the error that the call returns; open may be written open@2: from the second call on
 *   host                     the host's own error code that belongs to -9999
 *   rate                     what the stream says it runs at (as asked for)
 *   pace                     frames a second that it really asks for (as asked for)
 *   silent                   asks for no block
 *   finish                   ends by itself after so many blocks
 *   listhang, openhang, closehang, stophang   seconds that the call takes
 *   exithang                 seconds that the library takes to be unloaded
 *
 * Every input carries (channel + 1) / 128 all the time, so that a recording tells its channel.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef int (*Callback)(const void*, void*, unsigned long, const void*, unsigned long, void*);
typedef struct { int version, type; const char* name; int devices, input, output; } HostApi;
typedef struct { int type; long code; const char* text; } HostError;
typedef struct {
  int version; const char* name; int hostApi, inputs, outputs; double lowIn, lowOut, highIn, highOut, rate;
} Device;
typedef struct { int device, channels; unsigned long format; double latency; void* specific; } Parameters;
typedef struct { int version; double inputLatency, outputLatency, rate; } Info;

static double setting(const char* key, double otherwise) {
  const char* all = getenv("STAND_IN_PORTAUDIO");
  char wanted[64];
  snprintf(wanted, sizeof wanted, "%s=", key);
  for (const char* at = all ? all : ""; (at = strstr(at, wanted)); at++) {
    if (at == all || at[-1] == ' ') return atof(at + strlen(wanted));
  }
  return otherwise;
}

static void hang(const char* key) {
  for (double left = setting(key, 0); left > 0; left -= 0.05) usleep(50000);
}

static int initialized, listings, opens;
static struct {
  Callback callback; void* user; void (*finished)(void*);
  int inputs, outputs, running; unsigned long frames; double rate; pthread_t thread;
} stream;
static Info info;
static char name[64];

static void* run(void* unused) {
  const double pace = setting("pace", stream.rate);
  const long most = (long)setting("finish", -1);
  float* in = calloc(stream.frames * (size_t)(stream.inputs + 1), sizeof(float));
  float* out = calloc(stream.frames * (size_t)(stream.outputs + 1), sizeof(float));
  struct timespec start;
  clock_gettime(CLOCK_MONOTONIC, &start);
  for (size_t i = 0; stream.inputs && i < stream.frames * (size_t)stream.inputs; i++) in[i] = (float)(i % (size_t)stream.inputs + 1) / 128;
  for (long block = 1; stream.running; block++) {
    const double due = (double)start.tv_sec + start.tv_nsec * 1e-9 + (double)block * (double)stream.frames / pace;
    struct timespec at = {(time_t)due, (long)((due - (double)(time_t)due) * 1e9)};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
    if (!stream.running || setting("silent", 0)) continue;
    if (most >= 0 && block > most) {
      if (stream.finished) stream.finished(stream.user);
      break;
    }
    stream.callback(stream.inputs ? in : NULL, stream.outputs ? out : NULL, stream.frames, NULL, 0, stream.user);
  }
  free(in), free(out);
  return unused;
}

int Pa_Initialize(void) {
  hang("listhang");
  const int error = (int)setting("initialize", 0);
  if (!error) initialized++;
  return error;
}
int Pa_Terminate(void) { return --initialized < 0 ? -10000 : 0; }
const char* Pa_GetVersionText(void) { return "a stand-in for PortAudio"; }
const char* Pa_GetErrorText(int error) { return error == -9999 ? "Unanticipated host error" : "refused by the stand-in"; }
const HostError* Pa_GetLastHostErrorInfo(void) {
  static HostError error;
  error.type = 8, error.code = (long)setting("host", 0), error.text = "said by the host";
  return &error;
}
int Pa_GetDeviceCount(void) {
  if (!initialized) return -10000;
  listings++;
  return 1;
}
const Device* Pa_GetDeviceInfo(int device) {
  static Device only;
  if (!initialized || device != 0) return NULL;
  snprintf(name, sizeof name, "Stand-in%s", listings > 1 && setting("renamed", 0) ? " of another make" : "");
  only.version = 2, only.name = name, only.hostApi = 0, only.rate = 48000;
  only.inputs = (int)setting("inputs", 2), only.outputs = (int)setting("outputs", 2);
  only.lowIn = only.lowOut = 0.005, only.highIn = only.highOut = 0.1;
  return &only;
}
const HostApi* Pa_GetHostApiInfo(int host) {
  static const HostApi only = {1, 8, "Stand-in API", 1, 0, 0};
  return host == 0 ? &only : NULL;
}
int Pa_OpenStream(void** made, const Parameters* input, const Parameters* output, double rate, unsigned long frames,
                  unsigned long flags, Callback callback, void* user) {
  (void)flags;
  hang("openhang");
  opens++;
  const int error = (int)setting("open", opens > 1 ? setting("open@2", 0) : 0);
  if (error) return error;
  memset(&stream, 0, sizeof stream);
  stream.callback = callback, stream.user = user, stream.rate = rate, stream.frames = frames ? frames : 256;
  stream.inputs = input ? input->channels : 0, stream.outputs = output ? output->channels : 0;
  info.version = 1, info.inputLatency = info.outputLatency = 0.01, info.rate = setting("rate", rate);
  *made = &stream;
  return 0;
}
int Pa_StartStream(void* at) {
  (void)at;
  const int error = (int)setting("start", 0);
  if (error) return error;
  stream.running = 1;
  return pthread_create(&stream.thread, NULL, run, NULL);
}
static int end(void) {
  if (!stream.running) return 0;
  stream.running = 0;
  pthread_join(stream.thread, NULL);
  return 0;
}
int Pa_AbortStream(void* at) { (void)at; hang("stophang"); return end(); }
int Pa_StopStream(void* at) { return Pa_AbortStream(at); }
int Pa_CloseStream(void* at) { (void)at; hang("closehang"); return end(); }
int Pa_IsStreamActive(void* at) { (void)at; return stream.running; }
int Pa_SetStreamFinishedCallback(void* at, void (*finished)(void*)) { (void)at; stream.finished = finished; return 0; }
const Info* Pa_GetStreamInfo(void* at) { (void)at; return &info; }
double Pa_GetStreamCpuLoad(void* at) { (void)at; return 0; }

__attribute__((destructor)) static void unload(void) { hang("exithang"); }
