// What the correlation kernels read: mono sound at full rate and decimated, held wherever the owner likes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace twopop::sync {

constexpr double kFullRate = 48000.0;
constexpr size_t kDecimation = 4;
constexpr double kLowRate = kFullRate / kDecimation;
/// Envelope features: frames a second and bands.
constexpr double kFeatureRate = 50.0;
constexpr size_t kFeatureBands = 12;

class KeptWindows;

/// Random access to the two versions of one source's sound. Positions outside the source read as silence.
class SignalReader {
 public:
  virtual ~SignalReader() = default;
  virtual int64_t fullFrames() const = 0;
  virtual void readFull(int64_t start, size_t count, float* into) const = 0;
  virtual void readLow(int64_t start, size_t count, float* into) const = 0;
  /// Features, band after band, `featureFrames()` values each, zero mean and unit variance.
  virtual const std::vector<float>& features() const = 0;
  /// Where spectra of a clip's windows are kept for the next place that is tried; null where they are not.
  virtual KeptWindows* keptWindows() const { return nullptr; }
  size_t featureFrames() const { return features().size() / kFeatureBands; }
  double seconds() const { return static_cast<double>(fullFrames()) / kFullRate; }
};

/// Where the analysis of a stream puts what it has made.
class SignalWriter {
 public:
  virtual ~SignalWriter() = default;
  virtual void writeFull(const float* samples, size_t count) = 0;
  virtual void writeLow(const float* samples, size_t count) = 0;
};

}  // namespace twopop::sync
