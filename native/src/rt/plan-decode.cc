// Reads the bytes of src-shared/engine/plan-layout.ts. The bytes are not trusted.
#include "plan.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace twopop {
namespace {

constexpr uint32_t kMagic = 0x4c505754, kVersion = 1;
constexpr uint32_t kMaxSources = 1000000, kMaxTracks = 4096, kMaxStems = 256, kMaxClips = 4000000,
                   kMaxPoints = 16000000, kMaxChannels = 1024, kMaxStringBytes = 32768, kMaxSampleRate = 1536000;
constexpr int64_t kMaxPosition = (int64_t{1} << 53) - 1;
constexpr double kMaxGain = 1e6;

class Reader {
 public:
  Reader(const uint8_t* bytes, size_t length) : bytes_(bytes), length_(length) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw PlanError("Render plan refused at byte " + std::to_string(at_) + ": " + what);
  }

  /// `count` records of at least `bytesEach` must still fit, so that counts cannot ask for memory the bytes lack.
  void expect(uint64_t count, uint64_t bytesEach, const char* what) const {
    if (count > (length_ - at_) / bytesEach) refuse(std::string("it ends inside its ") + what);
  }

  uint32_t u32(const char* what) { return number<uint32_t>(what); }
  int64_t i64(const char* what) { return number<int64_t>(what); }
  double f64(const char* what) { return number<double>(what); }

  uint32_t u32(const char* what, uint32_t low, uint32_t high) {
    const uint32_t value = u32(what);
    if (value < low || value > high) refuse(std::string(what) + " " + std::to_string(value) + " is out of range");
    return value;
  }

  int64_t i64(const char* what, int64_t low, int64_t high) {
    const int64_t value = i64(what);
    if (value < low || value > high) refuse(std::string(what) + " " + std::to_string(value) + " is out of range");
    return value;
  }

  int64_t position(const char* what) { return i64(what, -kMaxPosition, kMaxPosition); }

  double within(const char* what, double limit) {
    const double value = f64(what);
    if (!(std::fabs(value) <= limit)) refuse(std::string(what) + " is out of range");
    return value;
  }

  std::string text(const char* what) {
    const uint32_t size = u32(what, 0, kMaxStringBytes);
    u32(what);
    const size_t padded = (size_t{size} + 7) & ~size_t{7};
    expect(padded, 1, what);
    std::string value(reinterpret_cast<const char*>(bytes_ + at_), size);
    if (value.find('\0') != std::string::npos) refuse(std::string(what) + " holds a zero byte");
    at_ += padded;
    return value;
  }

  size_t at() const { return at_; }

 private:
  template <typename T>
  T number(const char* what) {
    expect(sizeof(T), 1, what);
    T value;
    std::memcpy(&value, bytes_ + at_, sizeof(T));  // little-endian, as every platform that Twopop builds for
    at_ += sizeof(T);
    return value;
  }

  const uint8_t* bytes_;
  size_t length_;
  size_t at_ = 0;
};

PlanSource readSource(Reader& in) {
  PlanSource source;
  source.dataOffsetBytes = static_cast<uint64_t>(in.i64("data offset", 0, kMaxPosition));
  source.frameCount = in.i64("source frames", 0, kMaxPosition);
  source.format = static_cast<PcmFormat>(in.u32("sample format", 0, 5));
  source.channelCount = in.u32("source channels", 1, kMaxChannels);
  if (source.frameCount > (INT64_MAX - kMaxPosition) / source.bytesPerFrame()) in.refuse("source frames are too many");
  source.path = in.text("source path");
  return source;
}

PlanClip readClip(Reader& in, const Plan& plan) {
  PlanClip clip;
  clip.source = in.u32("clip source");
  if (clip.source >= plan.sources.size()) in.refuse("clip source is not in the plan");
  clip.firstChannel = in.u32("first channel of a clip", 0, plan.sources[clip.source].channelCount - 1);
  clip.startSample = in.position("clip start");
  clip.lengthSamples = in.i64("clip length", 0, kMaxPosition);
  clip.sourceInSample = in.position("source in");
  if (clip.endSample() > kMaxPosition || clip.sourceInSample + clip.lengthSamples > kMaxPosition) {
    in.refuse("clip ends out of range");
  }
  clip.gain = in.within("clip gain", kMaxGain);
  clip.fadeInSamples = in.i64("fade in", 0, clip.lengthSamples);
  clip.fadeOutSamples = in.i64("fade out", 0, clip.lengthSamples);
  clip.fadeInShape = static_cast<FadeShape>(in.u32("fade-in shape", 0, 4));
  clip.fadeOutShape = static_cast<FadeShape>(in.u32("fade-out shape", 0, 4));
  return clip;
}

