// For tests of recording: a sound whose every sample is known from its clock, headers for it, and a reader of what came.
#pragma once

#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "disk/capture.h"

namespace recorded {

/// The sample that input `channel` carries at `clock`: noise that 24 bits hold exactly.
inline int32_t stepAt(uint32_t channel, int64_t clock) {
  uint64_t z = static_cast<uint64_t>(clock) * 0x9e3779b97f4a7c15ull + channel * 0xd6e8feb86659fd93ull + 1;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return static_cast<int32_t>(z >> 40) - (1 << 23);
}
inline float sampleAt(uint32_t channel, int64_t clock) { return static_cast<float>(stepAt(channel, clock)) / 8388608.0f; }

/// Plays that sound into a capture, block after block, as a device would.
class Source {
 public:
  Source(twopop::disk::Capture& capture, uint32_t inputs) : capture_(capture), inputs_(inputs) {}
  int64_t clock = 0;
  void block(size_t frames) {
    block_.resize(frames * inputs_);
    for (size_t i = 0; i < frames; i++) {
      for (uint32_t c = 0; c < inputs_; c++) block_[i * inputs_ + c] = sampleAt(c, clock + static_cast<int64_t>(i));
    }
    capture_.capture(block_.data(), inputs_, frames, clock);
    clock += static_cast<int64_t>(frames);
  }
  /// So many frames in blocks of 512; the writer is let come after.
  void run(int64_t frames) {
    for (int64_t done = 0; done < frames; done += 512) {
      block(static_cast<size_t>(std::min<int64_t>(512, frames - done)));
      if (clock / 48000 != (clock - 512) / 48000) capture_.waitUntilWritten(60000);
    }
  }

 private:
  twopop::disk::Capture& capture_;
  uint32_t inputs_;
  std::vector<float> block_;
};

inline void put(std::vector<uint8_t>& to, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++) to.push_back(static_cast<uint8_t>(value >> (8 * i)));
}
inline void put(std::vector<uint8_t>& to, const char* id) { to.insert(to.end(), id, id + 4); }

/// A file of these channels of the session: RIFF, JUNK, fmt, fact (float), data.
inline twopop::disk::RecordFileSpec spec(const std::string& path, std::vector<uint32_t> channels,
                                         twopop::dsp::OutputFormat format = twopop::dsp::OutputFormat::s24) {
  twopop::disk::RecordFileSpec made;
  const bool isFloat = format == twopop::dsp::OutputFormat::f32;
  const uint32_t sample = twopop::dsp::bytesPerSample(format), count = static_cast<uint32_t>(channels.size());
  std::vector<uint8_t>& bytes = made.headerBytes;
  put(bytes, "RIFF"), put(bytes, 0, 4), put(bytes, "WAVE"), put(bytes, "JUNK"), put(bytes, 28, 4);
  bytes.resize(bytes.size() + 28);
  put(bytes, "fmt "), put(bytes, 16, 4), put(bytes, isFloat ? 3 : 1, 2), put(bytes, count, 2), put(bytes, 48000, 4);
  put(bytes, 48000 * count * sample, 4), put(bytes, count * sample, 2), put(bytes, sample * 8, 2);
  if (isFloat) {
    put(bytes, "fact"), put(bytes, 4, 4);
    made.layout.factAt = static_cast<int64_t>(bytes.size());
    put(bytes, 0, 4);
  }
  put(bytes, "data");
  made.layout.dataSizeAt = static_cast<uint32_t>(bytes.size());
  put(bytes, 0, 4);
  made.path = path;
  made.channels = std::move(channels);
  made.format = format;
  return made;
}

/// A recording as its header describes it.
struct Wave {
  std::string form;
  uint64_t sizeBytes = 0, riffBytes = 0, dataBytes = 0, dataAt = 0, ds64Frames = 0;
  uint32_t channels = 0, bytesPerSample = 0, fact = 0;
  std::vector<uint8_t> bytes;
  bool whole() const { return riffBytes + 8 == sizeBytes && dataAt + dataBytes + (dataBytes & 1) == sizeBytes; }
  int64_t frames() const { return static_cast<int64_t>(dataBytes / (channels * bytesPerSample)); }
  int32_t step(int64_t frame, uint32_t channel) const {
    const uint8_t* at = bytes.data() + dataAt + (static_cast<uint64_t>(frame) * channels + channel) * bytesPerSample;
    return static_cast<int32_t>(uint32_t{at[0]} << 8 | uint32_t{at[1]} << 16 | uint32_t{at[2]} << 24) >> 8;
  }
  float real(int64_t frame, uint32_t channel) const {
    float value;
    std::memcpy(&value, bytes.data() + dataAt + (static_cast<uint64_t>(frame) * channels + channel) * 4, 4);
    return value;
  }
  /// Frames from `from` up to `to` that are not what `input` carried from `firstClock` on.
  int64_t wrong(uint32_t channel, uint32_t input, int64_t firstClock, int64_t from = 0, int64_t to = -1) const {
    int64_t count = 0;
    for (int64_t i = from; i < (to < 0 ? frames() : to); i++) count += step(i, channel) != stepAt(input, firstClock + i);
    return count;
  }
  int64_t sounding(int64_t from, int64_t to) const {
    int64_t count = 0;
    for (int64_t i = from; i < to; i++) count += step(i, 0) != 0;
    return count;
  }
};

inline uint64_t get(const std::vector<uint8_t>& bytes, size_t at, int count) {
  uint64_t value = 0;
  for (int i = count; i-- > 0;) value = value << 8 | (at + static_cast<size_t>(i) < bytes.size() ? bytes[at + static_cast<size_t>(i)] : 0);
  return value;
}

inline Wave read(const std::string& path) {
  Wave wave;
  std::ifstream file(path, std::ios::binary);
  wave.bytes.assign(std::istreambuf_iterator<char>(file), {});
  const auto& bytes = wave.bytes;
  wave.sizeBytes = bytes.size();
  if (bytes.size() < 44) return wave;
  wave.form.assign(bytes.begin(), bytes.begin() + 4);
  wave.riffBytes = get(bytes, 4, 4);
  uint64_t ds64Data = 0;
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const std::string id(bytes.begin() + static_cast<long>(at), bytes.begin() + static_cast<long>(at) + 4);
    const uint64_t size = get(bytes, at + 4, 4);
    if (id == "ds64") {
      wave.riffBytes = get(bytes, at + 8, 8);
      ds64Data = get(bytes, at + 16, 8);
      wave.ds64Frames = get(bytes, at + 24, 8);
    }
    if (id == "fmt ") {
      wave.channels = static_cast<uint32_t>(get(bytes, at + 10, 2));
      wave.bytesPerSample = static_cast<uint32_t>(get(bytes, at + 22, 2)) / 8;
    }
    if (id == "fact") wave.fact = static_cast<uint32_t>(get(bytes, at + 8, 4));
    if (id == "data") {
      wave.dataAt = at + 8;
      wave.dataBytes = wave.form == "RF64" ? ds64Data : size;
      break;
    }
    at += 8 + size + (size & 1);
  }
  return wave;
}

}  // namespace recorded
