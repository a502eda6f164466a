#include "device/bounce.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>

namespace twopop::device {
namespace {

/// Frames a thread renders at a time: large enough that a read is worth its call, small enough to stay in cache, and
/// fewer where so many channels are asked for that their buffers would grow past 32 MB.
int64_t blockFramesFor(size_t channelsInAll) {
  return std::clamp<int64_t>((int64_t{1} << 22) / static_cast<int64_t>(std::max<size_t>(channelsInAll, 1)), 256, 16384);
}

using Clock = std::chrono::steady_clock;

uint64_t ditherKey(uint64_t seed, const rt::Tap& tap) {
  uint64_t key = seed ^ 0x2545f4914f6cdd1dull;
  for (const uint64_t part : {static_cast<uint64_t>(tap.bus), uint64_t{tap.index}, static_cast<uint64_t>(tap.side),
                              static_cast<uint64_t>(tap.point)}) {
    key = (key ^ part) * 0xd6e8feb86659fd93ull;
    key ^= key >> 32;
  }
  return key;
}

class Bounce {
 public:
  Bounce(const Plan& plan, disk::SourceFiles& sources, const BounceRequest& request, const std::atomic<bool>& cancelled,
         const std::function<void(double)>& onProgress)
      : plan_(plan), sources_(sources), request_(request), cancelled_(cancelled), onProgress_(onProgress) {
    for (const BounceOutput& output : request.outputs) {
      reports_.push_back({output.path, 0, 0, 0});
      for (const rt::Tap& tap : output.channels) {
        taps_.push_back(tap);
        keys_.push_back(ditherKey(request.ditherSeed, tap));
      }
    }
    blockFrames_ = blockFramesFor(taps_.size());
    blockCount_ = (request.lengthSamples + blockFrames_ - 1) / blockFrames_;
  }

  std::vector<OutputReport> run() {
    try {
      for (const BounceOutput& output : request_.outputs) {
        files_.push_back(disk::File::create(output.path));
        created_.push_back(output.path);
        files_.back().writeAt(0, output.headerBytes.data(), output.headerBytes.size());
      }
      const unsigned cores = request_.threads ? request_.threads : std::max(1u, std::thread::hardware_concurrency());
      const int64_t threads = std::clamp<int64_t>(std::min<int64_t>(cores, blockCount_), 1, 64);
      std::vector<std::thread> others;
      try {
        for (int64_t i = 1; i < threads; i++) others.emplace_back([this] { work(false); });
      } catch (const std::system_error&) {
        // No more threads to be had: those there are do the work.
      }
      work(true);
      for (std::thread& other : others) other.join();
      if (failure_) std::rethrow_exception(failure_);
      if (cancelled_) throw BounceCancelled{};
      for (size_t i = 0; i < files_.size(); i++) finish(i);
    } catch (...) {
      files_.clear();  // closed before removal: Windows keeps open files
      for (const std::string& path : created_) disk::File::remove(path);
      throw;
    }
    return reports_;
  }

 private:
  void finish(size_t index) {
    const BounceOutput& output = request_.outputs[index];
    if (!output.trailerBytes.empty()) {
      files_[index].writeAt(byteOffset(output, request_.lengthSamples), output.trailerBytes.data(), output.trailerBytes.size());
    }
    files_[index].close();
    reports_[index].framesWritten = request_.lengthSamples;
  }

  static uint64_t bytesPerFrame(const BounceOutput& output) {
    return output.channels.size() * uint64_t{dsp::bytesPerSample(output.format)};
  }

  static uint64_t byteOffset(const BounceOutput& output, int64_t frame) {
    return output.headerBytes.size() + static_cast<uint64_t>(frame) * bytesPerFrame(output);
  }

  /// Takes blocks until none is left. Each sample is rendered whole by one thread, so their number changes nothing.
  void work(bool reporting) {
    try {
      rt::BlockRenderer renderer(plan_, taps_, static_cast<size_t>(blockFrames_));
      disk::FileSourceReader reader(plan_, sources_);
      std::vector<uint8_t> bytes;
      std::vector<dsp::EncodeTally> tallies(request_.outputs.size());
      auto reported = Clock::now();
      for (int64_t block; !stop_ && !cancelled_ && (block = nextBlock_++) < blockCount_;) {
        const int64_t first = block * blockFrames_;
        const size_t frames = static_cast<size_t>(std::min(blockFrames_, request_.lengthSamples - first));
        renderer.render(reader, request_.fromSample + first, frames);
        size_t tap = 0;
        for (size_t i = 0; i < request_.outputs.size(); i++) {
          const BounceOutput& output = request_.outputs[i];
          const size_t stride = bytesPerFrame(output), sample = dsp::bytesPerSample(output.format);
          bytes.resize(frames * stride);
          for (size_t channel = 0; channel < output.channels.size(); channel++, tap++) {
            dsp::encodePcm(renderer.tap(tap), frames, output.format, {output.dither, keys_[tap]},
                           request_.fromSample + first, bytes.data() + channel * sample, stride, tallies[i]);
          }
          files_[i].writeAt(byteOffset(output, first), bytes.data(), bytes.size());
        }
        blocksDone_++;
        if (reporting && Clock::now() - reported > std::chrono::milliseconds(100)) {
          reported = Clock::now();
          onProgress_(static_cast<double>(blocksDone_) / static_cast<double>(blockCount_));
        }
      }
      std::lock_guard<std::mutex> lock(mutex_);
      for (size_t i = 0; i < tallies.size(); i++) {
        reports_[i].peak = std::max(reports_[i].peak, tallies[i].peak);
        reports_[i].clippedSamples += tallies[i].clipped;
      }
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stop_ = true;
    }
  }

  const Plan& plan_;
  disk::SourceFiles& sources_;
  const BounceRequest& request_;
  const std::atomic<bool>& cancelled_;
  const std::function<void(double)>& onProgress_;
  std::vector<rt::Tap> taps_;
  std::vector<uint64_t> keys_;
  std::vector<std::string> created_;
  std::vector<disk::File> files_;
  std::vector<OutputReport> reports_;
  int64_t blockFrames_ = 0, blockCount_ = 0;
  std::atomic<int64_t> nextBlock_{0}, blocksDone_{0};
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<OutputReport> bounce(const Plan& plan, disk::SourceFiles& files, const BounceRequest& request,
                                 const std::atomic<bool>& cancelled, const std::function<void(double)>& onProgress) {
  return Bounce(plan, files, request, cancelled, onProgress).run();
}

}  // namespace twopop::device
