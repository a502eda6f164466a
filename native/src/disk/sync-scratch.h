// One source's sound kept in a scratch file while it is being synced, so that a day of takes fits in little memory.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "disk/pcm-file.h"
#include "disk/sync-window-store.h"
#include "dsp/sync-index.h"
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

/// Both versions of the sound and the features. Sound that lies as plain PCM in a file of its own is read from there
/// at the full rate; all else is kept in scratch files.
class ScratchSignal final : public SignalReader, public SignalWriter {
 public:
  explicit ScratchSignal(const std::string& path);
  /// `channels` of the file are the ones that are heard, in this order.
  ScratchSignal(const std::string& path, std::shared_ptr<const disk::PcmFile> file, std::vector<size_t> channels);

  void writeFull(const float* samples, size_t count) override;
  void writeLow(const float* samples, size_t count) override { low_.write(samples, count); }
  /// `mixed` are the channels that the analysis took, of those heard.
  void finish(std::vector<float> features, uint64_t mixed);

  int64_t fullFrames() const override { return file_ ? file_->frames() : full_->length(); }
  void readFull(int64_t start, size_t count, float* into) const override;
  void readLow(int64_t start, size_t count, float* into) const override { low_.read(start, count, into); }
  const std::vector<float>& features() const override { return features_; }
  /// A recorder file's windows are each compared but once.
  KeptWindows* keptWindows() const override { return spectra_ ? nullptr : &keptWindows_; }

  /// Turns the features of a recorder file to what a day's clips are looked for in; they are gone after it.
  void index();
  /// Null before `index`.
  const EnvelopeSpectra* spectra() const { return spectra_.get(); }

 private:
  std::shared_ptr<const disk::PcmFile> file_;
  std::vector<size_t> channels_;
  std::unique_ptr<ScratchStream> full_;
  ScratchStream low_;
  std::vector<float> features_;
  std::unique_ptr<const EnvelopeSpectra> spectra_;
  mutable WindowStore keptWindows_;
};

}  // namespace twopop::sync
