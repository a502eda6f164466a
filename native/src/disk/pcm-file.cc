#include "disk/pcm-file.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace twopop::disk {

namespace {

constexpr size_t kReadBytes = 1 << 18;

/// Loads an integer or float of the file's byte order.
template <typename Bits, bool Swap>
Bits loadBits(const uint8_t* at) {
  Bits bits;
  if (Swap) {
    uint8_t turned[sizeof(Bits)];
    for (size_t i = 0; i < sizeof(Bits); ++i) turned[i] = at[sizeof(Bits) - 1 - i];
    std::memcpy(&bits, turned, sizeof(Bits));
  } else {
    std::memcpy(&bits, at, sizeof(Bits));
  }
  return bits;
}

template <typename Read>
void each(const uint8_t* in, size_t stride, size_t frames, float* out, size_t width, Read read) {
  // A stride known to the compiler lets it use vectors.
  if (stride == width) {
    for (size_t i = 0; i < frames; ++i) out[i] = read(in + i * width);
  } else if (stride == 2 * width) {
    for (size_t i = 0; i < frames; ++i) out[i] = read(in + i * 2 * width);
  } else {
    for (size_t i = 0; i < frames; ++i) out[i] = read(in + i * stride);
  }
}

float sound(double value) { return std::fabs(value) <= 1e12 ? static_cast<float>(value) : 0.0f; }

template <bool Swap>
void decode(const uint8_t* in, PcmFormat format, size_t stride, size_t frames, float* out) {
  switch (format) {
    case PcmFormat::u8:
      return each(in, stride, frames, out, 1, [](const uint8_t* p) { return static_cast<float>(int{*p} - 128) * (1.0f / 128); });
    case PcmFormat::s16:
      return each(in, stride, frames, out, 2,
                  [](const uint8_t* p) { return static_cast<float>(loadBits<int16_t, Swap>(p)) * (1.0f / 32768); });
    case PcmFormat::s24:
      return each(in, stride, frames, out, 3, [](const uint8_t* p) {
        const uint32_t low = p[Swap ? 2 : 0], high = p[Swap ? 0 : 2];
        const uint32_t bits = low << 8 | uint32_t{p[1]} << 16 | high << 24;
        return static_cast<float>(static_cast<int32_t>(bits)) * (1.0f / 2147483648.0f);
      });
    case PcmFormat::s32:
      return each(in, stride, frames, out, 4,
                  [](const uint8_t* p) { return static_cast<float>(loadBits<int32_t, Swap>(p)) * (1.0f / 2147483648.0f); });
    case PcmFormat::f32:
      return each(in, stride, frames, out, 4, [](const uint8_t* p) { return sound(loadBits<float, Swap>(p)); });
    case PcmFormat::f64:
      return each(in, stride, frames, out, 8, [](const uint8_t* p) { return sound(loadBits<double, Swap>(p)); });
  }
}

}  // namespace

PcmFile::PcmFile(const std::string& path, std::vector<PcmTrack> tracks) : file_(File::openForReading(path)), path_(path) {
  const uint64_t size = file_.sizeBytes();
  for (PcmTrack& track : tracks) {
    Placed placed;
    const uint64_t frameBytes = uint64_t{track.channelCount} * bytesPerSample(track.format);
    int64_t at = 0;
    for (const PcmExtent& extent : track.extents) {
      if (extent.frames < 0 || extent.offsetBytes > size ||
          static_cast<uint64_t>(extent.frames) > (size - extent.offsetBytes) / frameBytes) {
        throw FileError(FileProblem::failed, path + " is shorter than its own tables say");
      }
      placed.starts.push_back(at);
      at += extent.frames;
    }
    placed.starts.push_back(at);
    placed.firstChannel = channels_;
    channels_ += track.channelCount;
    const int64_t frames = std::max<int64_t>(0, at + track.delayFrames);
    frames_ = tracks_.empty() ? frames : std::min(frames_, frames);
    placed.track = std::move(track);
    tracks_.push_back(std::move(placed));
  }
}

void PcmFile::read(size_t channel, int64_t start, size_t count, float* into) const {
  read(std::vector<size_t>{channel}, start, count, &into);
}

void PcmFile::read(const std::vector<size_t>& channels, int64_t start, size_t count, float* const* into) const {
  std::vector<size_t> inTrack;
  std::vector<float*> places;
  for (const Placed& placed : tracks_) {
    inTrack.clear();
    places.clear();
    for (size_t i = 0; i < channels.size(); ++i) {
      if (channels[i] < placed.firstChannel || channels[i] >= placed.firstChannel + placed.track.channelCount) continue;
      inTrack.push_back(channels[i] - placed.firstChannel);
      places.push_back(into[i]);
    }
    if (!inTrack.empty()) readTrack(placed, inTrack, start, count, places.data());
  }
}

void PcmFile::readTrack(const Placed& placed, const std::vector<size_t>& channels, int64_t start, size_t count,
                        float* const* into) const {
  const PcmTrack& track = placed.track;
  const size_t sampleBytes = bytesPerSample(track.format), frameBytes = sampleBytes * track.channelCount;
  const int64_t length = placed.starts.back();
  // Frames of the track that are asked for; all others are silence.
  const int64_t from = std::clamp<int64_t>(start - track.delayFrames, 0, length);
  const int64_t to = std::clamp<int64_t>(std::min(start + static_cast<int64_t>(count), frames_) - track.delayFrames, from, length);
  const int64_t before = std::clamp<int64_t>(from + track.delayFrames - start, 0, static_cast<int64_t>(count));
  for (size_t i = 0; i < channels.size(); ++i) {
    std::fill(into[i], into[i] + before, 0.0f);
    std::fill(into[i] + before + (to - from), into[i] + count, 0.0f);
  }
  if (to <= from) return;
  thread_local std::vector<uint8_t> bytes;
  const auto most = static_cast<int64_t>(std::max<size_t>(1, kReadBytes / frameBytes));
  size_t extent = static_cast<size_t>(std::upper_bound(placed.starts.begin(), placed.starts.end(), from) - placed.starts.begin()) - 1;
  for (int64_t at = from; at < to;) {
    while (placed.starts[extent + 1] <= at) ++extent;
    const int64_t inExtent = at - placed.starts[extent];
    const int64_t frames = std::min({most, to - at, placed.starts[extent + 1] - at});
    const size_t wanted = static_cast<size_t>(frames) * frameBytes;
    if (bytes.size() < wanted) bytes.resize(wanted);
    const uint64_t offset = track.extents[extent].offsetBytes + static_cast<uint64_t>(inExtent) * frameBytes;
    if (file_.readAt(offset, bytes.data(), wanted) != wanted) {
      throw FileError(FileProblem::failed, path_ + " became shorter while it was read");
    }
    for (size_t i = 0; i < channels.size(); ++i) {
      float* out = into[i] + before + (at - from);
      const uint8_t* in = bytes.data() + channels[i] * sampleBytes;
      if (track.bigEndian) {
        decode<true>(in, track.format, frameBytes, static_cast<size_t>(frames), out);
      } else {
        decode<false>(in, track.format, frameBytes, static_cast<size_t>(frames), out);
      }
    }
    at += frames;
  }
}

}  // namespace twopop::disk
