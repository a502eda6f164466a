#include "disk/sync-window-store.h"

#include <utility>

namespace twopop::sync {

std::shared_ptr<const KeptWindow> WindowStore::find(const WindowKey& key) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const auto& window : windows_) {
    if (window->key == key) return window;
  }
  return nullptr;
}

void WindowStore::keep(std::shared_ptr<const KeptWindow> window) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (windows_.size() < kMost) {
    windows_.push_back(std::move(window));
    return;
  }
  windows_[oldest_] = std::move(window);
  oldest_ = (oldest_ + 1) % kMost;
}

}  // namespace twopop::sync
