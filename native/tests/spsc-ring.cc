#include "spsc-ring.h"

#include <cstdint>
#include <thread>
#include <vector>

#include "check.h"

using twopop::SpscRing;

TEST("a ring holds exactly what it was made for, and takes no more") {
  for (const size_t capacity : {size_t{1}, size_t{2}, size_t{5}, size_t{64}, size_t{1000}}) {
    SpscRing<uint32_t> ring(capacity);
    std::vector<uint32_t> items(capacity + 3, 7), out(capacity + 3);
    CHECK_EQUAL(ring.write(items.data(), capacity + 3), capacity);
    CHECK_EQUAL(ring.write(items.data(), 1), size_t{0});
    CHECK_EQUAL(ring.writable(), size_t{0});
    CHECK_EQUAL(ring.readable(), capacity);
    CHECK_EQUAL(ring.read(out.data(), capacity + 3), capacity);
    CHECK_EQUAL(ring.read(out.data(), 1), size_t{0});
    CHECK_EQUAL(ring.writable(), capacity);
  }
}

TEST("what is read is what was written, in order, however often the ring comes round") {
  check::Random random;
  SpscRing<uint64_t> ring(37);
  uint64_t written = 0, read = 0;
  std::vector<uint64_t> buffer(64);
  bool inOrder = true;
  for (int i = 0; i < 20000; i++) {
    const size_t offered = static_cast<size_t>(random.within(0, 60)), room = ring.writable();
    for (size_t k = 0; k < offered; k++) buffer[k] = written + k;
    const size_t taken = ring.write(buffer.data(), offered);
    inOrder = inOrder && taken == std::min(offered, room);
    written += taken;
    uint64_t next = 0;
    if (ring.peek(next)) inOrder = inOrder && next == read;
    const size_t given = ring.read(buffer.data(), static_cast<size_t>(random.within(0, 60)));
    for (size_t k = 0; k < given; k++) inOrder = inOrder && buffer[k] == read + k;
    read += given;
    inOrder = inOrder && ring.readable() == written - read;
  }
  CHECK(inOrder);
  CHECK(read > 100 * ring.capacity());
}

TEST("two threads pass a million items through a small ring without losing or doubling one") {
  const uint64_t count = check::builtWith("thread") ? 100'000 : 1'000'000;
  SpscRing<uint64_t> ring(61);
  std::thread writer([&] {
    uint64_t next = 0, items[17];
    while (next < count) {
      const size_t offered = static_cast<size_t>(std::min<uint64_t>(1 + next % 17, count - next));
      for (size_t k = 0; k < offered; k++) items[k] = next + k;
      const size_t taken = ring.write(items, offered);
      if (taken == 0) std::this_thread::yield();
      next += taken;
    }
  });
  uint64_t expected = 0, wrong = 0, items[23];
  while (expected < count) {
    const size_t given = ring.read(items, 23);
    if (given == 0) std::this_thread::yield();
    for (size_t k = 0; k < given; k++) wrong += items[k] != expected + k;
    expected += given;
  }
  writer.join();
  CHECK_EQUAL(wrong, 0u);
  CHECK_EQUAL(ring.readable(), 0u);
}
