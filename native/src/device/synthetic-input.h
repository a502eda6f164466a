// What the inputs beyond the fed-back outputs of the virtual and the pumped device carry: signals whose every sample
// follows from the device clock, so that a recording can be checked sample by sample and dated by its content alone.
#pragma once

#include <cstdint>

namespace twopop::device {

/// The sample of extra input `extra` (0: the first input beyond the outputs) at device clock `clock` >= 0. Every value
/// is a multiple of 2^-23, so float32 and 24-bit PCM hold it exactly. All arithmetic is of integers:
///
/// Even `extra`, a counter:
///   ((clock + 65521 * (extra / 2)) mod 2^20) / 2^20 - 1/2
/// tells the clock, modulo 2^20 samples (21.8 s at 48 kHz).
///
/// Odd `extra`, a voice: four syllables of 12,000 samples (9,600 sound, 2,400 pause), then a pause of 48,000. With
///   u = (clock + 7919 * (extra / 2)) mod 96000, s = u / 12000, v = u mod 12000
/// it is silent where s >= 4 or v >= 9600. Else, with H = {120, 100, 150, 110}[s] (half a wave: 200, 240, 160, 218 Hz
/// at 48 kHz), p = v mod 2H, q = (p mod H) * (H - p mod H), e = min(v, 512, 9600 - v):
///   +q e / 2^23 where p < H, -q e / 2^23 where not        (peak 0.34)
inline float syntheticInput(uint32_t extra, int64_t clock) noexcept {
  if (extra % 2 == 0) {
    const int64_t count = (clock + int64_t{65521} * (extra / 2)) & 0xfffff;
    return static_cast<float>(count) / 1048576.0f - 0.5f;
  }
  const int64_t at = (clock + int64_t{7919} * (extra / 2)) % 96000, syllable = at / 12000, within = at % 12000;
  if (syllable >= 4 || within >= 9600) return 0.0f;
  constexpr int64_t halfWaves[4] = {120, 100, 150, 110};
  const int64_t half = halfWaves[syllable], phase = within % (2 * half), rest = phase % half;
  const int64_t left = 9600 - within, rising = within < left ? within : left, envelope = rising < 512 ? rising : 512;
  const int64_t value = rest * (half - rest) * envelope;
  return static_cast<float>(phase < half ? value : -value) / 8388608.0f;
}

}  // namespace twopop::device
