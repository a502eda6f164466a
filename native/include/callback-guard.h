// Marks the thread that is inside the audio callback. In the build "callback" of the native tests (TWOPOP_CALLBACK_GUARD)
// a malloc, free, lock, wait or sleep on a thread so marked ends the program with a stack trace; in every other build
// this is nothing at all.
#pragma once

namespace twopop {

#ifdef TWOPOP_CALLBACK_GUARD

inline thread_local bool insideCallback = false;

/// As long as it lives its thread counts as the callback's. May be nested.
class CallbackGuard {
 public:
  CallbackGuard() : before_(insideCallback) { insideCallback = true; }
  ~CallbackGuard() { insideCallback = before_; }
  CallbackGuard(const CallbackGuard&) = delete;
  CallbackGuard& operator=(const CallbackGuard&) = delete;

 private:
  const bool before_;
};

#else

class CallbackGuard {
 public:
  CallbackGuard() {}  // not defaulted: a guard is not an unused variable
  CallbackGuard(const CallbackGuard&) = delete;
  CallbackGuard& operator=(const CallbackGuard&) = delete;
};

#endif

}  // namespace twopop
