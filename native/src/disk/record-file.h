// One WAV while it is recorded. Its samples are there as soon as they were written; its header promises what is there
// at every refresh, and a file whose writer was killed is put right from its length alone.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "disk/file.h"
#include "dsp/pcm.h"

namespace twopop::disk {

/// Where the sizes stand in a header. The form's own stand at bytes 0 and 4.
struct WaveHeaderLayout {
  uint32_t ds64At = 12;     // of the 8 + 28 bytes of the JUNK chunk that becomes ds64
  int64_t factAt = -1;      // of the number of frames in the fact chunk; -1: there is none
  uint32_t dataSizeAt = 0;  // of the data chunk's size, the last four bytes of the header
};

struct RecordFileSpec {
  std::string path;                // must not exist
  std::vector<uint32_t> channels;  // of the session, in the order of the file
  std::vector<uint8_t> headerBytes;
  WaveHeaderLayout layout;
  dsp::OutputFormat format = dsp::OutputFormat::s24;

  uint64_t bytesPerFrame() const { return channels.size() * uint64_t{dsp::bytesPerSample(format)}; }
};

/// Faults that tests put into writing; shared by the files of a capture.
struct WriteFaults {
  /// Sample bytes that may still be written before the disk says that it is full.
  std::atomic<int64_t> bytesUntilFull{std::numeric_limits<int64_t>::max()};
};

/// `append` belongs to one thread, `refresh` and `finish` to one other (or the same); the counts may be read from any.
class RecordFile {
 public:
  /// Creates the file with its header. From `largestRiffBytes` on (in the form's size or the
  /// data's) the file is RF64. Throws FileError, and std::invalid_argument for a header that does not fit its layout.
  RecordFile(RecordFileSpec spec, WriteFaults& faults, uint64_t largestRiffBytes = 0xffffffff);

  /// Waits until the file lies on the disk, with its name. Of several files all are created first: the first wait is
  /// then for all of them.
  void makeDurable();
  /// Writes `frames` of the session's interleaved channels; null is silence. What is not a number becomes silence, as
  /// where files are read. On an error the whole frames that went to the disk count as written, then it is thrown.
  void append(const float* interleaved, size_t sessionChannels, size_t frames);
  /// Brings the sizes up to what is written and makes it durable.
  void refresh();
  /// Ends the file: keeps its first `keepFrames` (all: INT64_MAX), pads, completes the header, makes all durable and closes it.
  void finish(int64_t keepFrames);
  /// Gives up a file of which nothing is wanted.
  void remove() noexcept;

  const RecordFileSpec& spec() const { return spec_; }
  int64_t framesWritten() const { return framesWritten_.load(std::memory_order_acquire); }
  int64_t framesFlushed() const { return framesFlushed_.load(std::memory_order_acquire); }
  /// Keeps room on the disk ahead of what is written. Costs a call only once in a while.
  void reserveAhead(uint64_t bytes) noexcept;
  uint64_t freeBytes() const { return file_.freeBytes(); }
  /// Room kept beyond what is written: it is no longer free, and still to be used.
  uint64_t reservedBytes() const;

 private:
  void writeSizes(int64_t frames);

  RecordFileSpec spec_;
  WriteFaults& faults_;
  const uint64_t largestRiffBytes_;
  File file_;
  bool open_ = true;
  uint64_t reservedTo_ = 0;
  std::vector<double> plane_;
  std::vector<uint8_t> bytes_;
  dsp::EncodeTally tally_;
  std::atomic<int64_t> framesWritten_{0}, framesFlushed_{0};
};

}  // namespace twopop::disk
