// A value that one thread writes at any time and others read whole: the writer never waits, a reader tries again.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace twopop::rt {

template <class Value>
class Seqlock {
  static_assert(std::is_trivially_copyable<Value>::value, "the value is copied as bytes");

 public:
  Seqlock() { store(Value{}); }

  /// One thread alone.
  void store(const Value& value) noexcept {
    std::array<uint64_t, kWords> words{};
    std::memcpy(words.data(), &value, sizeof(Value));
    const uint64_t turn = turn_.load(std::memory_order_relaxed);
    turn_.store(turn + 1, std::memory_order_relaxed);
    // Each word is released, so that who reads a new one sees the odd turn above.
    for (size_t i = 0; i < kWords; i++) words_[i].store(words[i], std::memory_order_release);
    turn_.store(turn + 2, std::memory_order_release);
  }

  Value load() const noexcept {
    std::array<uint64_t, kWords> words;
    uint64_t before, after;
    do {
      before = turn_.load(std::memory_order_acquire);
      for (size_t i = 0; i < kWords; i++) words[i] = words_[i].load(std::memory_order_acquire);
      after = turn_.load(std::memory_order_relaxed);
    } while (before != after || (before & 1) != 0);
    Value value;
    std::memcpy(static_cast<void*>(&value), words.data(), sizeof(Value));
    return value;
  }

 private:
  static constexpr size_t kWords = (sizeof(Value) + 7) / 8;
  std::atomic<uint64_t> turn_{0};
  std::array<std::atomic<uint64_t>, kWords> words_{};
};

}  // namespace twopop::rt
