// The render plan as the engine holds it: mirror of src-shared/engine/render-plan.ts, read from the bytes that
// src-shared/engine/plan-layout.ts lays out. Positions are samples at `sampleRate`, gains are linear.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace twopop {

enum class PcmFormat : uint32_t { u8, s16, s24, s32, f32, f64 };
enum class FadeShape : uint32_t { linear, equalPower, sCurve, slow, fast };

inline uint32_t bytesPerSample(PcmFormat format) {
  static const uint32_t bytes[] = {1, 2, 3, 4, 4, 8};
  return bytes[static_cast<uint32_t>(format)];
}

struct PlanSource {
  std::string path;  // UTF-8
  uint64_t dataOffsetBytes = 0;
  PcmFormat format = PcmFormat::s24;
  uint32_t channelCount = 1;
  int64_t frameCount = 0;

  uint32_t bytesPerFrame() const { return channelCount * bytesPerSample(format); }
};

struct PlanClip {
  uint32_t source = 0;
  uint32_t firstChannel = 0;
  int64_t startSample = 0;
  int64_t lengthSamples = 0;
  int64_t sourceInSample = 0;
  double gain = 1;
  int64_t fadeInSamples = 0;
  int64_t fadeOutSamples = 0;
  FadeShape fadeInShape = FadeShape::linear;
  FadeShape fadeOutShape = FadeShape::linear;

  int64_t endSample() const { return startSample + lengthSamples; }
};

struct PlanGainPoint {
  int64_t sample = 0;
  double gain = 1;
};

struct PlanTrack {
  std::string name;
  uint32_t channelCount = 1;
  int32_t stem = -1;  // -1: the master alone
  double gain = 1;
  double pan = 0;
  std::vector<PlanGainPoint> points;  // in order of `sample`
  std::vector<PlanClip> clips;        // in order of `startSample`; equal starts keep the plan's order
  /// `furthestEnd[i]` is the latest end of clips 0..i: what a block overlaps is found by bisection.
  std::vector<int64_t> furthestEnd;
};

struct Plan {
  uint32_t sampleRate = 48000;
  int64_t lengthSamples = 0;
  std::vector<PlanSource> sources;
  std::vector<PlanTrack> tracks;
  std::vector<std::string> stems;
};

/// The bytes were not a plan: `what()` says where and why.
struct PlanError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Reads a plan. Every length, index and number is checked against the bytes at hand and the limits of
/// plan-layout.ts before anything is allocated for it; throws PlanError, never reads outside `bytes`.
Plan decodePlan(const uint8_t* bytes, size_t length);

}  // namespace twopop
