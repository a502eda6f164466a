// How a binding file adds its functions to the addon: it defines one static `Registration` and nothing else needs to
// know of it. Only files in src/bind include Node-API.
#pragma once

#include <napi.h>

#include <vector>

namespace twopop::bind {

using Binder = void (*)(Napi::Env env, Napi::Object exports);

inline std::vector<Binder>& binders() {
  static std::vector<Binder> all;
  return all;
}

/** `static const Registration registration([](Napi::Env env, Napi::Object exports) { ... });` */
struct Registration {
  explicit Registration(Binder binder) { binders().push_back(binder); }
};

}  // namespace twopop::bind
