// A queue between two threads: one writes, one reads, neither waits, allocates nor calls the system. Holds exactly
// `capacity` items; what does not fit is not taken.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <type_traits>
#include <vector>

namespace twopop {

template <class Item>
class SpscRing {
  static_assert(std::is_trivially_copyable<Item>::value, "items are copied as bytes");

 public:
  explicit SpscRing(size_t capacity) : items_(capacity) {}
  SpscRing(const SpscRing&) = delete;
  SpscRing& operator=(const SpscRing&) = delete;

  size_t capacity() const { return items_.size(); }
  /// As the reader sees it: at least so many can be read.
  size_t readable() const { return written_.load(std::memory_order_acquire) - read_.load(std::memory_order_relaxed); }
  /// As the writer sees it: at least so many can be written.
  size_t writable() const {
    return items_.size() - (written_.load(std::memory_order_relaxed) - read_.load(std::memory_order_acquire));
  }

  /// Takes as many of `count` as there is room for; returns how many. The writer's thread alone.
  size_t write(const Item* from, size_t count) {
    const size_t at = written_.load(std::memory_order_relaxed);
    const size_t taken = std::min(count, items_.size() - (at - read_.load(std::memory_order_acquire)));
    copyIn(from, at, taken);
    written_.store(at + taken, std::memory_order_release);
    return taken;
  }

  /// Gives up to `count`; returns how many. The reader's thread alone.
  size_t read(Item* to, size_t count) {
    const size_t at = read_.load(std::memory_order_relaxed);
    const size_t given = std::min(count, written_.load(std::memory_order_acquire) - at);
    copyOut(to, at, given);
    read_.store(at + given, std::memory_order_release);
    return given;
  }

  /// Shows the next item without taking it; false: there is none. The reader's thread alone.
  bool peek(Item& to) const {
    const size_t at = read_.load(std::memory_order_relaxed);
    if (at == written_.load(std::memory_order_acquire)) return false;
    copyOut(&to, at, 1);
    return true;
  }

 private:
  void copyIn(const Item* from, size_t at, size_t count) {
    if (count == 0) return;
    const size_t place = at % items_.size(), first = std::min(count, items_.size() - place);
    std::memcpy(items_.data() + place, from, first * sizeof(Item));
    std::memcpy(items_.data(), from + first, (count - first) * sizeof(Item));
  }
  void copyOut(Item* to, size_t at, size_t count) const {
    if (count == 0) return;
    const size_t place = at % items_.size(), first = std::min(count, items_.size() - place);
    std::memcpy(to, items_.data() + place, first * sizeof(Item));
    std::memcpy(to + first, items_.data(), (count - first) * sizeof(Item));
  }

  std::vector<Item> items_;
  // Counts of items since the start; a 64-bit count does not come round. Apart, so that the two threads do not share a line.
  alignas(64) std::atomic<size_t> written_{0};
  alignas(64) std::atomic<size_t> read_{0};
};

}  // namespace twopop
