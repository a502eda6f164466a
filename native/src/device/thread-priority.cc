#include "device/thread-priority.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <pthread.h>
#include <sched.h>
#endif

namespace twopop::device {

bool raiseThreadPriority() noexcept {
#if defined(_WIN32)
  return SetThreadPriority(GetCurrentThread(), THREAD_PRIORITY_TIME_CRITICAL) != 0;
#else
  // Below the 70 and more that drivers' own interrupt threads and JACK run at.
  sched_param wanted{};
  wanted.sched_priority = 60;
  return pthread_setschedparam(pthread_self(), SCHED_FIFO, &wanted) == 0;
#endif
}

}  // namespace twopop::device
