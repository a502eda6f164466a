// Windows of a clip that were turned to spectra, kept because place after place is tried with the same ones.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "dsp/sync-spectra.h"

namespace twopop::sync {

/// Which samples a window takes, how fast it is read and how long a transform is made of it.
struct WindowKey {
  double startLow;
  size_t count, length;
  double driftPpm;
  bool operator==(const WindowKey& other) const {
    return startLow == other.startLow && count == other.count && length == other.length && driftPpm == other.driftPpm;
  }
};

/// A window's level and the part of its spectrum that is compared.
struct KeptWindow {
  WindowKey key;
  float level;
  Spectrum band;
};

/// The windows used last, of one clip: as many as a place is tried with, some 8 MB. Any thread may ask.
class KeptWindows {
 public:
  /// Null when it is not there (any more).
  std::shared_ptr<const KeptWindow> find(const WindowKey& key) const;
  void keep(std::shared_ptr<const KeptWindow> window);

 private:
  static constexpr size_t kMost = 72;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const KeptWindow>> windows_;
  size_t oldest_ = 0;
};

}  // namespace twopop::sync
