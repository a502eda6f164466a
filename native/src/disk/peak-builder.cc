#include "disk/peak-builder.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "disk/file.h"
#include "dsp/peaks.h"

namespace twopop::disk {
namespace {

using dsp::kPeakLevelFactor;
using dsp::kSamplesPerPeak;
using dsp::PeakPair;

constexpr uint32_t kMagic = 0x4b505754, kVersion = 1;
constexpr uint64_t kHeaderBytes = 64;
/// Levels that one chunk completes by itself: 256 * 4^6 frames are one peak of level 6.
constexpr uint32_t kChunkLevels = 7;
constexpr int64_t kChunkFrames = int64_t{kSamplesPerPeak} << (2 * (kChunkLevels - 1));
constexpr size_t kReadBytes = size_t{1} << 19;

int64_t divideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Where every level and channel lies; all of it is known before the first sample is read.
class Layout {
 public:
  Layout(int64_t frameCount, uint32_t channelCount) : channelCount_(channelCount) {
    int64_t peaks = divideUp(frameCount, kSamplesPerPeak);
    uint64_t offset = kHeaderBytes;
    do {
      counts_.push_back(peaks);
      offsets_.push_back(offset);
      offset += static_cast<uint64_t>(peaks) * channelCount * sizeof(PeakPair);
      peaks = divideUp(peaks, kPeakLevelFactor);
    } while (counts_.back() > 1);
  }

  uint32_t levelCount() const { return static_cast<uint32_t>(counts_.size()); }
  int64_t peakCount(uint32_t level) const { return counts_[level]; }
  uint64_t offset(uint32_t level, uint32_t channel, int64_t peak) const {
    return offsets_[level] + (static_cast<uint64_t>(channel) * counts_[level] + peak) * sizeof(PeakPair);
  }

 private:
  uint32_t channelCount_;
  std::vector<int64_t> counts_;
  std::vector<uint64_t> offsets_;
};

class Builder {
 public:
  Builder(const PlanSource& source, const std::string& outPath, const std::atomic<bool>& cancelled,
          const std::function<void(double)>& onProgress)
      : source_(source),
        cancelled_(cancelled),
        onProgress_(onProgress),
        in_(openWhole(source)),
        layout_(source.frameCount, source.channelCount),
        chunkCount_(divideUp(source.frameCount, kChunkFrames)),
        top_(static_cast<size_t>(chunkCount_) * source.channelCount),
        out_(File::create(outPath)) {}

  uint32_t run(unsigned threads) {
    writeHeader();
    std::vector<std::thread> others;
    try {
      for (int64_t i = 1; i < std::min<int64_t>(threads, chunkCount_); i++) others.emplace_back([this] { work(false); });
    } catch (const std::system_error&) {
      // No more threads to be had: those there are do the work.
    }
    work(true);
    for (std::thread& other : others) other.join();
    if (failure_) std::rethrow_exception(failure_);
    if (cancelled_) throw PeaksCancelled{};
    if (chunkCount_ > 1) writeLevelsAboveChunks();
    out_.close();
    return layout_.levelCount();
  }

 private:
  static FileError tooShort(const PlanSource& source) {
    return FileError(FileProblem::failed, source.path + " ends before the length that its header gives");
  }

  static File openWhole(const PlanSource& source) {
    File file = File::openForReading(source.path);
    const uint64_t needed = source.dataOffsetBytes + static_cast<uint64_t>(source.frameCount) * source.bytesPerFrame();
    if (file.sizeBytes() < needed) throw tooShort(source);
    return file;
  }

  void writeHeader() const {
    uint8_t header[kHeaderBytes] = {};
    const uint32_t words[] = {kMagic, kVersion, source_.channelCount, kSamplesPerPeak, kPeakLevelFactor, layout_.levelCount()};
    std::memcpy(header, words, sizeof(words));
    std::memcpy(header + sizeof(words), &source_.frameCount, sizeof(source_.frameCount));
    out_.writeAt(0, header, sizeof(header));
  }

  void work(bool reporting) {
    try {
      Chunk chunk(source_.channelCount, source_.bytesPerFrame());
      auto reported = std::chrono::steady_clock::now();
      for (int64_t index; !stop_ && !cancelled_ && (index = nextChunk_++) < chunkCount_;) {
        readChunk(index, chunk);
        const auto now = std::chrono::steady_clock::now();
        if (reporting && now - reported > std::chrono::milliseconds(100)) {
          reported = now;
          onProgress_(static_cast<double>(index) / static_cast<double>(chunkCount_));
        }
      }
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stop_ = true;
    }
  }

