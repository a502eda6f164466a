#include "disk/record-file.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

namespace twopop::disk {
namespace {

constexpr uint32_t kDs64Bytes = 28;
constexpr uint32_t kUnknownSize = 0xffffffff;
/// Frames that are encoded at a time.
constexpr size_t kBlockFrames = 4096;

void put32(uint8_t* at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = static_cast<uint8_t>(value >> (8 * i));
}

void put64(uint8_t* at, uint64_t value) {
  put32(at, static_cast<uint32_t>(value));
  put32(at + 4, static_cast<uint32_t>(value >> 32));
}

const RecordFileSpec& checked(const RecordFileSpec& spec) {
  const std::vector<uint8_t>& header = spec.headerBytes;
  const WaveHeaderLayout& layout = spec.layout;
  const bool fits = !spec.channels.empty() && header.size() >= 12 + 8 + kDs64Bytes + 8 && layout.ds64At == 12 &&
                    layout.dataSizeAt + uint64_t{4} == header.size() && std::memcmp(header.data() + 8, "WAVE", 4) == 0 &&
                    std::memcmp(header.data() + layout.dataSizeAt - 4, "data", 4) == 0 &&
                    (layout.factAt < 0 || (layout.factAt >= 12 + 8 + kDs64Bytes + 8 &&
                                           static_cast<uint64_t>(layout.factAt) + 4 <= layout.dataSizeAt - 4));
  if (!fits) throw std::invalid_argument("the header of " + spec.path + " does not fit its layout");
  return spec;
}

}  // namespace

RecordFile::RecordFile(RecordFileSpec spec, WriteFaults& faults, uint64_t largestRiffBytes)
    : spec_(std::move(spec)),
      faults_(faults),
      largestRiffBytes_(std::min<uint64_t>(largestRiffBytes, kUnknownSize)),
      file_(File::createNew(checked(spec_).path)),
      plane_(kBlockFrames) {
  bytes_.reserve(kBlockFrames * spec_.bytesPerFrame());  // nothing is asked of the memory while it is recorded
  try {
    file_.writeAt(0, spec_.headerBytes.data(), spec_.headerBytes.size());
    writeSizes(0);
  } catch (...) {
    remove();
    throw;
  }
  reservedTo_ = spec_.headerBytes.size();
}

void RecordFile::makeDurable() {
  file_.flush();
  File::flushFolderOf(spec_.path);
}

void RecordFile::append(const float* interleaved, size_t sessionChannels, size_t frames) {
  const size_t stride = spec_.bytesPerFrame(), sample = dsp::bytesPerSample(spec_.format);
  while (frames > 0) {
    const size_t block = std::min(frames, kBlockFrames);
    bytes_.assign(block * stride, 0);
    for (size_t channel = 0; interleaved && channel < spec_.channels.size(); channel++) {
      const float* from = interleaved + spec_.channels[channel];
      for (size_t i = 0; i < block; i++, from += sessionChannels) plane_[i] = std::fabs(*from) <= 1e12f ? *from : 0.0;
      dsp::encodePcm(plane_.data(), block, spec_.format, {}, 0, bytes_.data() + channel * sample, stride, tally_);
    }
    const int64_t written = framesWritten();
    const uint64_t at = spec_.headerBytes.size() + static_cast<uint64_t>(written) * stride;
    const int64_t size = static_cast<int64_t>(bytes_.size());
    // Taken down in one step: the files of a capture share the allowance.
    const int64_t allowed = faults_.bytesUntilFull.fetch_sub(size);
    try {
      file_.writeAt(at, bytes_.data(), static_cast<size_t>(std::clamp<int64_t>(allowed, 0, size)));
      if (allowed < size) {
        faults_.bytesUntilFull = 0;
        throw FileError(FileProblem::diskFull, "Could not write " + spec_.path + ": the disk is full");
      }
    } catch (const FileError&) {
      // A write that ended half-way leaves whole frames that are worth keeping.
      const uint64_t there = std::min<uint64_t>(std::max(file_.sizeBytes(), at), at + bytes_.size());
      framesWritten_.store(written + static_cast<int64_t>((there - at) / stride), std::memory_order_release);
      throw;
    }
    framesWritten_.store(written + static_cast<int64_t>(block), std::memory_order_release);
    frames -= block;
    if (interleaved) interleaved += block * sessionChannels;
  }
}

void RecordFile::writeSizes(int64_t frames) {
  std::vector<uint8_t>& header = spec_.headerBytes;
  const WaveHeaderLayout& layout = spec_.layout;
  const uint64_t dataBytes = static_cast<uint64_t>(frames) * spec_.bytesPerFrame();
  const uint64_t riffBytes = header.size() - 8 + dataBytes + (dataBytes & 1);
  const bool large = riffBytes >= largestRiffBytes_ || dataBytes >= largestRiffBytes_;
  std::memcpy(header.data(), large ? "RF64" : "RIFF", 4);
  put32(header.data() + 4, large ? kUnknownSize : static_cast<uint32_t>(riffBytes));
  std::memcpy(header.data() + layout.ds64At, large ? "ds64" : "JUNK", 4);
  put32(header.data() + layout.ds64At + 4, kDs64Bytes);
  std::memset(header.data() + layout.ds64At + 8, 0, kDs64Bytes);
  if (large) {
    put64(header.data() + layout.ds64At + 8, riffBytes);
    put64(header.data() + layout.ds64At + 16, dataBytes);
    put64(header.data() + layout.ds64At + 24, static_cast<uint64_t>(frames));
  }
  put32(header.data() + layout.dataSizeAt, large ? kUnknownSize : static_cast<uint32_t>(dataBytes));
  // The form and ds64 change places with RIFF and JUNK in one write, so that no kill can come between them.
  file_.writeAt(0, header.data(), layout.ds64At + 8 + kDs64Bytes);
  if (layout.factAt >= 0) {
    put32(header.data() + layout.factAt, static_cast<uint32_t>(std::min<uint64_t>(static_cast<uint64_t>(frames), kUnknownSize)));
    file_.writeAt(static_cast<uint64_t>(layout.factAt), header.data() + layout.factAt, 4);
  }
  file_.writeAt(layout.dataSizeAt, header.data() + layout.dataSizeAt, 4);
}

void RecordFile::refresh() {
  const int64_t frames = framesWritten();
  if (frames == framesFlushed()) return;
  if (!file_.hasName()) {
    throw FileError(FileProblem::missing, spec_.path + " was removed while it was recorded");
  }
  writeSizes(frames);
  file_.flushData();
  framesFlushed_.store(frames, std::memory_order_release);
}

void RecordFile::finish(int64_t keepFrames) {
  if (!open_) return;
  const int64_t frames = std::clamp<int64_t>(keepFrames, 0, framesWritten());
  const uint64_t end = spec_.headerBytes.size() + static_cast<uint64_t>(frames) * spec_.bytesPerFrame();
  writeSizes(frames);
  file_.truncate(end);
  framesWritten_.store(frames, std::memory_order_release);
  framesFlushed_.store(frames, std::memory_order_release);
  if ((end - spec_.headerBytes.size()) & 1) {
    const uint8_t zero = 0;
    try {
      file_.writeAt(end, &zero, 1);
    } catch (const FileError& error) {
      // On a full disk the padding byte alone is missing, and every reader forgives that at the end.
      if (error.problem != FileProblem::diskFull) throw;
    }
  }
  file_.flush();
  open_ = false;
  file_.close();
}

void RecordFile::remove() noexcept {
  try {
    open_ = false;
    file_.close();
  } catch (const FileError&) {
    // It is removed all the same.
  }
  File::remove(spec_.path);
}

void RecordFile::reserveAhead(uint64_t bytes) noexcept {
  const uint64_t written = spec_.headerBytes.size() + static_cast<uint64_t>(framesWritten()) * spec_.bytesPerFrame();
  if (written + bytes / 2 <= reservedTo_) return;
  reservedTo_ = written + bytes;
  file_.reserve(reservedTo_);
}

uint64_t RecordFile::reservedBytes() const {
  const uint64_t written = spec_.headerBytes.size() + static_cast<uint64_t>(framesWritten()) * spec_.bytesPerFrame();
  return reservedTo_ > written ? reservedTo_ - written : 0;
}

}  // namespace twopop::disk
