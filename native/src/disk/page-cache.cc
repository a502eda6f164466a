#include "disk/page-cache.h"

#include <algorithm>

namespace twopop::disk {
namespace {

constexpr size_t kLeastPages = 16;
/// Pages taken away at a time: looking for the longest unwanted costs a walk over all.
constexpr size_t kEvictedAtOnce = 16;

size_t pagesFor(uint64_t memoryBytes, size_t slotBytes) {
  const uint64_t pages = memoryBytes / (kPageBytes + slotBytes + 2 * sizeof(uint32_t));
  return static_cast<size_t>(std::clamp<uint64_t>(pages, kLeastPages, UINT32_MAX / 2));
}

/// So many pages are never promised to anyone, so that there is always one to fill.
size_t spare(size_t pages) { return std::max<size_t>(2, pages / 32); }

}  // namespace

PageCache::PageCache(uint64_t memoryBytes)
    : slots_(pagesFor(memoryBytes, sizeof(Slot))), buckets_(slots_.size() * 2), memory_(new uint8_t[slots_.size() * kPageBytes]) {
  for (auto& bucket : buckets_) bucket.store(kNoSlot, std::memory_order_relaxed);
  free_.reserve(slots_.size());
  retired_.reserve(slots_.size());
  for (size_t i = slots_.size(); i-- > 0;) free_.push_back(static_cast<uint32_t>(i));
}

size_t PageCache::bucketOf(PageKey key) const {
  uint64_t z = key.file * 0x9e3779b97f4a7c15ull + static_cast<uint64_t>(key.page);
  z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93ull;
  z ^= z >> 32;
  return static_cast<size_t>(z % buckets_.size());
}

const uint8_t* PageCache::find(PageKey key) const noexcept {
  uint32_t at = buckets_[bucketOf(key)].load(std::memory_order_acquire);
  while (at != kNoSlot) {
    const Slot& slot = slots_[at];
    if (slot.key == key) return memory_.get() + size_t{at} * kPageBytes;
    at = slot.next.load(std::memory_order_acquire);
  }
  return nullptr;
}

uint32_t PageCache::slotOf(PageKey key) const {
  uint32_t at = buckets_[bucketOf(key)].load(std::memory_order_relaxed);
  while (at != kNoSlot && !(slots_[at].key == key)) at = slots_[at].next.load(std::memory_order_relaxed);
  return at;
}

std::vector<WantedPage> PageCache::want(std::vector<WantedPage> wanted) {
  const size_t room = slots_.size() - spare(slots_.size());
  if (wanted.size() > room) {
    const auto sooner = [](const WantedPage& a, const WantedPage& b) { return a.deadlineSeconds < b.deadlineSeconds; };
    std::nth_element(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(room), wanted.end(), sooner);
    wanted.resize(room);
  }
  std::lock_guard<std::mutex> lock(mutex_);
  sweep_++;
  const auto isHeld = [this](const WantedPage& page) {
    const uint32_t slot = slotOf(page.key);
    if (slot == kNoSlot) return false;
    slots_[slot].wantedInSweep = sweep_;
    return slots_[slot].generation == page.generation;
  };
  wanted.erase(std::remove_if(wanted.begin(), wanted.end(), isHeld), wanted.end());
  return wanted;
}

bool PageCache::holds(const WantedPage& wanted) const {
  std::lock_guard<std::mutex> lock(mutex_);
  const uint32_t slot = slotOf(wanted.key);
  return slot != kNoSlot && slots_[slot].generation == wanted.generation;
}

size_t PageCache::countHeld(const std::vector<WantedPage>& wanted) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return static_cast<size_t>(std::count_if(wanted.begin(), wanted.end(),
                                           [this](const WantedPage& page) { return slotOf(page.key) != kNoSlot; }));
}