  /// What a thread works in.
  struct Chunk {
    Chunk(uint32_t channels, size_t frameBytes)
        : framesARead(std::max<size_t>(1, kReadBytes / (frameBytes * kSamplesPerPeak)) * kSamplesPerPeak),
          bytes(framesARead * frameBytes),
          samples(kSamplesPerPeak * channels),
          finder(channels) {}
    size_t framesARead;
    std::vector<uint8_t> bytes;
    std::vector<int16_t> samples;
    dsp::PeakFinder finder;
    std::vector<PeakPair> level, above;  // channel by channel
  };

  void readChunk(int64_t index, Chunk& chunk) {
    const int64_t first = index * kChunkFrames, frames = std::min(kChunkFrames, source_.frameCount - first);
    const size_t stride = source_.bytesPerFrame(), channels = source_.channelCount;
    size_t peaks = static_cast<size_t>(divideUp(frames, kSamplesPerPeak));
    chunk.level.resize(peaks * channels);
    size_t peak = 0;
    for (int64_t at = 0; at < frames && !cancelled_; at += static_cast<int64_t>(chunk.framesARead)) {
      const size_t count = static_cast<size_t>(std::min<int64_t>(chunk.framesARead, frames - at));
      const uint64_t offset = source_.dataOffsetBytes + static_cast<uint64_t>(first + at) * stride;
      if (in_.readAt(offset, chunk.bytes.data(), count * stride) < count * stride) {
        throw tooShort(source_);
      }
      for (size_t done = 0; done < count; done += kSamplesPerPeak, peak++) {
        const size_t group = std::min(kSamplesPerPeak, count - done);
        dsp::topSixteenBits(chunk.bytes.data() + done * stride, source_.format, group * channels, chunk.samples.data());
        chunk.finder.find(chunk.samples.data(), group, chunk.level.data() + peak, peaks);
      }
    }
    if (cancelled_) return;
    int64_t firstPeak = first / static_cast<int64_t>(kSamplesPerPeak);
    for (uint32_t level = 0;; level++) {
      writePeaks(level, firstPeak, peaks, chunk.level);
      if (level + 1 == std::min(kChunkLevels, layout_.levelCount())) break;
      peaks = joinLevel(chunk.level, peaks, chunk.above);
      chunk.level.swap(chunk.above);
      firstPeak /= static_cast<int64_t>(kPeakLevelFactor);
    }
    for (size_t channel = 0; channel < channels && chunkCount_ > 1; channel++) {
      top_[channel * static_cast<size_t>(chunkCount_) + static_cast<size_t>(index)] = chunk.level[channel];
    }
  }

  void writePeaks(uint32_t level, int64_t firstPeak, size_t peaks, const std::vector<PeakPair>& pairs) const {
    for (uint32_t channel = 0; channel < source_.channelCount; channel++) {
      out_.writeAt(layout_.offset(level, channel, firstPeak), pairs.data() + channel * peaks, peaks * sizeof(PeakPair));
    }
  }

  /// Joins each channel's peaks by four and returns how many there are then.
  size_t joinLevel(const std::vector<PeakPair>& from, size_t peaks, std::vector<PeakPair>& to) const {
    const size_t joined = static_cast<size_t>(divideUp(static_cast<int64_t>(peaks), kPeakLevelFactor));
    to.resize(joined * source_.channelCount);
    for (size_t channel = 0; channel < source_.channelCount; channel++) {
      for (size_t i = 0; i < joined; i++) {
        const size_t first = i * kPeakLevelFactor;
        to[channel * joined + i] =
            dsp::joinPeaks(from.data() + channel * peaks + first, std::min(kPeakLevelFactor, peaks - first));
      }
    }
    return joined;
  }

  void writeLevelsAboveChunks() {
    size_t peaks = static_cast<size_t>(chunkCount_);
    std::vector<PeakPair> above;
    for (uint32_t level = kChunkLevels; level < layout_.levelCount(); level++) {
      peaks = joinLevel(top_, peaks, above);
      top_.swap(above);
      writePeaks(level, 0, peaks, top_);
    }
  }

  const PlanSource& source_;
  const std::atomic<bool>& cancelled_;
  const std::function<void(double)>& onProgress_;
  const File in_;
  const Layout layout_;
  const int64_t chunkCount_;
  std::vector<PeakPair> top_;  // one peak of level 6 a chunk, channel by channel
  File out_;
  std::atomic<int64_t> nextChunk_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

uint32_t buildPeaks(const PlanSource& source, const std::string& outPath, unsigned threads,
                    const std::atomic<bool>& cancelled, const std::function<void(double)>& onProgress) {
  const unsigned cores = threads ? threads : std::max(1u, std::thread::hardware_concurrency());
  auto builder = std::make_unique<Builder>(source, outPath, cancelled, onProgress);
  try {
    return builder->run(cores);
  } catch (...) {
    builder.reset();  // closed before removal: Windows keeps open files
    File::remove(outPath);
    throw;
  }
}

}  // namespace twopop::disk
