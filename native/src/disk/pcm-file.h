// Plain PCM anywhere in a file (a WAV's data chunk, the chunks of a movie's sound tracks) as channels of floats.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "disk/file.h"
#include "plan.h"

namespace twopop::disk {

/// Frames that lie together in the file.
struct PcmExtent {
  uint64_t offsetBytes = 0;
  int64_t frames = 0;
};

struct PcmTrack {
  PcmFormat format = PcmFormat::s16;
  bool bigEndian = false;
  uint32_t channelCount = 1;
  /// Silence before the first frame; negative: frames passed over.
  int64_t delayFrames = 0;
  std::vector<PcmExtent> extents;
};

/// Random access to the tracks of a file side by side: the channels of the first, then of the second, and so on.
/// Reading is safe from several threads at once.
class PcmFile {
 public:
  /// Throws FileError when the file cannot be opened or is shorter than the extents say.
  PcmFile(const std::string& path, std::vector<PcmTrack> tracks);

  size_t channelCount() const { return channels_; }
  /// As long as all tracks go on.
  int64_t frames() const { return frames_; }
  /// Writes `count` samples of the channel from frame `start` on; what lies outside the sound is silence, and so is a
  /// float sample that is not a number or beyond 1e12.
  void read(size_t channel, int64_t start, size_t count, float* into) const;
  /// The same for several channels, each into its own place.
  void read(const std::vector<size_t>& channels, int64_t start, size_t count, float* const* into) const;

 private:
  struct Placed {
    PcmTrack track;
    size_t firstChannel;
    std::vector<int64_t> starts;  // of each extent, in frames of the track; one more for the end
  };

  void readTrack(const Placed& placed, const std::vector<size_t>& channels, int64_t start, size_t count,
                 float* const* into) const;

  File file_;
  std::string path_;
  std::vector<Placed> tracks_;
  size_t channels_ = 0;
  int64_t frames_ = 0;
};

}  // namespace twopop::disk