uint32_t PageCache::claim() {
  std::lock_guard<std::mutex> lock(mutex_);
  reclaim();
  if (free_.empty()) evictSome();
  if (free_.empty()) return kNoSlot;
  const uint32_t slot = free_.back();
  free_.pop_back();
  slots_[slot].use = Use::filling;
  return slot;
}

void PageCache::publish(uint32_t slot, const WantedPage& page) {
  std::lock_guard<std::mutex> lock(mutex_);
  const uint32_t older = slotOf(page.key);
  Slot& fresh = slots_[slot];
  fresh.key = page.key;
  fresh.generation = page.generation;
  fresh.wantedInSweep = sweep_;
  fresh.use = Use::held;
  auto& head = buckets_[bucketOf(page.key)];
  fresh.next.store(head.load(std::memory_order_relaxed), std::memory_order_relaxed);
  head.store(slot, std::memory_order_release);
  held_++;
  if (older == kNoSlot) return;
  unlink(older);
  retire({older});
}

void PageCache::release(uint32_t slot) {
  std::lock_guard<std::mutex> lock(mutex_);
  slots_[slot].use = Use::free;
  free_.push_back(slot);
}

void PageCache::drop(uint64_t file) {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<uint32_t> unlinked;
  for (uint32_t i = 0; i < slots_.size(); i++) {
    if (slots_[i].use != Use::held || slots_[i].key.file != file) continue;
    unlink(i);
    unlinked.push_back(i);
  }
  retire(unlinked);
}

size_t PageCache::heldPages() const {
  std::lock_guard<std::mutex> lock(mutex_);
  return held_;
}

uint64_t PageCache::memoryBytes() const {
  return slots_.size() * (uint64_t{kPageBytes} + sizeof(Slot)) + buckets_.size() * sizeof(uint32_t);
}

/// Takes a held page out of its chain. Its own link stays: a callback that stands on it still finds its way on.
void PageCache::unlink(uint32_t slot) {
  std::atomic<uint32_t>* link = &buckets_[bucketOf(slots_[slot].key)];
  while (link->load(std::memory_order_relaxed) != slot) link = &slots_[link->load(std::memory_order_relaxed)].next;
  link->store(slots_[slot].next.load(std::memory_order_relaxed), std::memory_order_release);
  slots_[slot].use = Use::retired;
  held_--;
}

void PageCache::retire(const std::vector<uint32_t>& unlinked) {
  if (unlinked.empty()) return;
  // A read that also writes: whichever of this and the callback's own step comes second has seen the other's past.
  const uint64_t epoch = epoch_.fetch_add(0, std::memory_order_acq_rel);
  for (const uint32_t slot : unlinked) retired_.push_back({slot, epoch});
  reclaim();
}

void PageCache::reclaim() {
  const uint64_t now = epoch_.load(std::memory_order_acquire);
  const auto isPast = [&](const Retired& retired) {
    if (retired.epoch % 2 == 1 && retired.epoch == now) return false;
    slots_[retired.slot].use = Use::free;
    free_.push_back(retired.slot);
    return true;
  };
  retired_.erase(std::remove_if(retired_.begin(), retired_.end(), isPast), retired_.end());
}

void PageCache::evictSome() {
  if (!retired_.empty()) return;  // they come back with the end of the block
  std::vector<uint32_t> unwanted;
  for (uint32_t i = 0; i < slots_.size(); i++) {
    if (slots_[i].use == Use::held && slots_[i].wantedInSweep != sweep_) unwanted.push_back(i);
  }
  const size_t count = std::min(unwanted.size(), std::min(kEvictedAtOnce, slots_.size() / 8));
  std::partial_sort(unwanted.begin(), unwanted.begin() + static_cast<std::ptrdiff_t>(count), unwanted.end(),
                    [this](uint32_t a, uint32_t b) { return slots_[a].wantedInSweep < slots_[b].wantedInSweep; });
  unwanted.resize(count);
  for (const uint32_t slot : unwanted) unlink(slot);
  retire(unwanted);
}

}  // namespace twopop::disk
