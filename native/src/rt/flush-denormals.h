// Numbers nearest to zero (below 2.2e-308) take many processors a hundred times as long as others, and nobody hears them.
#pragma once

#include <cstdint>

#if defined(__SSE2__) || defined(_M_X64)
#include <xmmintrin.h>
#endif

namespace twopop::rt {

/// As long as it lives such numbers count as zero on its thread, where the processor can do that. May be nested.
class FlushDenormals {
 public:
  FlushDenormals() noexcept : before_(read()) { write(before_ | kFlush); }
  ~FlushDenormals() { write(before_); }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;

 private:
#if defined(__SSE2__) || defined(_M_X64)
  static constexpr uint64_t kFlush = 0x8040;  // results to zero, operands as zero
  static uint64_t read() noexcept { return _mm_getcsr(); }
  static void write(uint64_t control) noexcept { _mm_setcsr(static_cast<unsigned>(control)); }
#elif defined(__aarch64__)
  static constexpr uint64_t kFlush = uint64_t{1} << 24;
  static uint64_t read() noexcept {
    uint64_t control;
    asm volatile("mrs %0, fpcr" : "=r"(control));
    return control;
  }
  static void write(uint64_t control) noexcept { asm volatile("msr fpcr, %0" : : "r"(control)); }
#else
  static constexpr uint64_t kFlush = 0;
  static uint64_t read() noexcept { return 0; }
  static void write(uint64_t) noexcept {}
#endif

  const uint64_t before_;
};

}  // namespace twopop::rt
