// The addon's entry: every registered binding file adds its exports.
#include "bind/registry.h"

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  for (const auto binder : twopop::bind::binders()) binder(env, exports);
  return exports;
}

NODE_API_MODULE(twopop, initialise)
