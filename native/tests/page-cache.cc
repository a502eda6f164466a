#include "disk/page-cache.h"

#include <atomic>
#include <cstring>
#include <thread>

#include "callback-guard.h"
#include "check.h"

using namespace twopop::disk;

namespace {

WantedPage pageOf(uint64_t file, int64_t page, double deadline = 0, uint32_t generation = 1) {
  WantedPage wanted;
  wanted.key = {file, page};
  wanted.generation = generation;
  wanted.deadlineSeconds = deadline;
  return wanted;
}

/// Fills a page with what says which one it is.
bool put(PageCache& cache, const WantedPage& page) {
  const uint32_t slot = cache.claim();
  if (slot == PageCache::kNoSlot) return false;
  uint64_t* words = reinterpret_cast<uint64_t*>(cache.bytes(slot));
  for (size_t i = 0; i < kPageBytes / 8; i++) words[i] = page.key.file * 1000003 + static_cast<uint64_t>(page.key.page) + i;
  cache.publish(slot, page);
  return true;
}

bool isWhole(const uint8_t* bytes, uint64_t file, int64_t page) {
  const uint64_t* words = reinterpret_cast<const uint64_t*>(bytes);
  for (size_t i = 0; i < kPageBytes / 8; i++) {
    if (words[i] != file * 1000003 + static_cast<uint64_t>(page) + i) return false;
  }
  return true;
}

}  // namespace

TEST("a page is found with its bytes, and no other is") {
  PageCache cache(uint64_t{64} * kPageBytes);
  for (int64_t page = 0; page < 20; page++) CHECK(put(cache, pageOf(7, page)));
  for (int64_t page = 0; page < 20; page++) {
    const uint8_t* bytes = cache.find({7, page});
    REQUIRE(bytes != nullptr);
    CHECK(isWhole(bytes, 7, page));
  }
  CHECK(cache.find({7, 20}) == nullptr);
  CHECK(cache.find({8, 3}) == nullptr);
  CHECK_EQUAL(cache.heldPages(), 20u);
}

TEST("memory stays within what was given, tables and all") {
  for (const uint64_t bytes : {uint64_t{2} << 20, uint64_t{16} << 20, kDefaultPageMemoryBytes}) {
    const PageCache cache(bytes);
    CHECK(cache.memoryBytes() <= bytes);
    CHECK(cache.memoryBytes() > bytes - 2 * kPageBytes);
  }
}

TEST("the page longest unwanted goes first, and none that is wanted") {
  PageCache cache(uint64_t{34} * kPageBytes);
  const int64_t capacity = static_cast<int64_t>(cache.capacityPages());
  for (int64_t page = 0; page < capacity; page++) {
    cache.want({pageOf(1, page)});  // one sweep each: page 0 is the longest unwanted in the end
    CHECK(put(cache, pageOf(1, page)));
  }
  cache.want({pageOf(1, 0), pageOf(2, 0)});
  CHECK(put(cache, pageOf(2, 0)));
  CHECK(cache.find({1, 0}) != nullptr);
  CHECK(cache.find({1, 1}) == nullptr);
  CHECK(cache.find({1, capacity - 1}) != nullptr);
}

TEST("where everything is wanted nothing is taken away") {
  PageCache cache(uint64_t{20} * kPageBytes);
  std::vector<WantedPage> wanted;
  for (size_t page = 0; page < cache.capacityPages(); page++) {
    wanted.push_back(pageOf(1, static_cast<int64_t>(page)));
    CHECK(put(cache, wanted.back()));
  }
  // Of more than there is room for, the nearest deadlines count.
  std::vector<WantedPage> more = wanted;
  for (size_t i = 0; i < more.size(); i++) more[i].deadlineSeconds = static_cast<double>(i);
  for (int i = 0; i < 5; i++) more.push_back(pageOf(2, i, 0.5));
  const auto lacking = cache.want(more);
  CHECK_EQUAL(lacking.size(), 5u);
  for (int i = 0; i < 5; i++) CHECK(put(cache, pageOf(2, i, 0.5)));
  for (int64_t page = 0; page < 10; page++) CHECK(cache.find({1, page}) != nullptr);
}

