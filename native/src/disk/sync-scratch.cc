#include "disk/sync-scratch.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "dsp/sync-analysis.h"
#include "dsp/sync-statistics.h"
#include "dsp/sync-vector.h"

namespace twopop::sync {

namespace {

constexpr size_t kBlock = 4096;

int seekTo(std::FILE* file, int64_t byte) {
#if defined(_WIN32)
  return _fseeki64(file, byte, SEEK_SET);
#else
  return fseeko(file, static_cast<off_t>(byte), SEEK_SET);
#endif
}

SYNC_VECTOR_CLONES
void toIntegers(const float* __restrict in, float factor, int16_t* __restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i) {
    const float scaled = in[i] * factor;
    out[i] = static_cast<int16_t>(static_cast<int32_t>(scaled + (scaled < 0 ? -0.5f : 0.5f)));
  }
}

SYNC_VECTOR_CLONES
void toFloats(const int16_t* __restrict in, float scale, float* __restrict out, size_t count) {
  for (size_t i = 0; i < count; ++i) out[i] = static_cast<float>(in[i]) * scale;
}

}  // namespace

ScratchStream::ScratchStream(std::string path) : path_(std::move(path)), file_(std::fopen(path_.c_str(), "wb+")) {
  if (!file_) throw std::runtime_error("cannot make the scratch file " + path_);
  block_.reserve(kBlock);
#if !defined(_WIN32)
  std::remove(path_.c_str());  // the open file lives on without a name and goes with the process, however that ends
#endif
}

ScratchStream::~ScratchStream() {
  std::fclose(file_);
#if defined(_WIN32)
  std::remove(path_.c_str());
#endif
}

void ScratchStream::write(const float* samples, size_t count) {
  while (count > 0) {
    const size_t part = std::min(count, kBlock - block_.size());
    block_.insert(block_.end(), samples, samples + part);
    samples += part;
    count -= part;
    if (block_.size() == kBlock) flushBlock();
  }
}

void ScratchStream::flushBlock() {
  const size_t count = block_.size();
  if (count == 0) return;
  const float peak = peakOf(block_.data(), count);
  scales_.push_back(peak / 32767.0f);
  int16_t integers[kBlock] = {};
  if (peak > 0) toIntegers(block_.data(), 32767.0f / peak, integers, count);
  if (std::fwrite(integers, sizeof(int16_t), kBlock, file_) != kBlock) {
    throw std::runtime_error("cannot write the scratch file " + path_);
  }
  length_ += static_cast<int64_t>(count);
  block_.clear();
}

void ScratchStream::finish() {
  flushBlock();
  if (std::fflush(file_) != 0) throw std::runtime_error("cannot write the scratch file " + path_);
}

void ScratchStream::read(int64_t start, size_t count, float* into) const {
  const int64_t from = std::clamp<int64_t>(start, 0, length_);
  const int64_t to = std::clamp<int64_t>(start + static_cast<int64_t>(count), 0, length_);
  if (from >= to) {
    std::fill(into, into + count, 0.0f);
    return;
  }
  std::fill(into, into + (from - start), 0.0f);
  std::fill(into + (to - start), into + count, 0.0f);
  std::vector<int16_t> integers(static_cast<size_t>(to - from));
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (seekTo(file_, from * static_cast<int64_t>(sizeof(int16_t))) != 0 ||
        std::fread(integers.data(), sizeof(int16_t), integers.size(), file_) != integers.size()) {
      throw std::runtime_error("cannot read the scratch file " + path_);
    }
  }
  int64_t at = from;
  while (at < to) {
    const int64_t block = at / static_cast<int64_t>(kBlock);
    const int64_t end = std::min(to, (block + 1) * static_cast<int64_t>(kBlock));
    toFloats(integers.data() + (at - from), scales_[static_cast<size_t>(block)], into + (at - start),
             static_cast<size_t>(end - at));
    at = end;
  }
}

ScratchSignal::ScratchSignal(const std::string& path)
    : full_(std::make_unique<ScratchStream>(path + ".full")), low_(path + ".low") {}

ScratchSignal::ScratchSignal(const std::string& path, std::shared_ptr<const disk::PcmFile> file, std::vector<size_t> channels)
    : file_(std::move(file)), channels_(std::move(channels)), low_(path + ".low") {}

void ScratchSignal::writeFull(const float* samples, size_t count) {
  if (full_) full_->write(samples, count);
}

void ScratchSignal::finish(std::vector<float> features, uint64_t mixed) {
  if (full_) full_->finish();
  low_.finish();
  features_ = std::move(features);
  std::vector<size_t> taken;
  for (size_t i = 0; i < std::min<size_t>(64, channels_.size()); ++i) {
    if (mixed >> i & 1) taken.push_back(channels_[i]);
  }
  channels_ = std::move(taken);
}

void ScratchSignal::index() {
  spectra_ = std::make_unique<const EnvelopeSpectra>(features_);
  features_.clear();
  features_.shrink_to_fit();
}

void ScratchSignal::readFull(int64_t start, size_t count, float* into) const {
  if (full_) return full_->read(start, count, into);
  if (channels_.size() == 1) {
    file_->read(channels_[0], start, count, into);
    return;
  }
  std::vector<std::vector<float>> planes(channels_.size(), std::vector<float>(count));
  std::vector<float*> places;
  for (auto& plane : planes) places.push_back(plane.data());
  file_->read(channels_, start, count, places.data());
  mixChannels(places.data(), places.size(), ~uint64_t{0}, count, into);
}

}  // namespace twopop::sync
