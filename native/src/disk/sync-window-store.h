// Keeps the spectra of a clip's windows in memory beside its scratch file.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

#include "dsp/sync-kept-windows.h"

namespace twopop::sync {

/// The windows used last, of one clip: as many as a place is tried with, some 8 MB.
class WindowStore final : public KeptWindows {
 public:
  std::shared_ptr<const KeptWindow> find(const WindowKey& key) const override;
  void keep(std::shared_ptr<const KeptWindow> window) override;

 private:
  static constexpr size_t kMost = 72;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<const KeptWindow>> windows_;
  size_t oldest_ = 0;
};

}  // namespace twopop::sync
