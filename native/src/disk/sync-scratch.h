// One source's sound kept in a scratch file while it is being synced, so that a day of takes fits in little memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <vector>

#include "dsp/sync-signal.h"

namespace twopop::sync {

/// A stream of samples in a file: blocks of 16-bit samples with one scale each (90 dB below the block's peak).
class ScratchStream {
 public:
  explicit ScratchStream(std::string path);
  ~ScratchStream();
  ScratchStream(const ScratchStream&) = delete;
  ScratchStream& operator=(const ScratchStream&) = delete;

  /// Throws std::runtime_error when the disk is full or fails.
  void write(const float* samples, size_t count);
  void finish();
  /// Reads from any thread; what lies outside the stream is silence.
  void read(int64_t start, size_t count, float* into) const;
  int64_t length() const { return length_; }

 private:
  void flushBlock();

  std::string path_;
  std::FILE* file_;
  mutable std::mutex mutex_;
  int64_t length_ = 0;
  std::vector<float> block_;
  std::vector<float> scales_;
};

/// Both versions of the sound and the features.
class ScratchSignal final : public SignalReader, public SignalWriter {
 public:
  explicit ScratchSignal(const std::string& path);
  void writeFull(const float* samples, size_t count) override { full_.write(samples, count); }
  void writeLow(const float* samples, size_t count) override { low_.write(samples, count); }
  void finish(std::vector<float> features);

  int64_t fullFrames() const override { return full_.length(); }
  void readFull(int64_t start, size_t count, float* into) const override { full_.read(start, count, into); }
  void readLow(int64_t start, size_t count, float* into) const override { low_.read(start, count, into); }
  const std::vector<float>& features() const override { return features_; }

 private:
  ScratchStream full_;
  ScratchStream low_;
  std::vector<float> features_;
};

}  // namespace twopop::sync
