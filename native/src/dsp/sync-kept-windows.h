// Windows of a clip that were turned to spectra, kept because place after place is tried with the same ones.
#pragma once

#include <cstddef>
#include <memory>

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

/// Where the owner of a clip's sound keeps its windows. Any thread may ask.
class KeptWindows {
 public:
  virtual ~KeptWindows() = default;
  /// Null when it is not there (any more).
  virtual std::shared_ptr<const KeptWindow> find(const WindowKey& key) const = 0;
  virtual void keep(std::shared_ptr<const KeptWindow> window) = 0;
};

}  // namespace twopop::sync