TEST("a page before the callback's eyes is not written over until its block is over") {
  PageCache cache(uint64_t{20} * kPageBytes);
  for (size_t page = 0; page < cache.capacityPages(); page++) CHECK(put(cache, pageOf(1, static_cast<int64_t>(page))));
  cache.want({pageOf(1, 0)});
  cache.enterBlock();
  const uint8_t* bytes = cache.find({1, 0});
  cache.drop(1);
  CHECK(cache.find({1, 0}) == nullptr);
  CHECK_EQUAL(cache.claim(), PageCache::kNoSlot);
  CHECK(isWhole(bytes, 1, 0));
  cache.leaveBlock();
  CHECK(put(cache, pageOf(2, 0)));
}

TEST("with no callback running pages are used again at once") {
  PageCache cache(uint64_t{20} * kPageBytes);
  for (int64_t page = 0; page < 500; page++) {
    cache.want({pageOf(1, page)});
    CHECK(put(cache, pageOf(1, page)));
  }
  CHECK_EQUAL(cache.heldPages() <= cache.capacityPages(), true);
}

TEST("a newer state of a page takes its place without a moment in between") {
  PageCache cache(uint64_t{20} * kPageBytes);
  CHECK(put(cache, pageOf(1, 0, 0, 1)));
  CHECK_EQUAL(cache.want({pageOf(1, 0, 0, 2)}).size(), 1u);
  CHECK(cache.find({1, 0}) != nullptr);
  CHECK(put(cache, pageOf(1, 0, 0, 2)));
  CHECK_EQUAL(cache.want({pageOf(1, 0, 0, 2)}).size(), 0u);
  CHECK_EQUAL(cache.heldPages(), 1u);
}

TEST("a callback and two reading threads fight over a cache that is far too small, and no page is ever torn") {
  PageCache cache(uint64_t{24} * kPageBytes);
  constexpr int64_t kFiles = 4, kPages = 40;
  std::atomic<bool> done{false};
  std::atomic<uint64_t> found{0}, torn{0};
  std::thread callback([&] {
    check::Random random(1);
    const uint64_t enough = check::builtWith("thread") || check::builtWith("address") ? 1000 : 10000;
    while (found < enough) {
      twopop::CallbackGuard guard;
      cache.enterBlock();
      for (int i = 0; i < 4; i++) {
        const uint64_t file = static_cast<uint64_t>(random.within(1, kFiles));
        const int64_t page = random.within(0, kPages - 1);
        const uint8_t* bytes = cache.find({file, page});
        if (!bytes) continue;
        found.fetch_add(1, std::memory_order_relaxed);
        if (!isWhole(bytes, file, page)) torn.fetch_add(1, std::memory_order_relaxed);
      }
      cache.leaveBlock();
    }
    done = true;
  });
  const auto feed = [&](uint64_t salt) {
    check::Random random(salt);
    uint32_t generation = 1;
    while (!done) {
      std::vector<WantedPage> wanted;
      const uint64_t file = static_cast<uint64_t>(random.within(1, kFiles));
      const int64_t first = random.within(0, kPages - 12);
      for (int64_t i = 0; i < 12; i++) wanted.push_back(pageOf(file, first + i, static_cast<double>(i), generation));
      for (const WantedPage& page : cache.want(wanted)) put(cache, page);
      if (random.within(0, 50) == 0) cache.drop(file);
      if (random.within(0, 20) == 0) generation++;
    }
  };
  std::thread one(feed, 2), two(feed, 3);
  callback.join();
  one.join();
  two.join();
  CHECK_EQUAL(torn.load(), 0u);
  CHECK(cache.heldPages() <= cache.capacityPages());
}
