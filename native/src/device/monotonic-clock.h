// The clock that the audio callback, the disk threads and process.hrtime() of Node share: CLOCK_MONOTONIC or its like.
#pragma once

#include <cstdint>

#if defined(_WIN32)
#include <windows.h>
#elif defined(__APPLE__)
#include <mach/mach_time.h>
#else
#include <ctime>
#endif

namespace twopop::device {

/// Nanoseconds since an origin of the system's own; never goes back. No system call on Linux (vDSO).
inline int64_t monotonicNs() noexcept {
#if defined(_WIN32)
  LARGE_INTEGER ticks, rate;
  QueryPerformanceFrequency(&rate);
  QueryPerformanceCounter(&ticks);
  return ticks.QuadPart / rate.QuadPart * 1'000'000'000 + ticks.QuadPart % rate.QuadPart * 1'000'000'000 / rate.QuadPart;
#elif defined(__APPLE__)
  static const mach_timebase_info_data_t base = [] {
    mach_timebase_info_data_t read;
    mach_timebase_info(&read);
    return read;
  }();
  return static_cast<int64_t>(mach_continuous_time() * base.numer / base.denom);
#else
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
#endif
}

}  // namespace twopop::device
