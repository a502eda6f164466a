#include "device/jack-port-names.h"

#include "device/shared-library.h"

namespace twopop::device {
namespace {

using Client = void;

/// Of JACK's stable binary interface what is called here; values as in its documentation.
constexpr int noStartServer = 1;
constexpr unsigned long portIsInput = 1, portIsOutput = 2;
constexpr const char* audioType = "32 bit float mono audio";

struct JackCalls {
  Client* (*open)(const char* name, int options, int* status, ...);
  int (*close)(Client* client);
  const char** (*ports)(Client* client, const char* namePattern, const char* typePattern, unsigned long flags);
  void (*free)(void* memory);
  bool complete = false;
};

JackCalls findJack() {
  JackCalls calls{};
#if defined(_WIN32)
  const char* const names[] = {"libjack64.dll", "libjack.dll"};
#elif defined(__APPLE__)
  const char* const names[] = {"libjack.0.dylib", "/opt/homebrew/lib/libjack.0.dylib", "/usr/local/lib/libjack.0.dylib"};
#else
  const char* const names[] = {"libjack.so.0"};
#endif
  for (const char* name : names) {
    std::string problem;
    void* const library = openSharedLibrary(name, problem);
    if (!library) continue;
    calls.open = reinterpret_cast<decltype(calls.open)>(symbolOf(library, "jack_client_open"));
    calls.close = reinterpret_cast<decltype(calls.close)>(symbolOf(library, "jack_client_close"));
    calls.ports = reinterpret_cast<decltype(calls.ports)>(symbolOf(library, "jack_get_ports"));
    calls.free = reinterpret_cast<decltype(calls.free)>(symbolOf(library, "jack_free"));
    calls.complete = calls.open && calls.close && calls.ports && calls.free;
    if (calls.complete) break;
  }
  return calls;
}

}  // namespace

std::vector<std::string> jackPortNames(const std::string& client, bool toRead) {
  static const JackCalls jack = findJack();
  std::vector<std::string> names;
  if (!jack.complete) return names;
  Client* const self = jack.open("Twopop names", noStartServer, nullptr);
  if (!self) return names;
  const std::string prefix = client + ":";
  if (const char** const ports = jack.ports(self, nullptr, audioType, toRead ? portIsOutput : portIsInput)) {
    for (size_t i = 0; ports[i]; i++) {
      const std::string port = ports[i];
      if (port.compare(0, prefix.size(), prefix) == 0) names.push_back(port.substr(prefix.size()));
    }
    jack.free(ports);
  }
  jack.close(self);
  return names;
}

}  // namespace twopop::device
