// The band envelopes of recorder files, turned to spectra once and searched by every camera clip of a day.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "dsp/sync-correlate.h"

namespace twopop::sync {

/// Spectra of overlapping blocks of a file's band envelopes, in 16-bit integers: an hour takes 10 MB.
class EnvelopeSpectra {
 public:
  /// `features` as a SignalReader has them.
  explicit EnvelopeSpectra(const std::vector<float>& features);

  size_t frames() const { return frames_; }

 private:
  friend class EnvelopeSearch;

  size_t frames_;
  size_t blocks_;
  std::vector<int16_t> values_;  // block, band, real parts, imaginary parts
  std::vector<float> scales_;    // block, band
};

/// A camera clip's envelopes, to be looked for in any number of files. Serves one thread at a time.
class EnvelopeSearch {
 public:
  /// Looks for frames `from` to `to` alone.
  EnvelopeSearch(const std::vector<float>& features, size_t from, size_t to);

  /// Where frame `from` lies on the recorder. Correlates the band envelopes over every overlap of a second and more; best first, `most` at most.
  std::vector<Candidate> find(const EnvelopeSpectra& recorder, size_t most) const;

 private:
  /// Adds the correlation of parts `from` to `to` of the clip, lag by lag from `firstLag` on.
  void correlate(const EnvelopeSpectra& recorder, size_t from, size_t to, int64_t firstLag, std::vector<float>& into) const;

  size_t frames_;
  size_t parts_;
  std::vector<float> values_;  // part, band, real parts, imaginary parts
};

struct IndexCandidate {
  size_t recorder;
  Candidate candidate;
};

struct IndexRequest {
  /// The part of the clip that is looked for, camera seconds.
  double cameraFrom, cameraTo;
  /// Places of each file.
  size_t most;
};

/// Looks for a camera clip in all files: places of each, best first, files in order.
std::vector<IndexCandidate> searchIndex(const SignalReader& camera, const std::vector<const EnvelopeSpectra*>& recorders,
                                        const IndexRequest& request, CancelFlag& cancel);

}  // namespace twopop::sync
