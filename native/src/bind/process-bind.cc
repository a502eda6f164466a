// endProcess and endProcessWithin in the addon: ends that no driver, disk or exit handler can hold up.
#if defined(_WIN32)
#include <windows.h>
#endif

#include <chrono>
#include <cstdlib>
#include <thread>

#include "bind/arguments.h"
#include "bind/registry.h"

namespace twopop::bind {
namespace {

/// Without exit handlers and destructors: a driver may hang in those, too.
[[noreturn]] void endAtOnce(int status) {
#if defined(_WIN32)
  TerminateProcess(GetCurrentProcess(), static_cast<UINT>(status));
#endif
  std::_Exit(status);
}

/// `endProcess(status)`: does not return.
Napi::Value endProcess(const Napi::CallbackInfo& info) { endAtOnce(static_cast<int>(integer(info[0], "status"))); }

/// `endProcessWithin(milliseconds, status)`: whatever the thread of JavaScript does until then, or waits for.
Napi::Value endProcessWithin(const Napi::CallbackInfo& info) {
  const auto wait = std::chrono::milliseconds(integer(info[0], "milliseconds"));
  const auto status = static_cast<int>(integer(info[1], "status"));
  std::thread([wait, status] {
    std::this_thread::sleep_for(wait);
    endAtOnce(status);
  }).detach();
  return info.Env().Undefined();
}

const Registration registration([](Napi::Env env, Napi::Object exports) {
  exports.Set("endProcess", Napi::Function::New(env, endProcess));
  exports.Set("endProcessWithin", Napi::Function::New(env, endProcessWithin));
});

}  // namespace
}  // namespace twopop::bind
