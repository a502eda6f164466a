// A fixed amount of memory full of pages of sound files. The callback looks pages up without a lock; reading threads put
// pages in and take old ones out under one.
//
// How a page is taken away from under a callback that may be looking at it: it is unlinked first and its memory used again
// only once the callback has left the block that it was in. `epoch_` is odd inside a block, even outside; what is unlinked
// while it is even, or while it had a value that it no longer has, no block can still see.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "rt/page-reader.h"

namespace twopop::disk {

constexpr size_t kPageBytes = size_t{1} << 16;
constexpr uint64_t kDefaultPageMemoryBytes = uint64_t{256} << 20;

/// A page of a file: the file by the number that PageFiles gave it, its pages by their order.
struct PageKey {
  uint64_t file = 0;
  int64_t page = 0;

  bool operator==(const PageKey& other) const { return file == other.file && page == other.page; }
  bool operator<(const PageKey& other) const { return file != other.file ? file < other.file : page < other.page; }
};

struct PageFile;

/// A page that somebody is going to play: in how many seconds, and which state of its file is meant.
struct WantedPage {
  PageKey key;
  PageFile* file = nullptr;  // for whoever reads it
  uint32_t generation = 0;
  double deadlineSeconds = 0;
};

class PageCache final : public rt::PageGate {
 public:
  /// Uses at most `memoryBytes`, its own tables within (but never less than 16 pages). Takes it all at once; the system
  /// gives memory as pages are filled.
  explicit PageCache(uint64_t memoryBytes = kDefaultPageMemoryBytes);

  // The callback.
  void enterBlock() noexcept override { epoch_.fetch_add(1, std::memory_order_acq_rel); }
  void leaveBlock() noexcept override { epoch_.fetch_add(1, std::memory_order_acq_rel); }
  uint64_t missedFrames() const noexcept override { return missed_.load(std::memory_order_relaxed); }
  void countMissed(size_t frames) noexcept { missed_.fetch_add(frames, std::memory_order_relaxed); }
  /// The bytes of a page, or null. They stay as they are until the block is left.
  const uint8_t* find(PageKey key) const noexcept;

  // Planning and reading threads.

  /// Notes what is wanted from now on: everything else may go, the longest unwanted first. Of more than there is room for
  /// the nearest deadlines count. `wanted` has no key twice. Returns those that are not held, in the order given.
  std::vector<WantedPage> want(std::vector<WantedPage> wanted);
  /// Whether the page is held in the state of its file that is meant.
  bool holds(const WantedPage& wanted) const;
  /// How many of `wanted` are held, in whatever state of their files.
  size_t countHeld(const std::vector<WantedPage>& wanted) const;
  /// Memory for a page to be filled: free, or of the page longest unwanted; kNoSlot where everything held is wanted or
  /// still before the callback's eyes (try again after its block).
  uint32_t claim();
  uint8_t* bytes(uint32_t slot) { return memory_.get() + size_t{slot} * kPageBytes; }
  /// Shows a filled page to the callback; it takes the place of an older state of the same page.
  void publish(uint32_t slot, const WantedPage& page);
  /// Gives back what was claimed and not filled.
  void release(uint32_t slot);
  /// Takes every page of a file away.
  void drop(uint64_t file);

  size_t capacityPages() const { return slots_.size(); }
  size_t heldPages() const;
  uint64_t memoryBytes() const;

  static constexpr uint32_t kNoSlot = UINT32_MAX;

 private:
  enum class Use : uint8_t { free, filling, held, retired };

  struct Slot {
    PageKey key;
    std::atomic<uint32_t> next{kNoSlot};
    uint32_t generation = 0;
    uint64_t wantedInSweep = 0;
    Use use = Use::free;
  };

  size_t bucketOf(PageKey key) const;
  uint32_t slotOf(PageKey key) const;
  void unlink(uint32_t slot);
  void retire(const std::vector<uint32_t>& unlinked);
  void reclaim();
  void evictSome();

  std::vector<Slot> slots_;
  std::vector<std::atomic<uint32_t>> buckets_;
  std::unique_ptr<uint8_t[]> memory_;
  alignas(64) std::atomic<uint64_t> epoch_{0};
  alignas(64) std::atomic<uint64_t> missed_{0};

  mutable std::mutex mutex_;  // of everything below, and of every change to the chains
  struct Retired {
    uint32_t slot;
    uint64_t epoch;
  };
  std::vector<uint32_t> free_;
  std::vector<Retired> retired_;
  uint64_t sweep_ = 1;
  size_t held_ = 0;
};

}  // namespace twopop::disk