PlanTrack readTrack(Reader& in, const Plan& plan, uint64_t& clipsLeft, uint64_t& pointsLeft) {
  PlanTrack track;
  track.channelCount = in.u32("track channels", 1, 2);
  track.stem = static_cast<int32_t>(in.u32("stem"));
  if (track.stem < -1 || track.stem >= static_cast<int32_t>(plan.stems.size())) in.refuse("stem is not in the plan");
  track.gain = in.within("track gain", kMaxGain);
  track.pan = in.within("pan", 1);
  const uint32_t pointCount = in.u32("point count"), clipCount = in.u32("clip count");
  if (pointCount > pointsLeft || clipCount > clipsLeft) in.refuse("more clips or gain points than its header says");
  pointsLeft -= pointCount;
  clipsLeft -= clipCount;
  track.name = in.text("track name");

  in.expect(pointCount, 16, "gain points");
  track.points.reserve(pointCount);
  for (uint32_t i = 0; i < pointCount; i++) {
    const int64_t sample = in.position("gain point");
    if (i && sample < track.points.back().sample) in.refuse("gain points are not in order");
    track.points.push_back({sample, in.within("gain of a point", kMaxGain)});
  }
  in.expect(clipCount, 64, "clips");
  track.clips.reserve(clipCount);
  for (uint32_t i = 0; i < clipCount; i++) track.clips.push_back(readClip(in, plan));
  std::stable_sort(track.clips.begin(), track.clips.end(),
                   [](const PlanClip& a, const PlanClip& b) { return a.startSample < b.startSample; });
  track.furthestEnd.reserve(clipCount);
  int64_t furthest = INT64_MIN;
  for (const PlanClip& clip : track.clips) track.furthestEnd.push_back(furthest = std::max(furthest, clip.endSample()));
  return track;
}

}  // namespace

Plan decodePlan(const uint8_t* bytes, size_t length) {
  Reader in(bytes, length);
  if (in.u32("magic") != kMagic) in.refuse("these bytes are not a render plan");
  const uint32_t version = in.u32("version");
  if (version != kVersion) in.refuse("version " + std::to_string(version) + " is not known to this engine");
  if (in.i64("size") != static_cast<int64_t>(length)) in.refuse("it is cut short or has bytes to spare");

  Plan plan;
  plan.sampleRate = in.u32("sample rate", 1, kMaxSampleRate);
  const uint32_t sources = in.u32("source count", 0, kMaxSources), tracks = in.u32("track count", 0, kMaxTracks),
                 stems = in.u32("stem count", 0, kMaxStems);
  plan.lengthSamples = in.i64("plan length", 0, kMaxPosition);
  uint64_t clipsLeft = in.u32("clip count", 0, kMaxClips), pointsLeft = in.u32("point count", 0, kMaxPoints);
  in.i64("header padding");

  in.expect(sources, 32, "sources");
  plan.sources.reserve(sources);
  for (uint32_t i = 0; i < sources; i++) plan.sources.push_back(readSource(in));
  in.expect(stems, 8, "stems");
  for (uint32_t i = 0; i < stems; i++) plan.stems.push_back(in.text("stem name"));
  in.expect(tracks, 40, "tracks");
  plan.tracks.reserve(tracks);
  for (uint32_t i = 0; i < tracks; i++) plan.tracks.push_back(readTrack(in, plan, clipsLeft, pointsLeft));
  if (clipsLeft || pointsLeft) in.refuse("fewer clips or gain points than its header says");
  if (in.at() != length) in.refuse("bytes to spare after its last track");
  return plan;
}

}  // namespace twopop
