// Where the callback hands every block that came in. The disk side keeps it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace twopop::rt {

class CaptureSink {
 public:
  virtual ~CaptureSink() = default;
  /// One block of interleaved input, the first frame at device clock `clock`; blocks follow each other without a gap.
  /// Called on the audio thread: no lock, no allocation, no system call.
  virtual void capture(const float* in, uint32_t inputChannels, size_t frames, int64_t clock) noexcept = 0;
};

}  // namespace twopop::rt
