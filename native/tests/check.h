// The harness of the native tests. A file is a program of its own:
//
//   #include "check.h"
//   TEST("a ring holds exactly what it was made for") {
//     CHECK_EQUAL(ring.write(items, 5), 4u);
//   }
//
// CHECK, CHECK_EQUAL and CHECK_NEAR note a failure and go on; REQUIRE ends the fact; SKIP("why") leaves it out, loudly.
// Random numbers come from `random` of `check::Random random;`: the same in every run, another with TWOPOP_SEED=n.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <sstream>
#include <string>
#include <type_traits>

namespace check {

/// Thrown by REQUIRE.
struct Ended {};
/// Thrown by SKIP.
struct Skipped {
  std::string why;
};

/// Registers a fact; made by TEST.
struct Fact {
  Fact(const char* name, void (*body)());
};

/// Notes a failure of the running fact. From any thread.
void fail(const char* file, int line, const std::string& what);

/// Seed of this run: of TWOPOP_SEED, else 1.
uint64_t seed();

/// Uniform numbers (splitmix64), the same on every machine.
class Random {
 public:
  explicit Random(uint64_t salt = 0) : state_(seed() * 0x9e3779b97f4a7c15ull + salt) {}
  uint64_t bits() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  /// An integer of low..high, both included.
  int64_t within(int64_t low, int64_t high) {
    const uint64_t span = static_cast<uint64_t>(high) - static_cast<uint64_t>(low) + 1;
    return span == 0 ? static_cast<int64_t>(bits()) : low + static_cast<int64_t>(bits() % span);
  }
  /// A number of 0..1, 1 left out.
  double unit() { return static_cast<double>(bits() >> 11) * (1.0 / 9007199254740992.0); }

 private:
  uint64_t state_;
};

/// A new empty folder, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Whether this build checks with "address", "undefined", "thread" or "callback": such builds are many times slower.
bool builtWith(const std::string& check);

template <class T>
std::string shown(const T& value) {
  std::ostringstream text;
  text.precision(17);
  if constexpr (std::is_enum<T>::value) text << static_cast<int64_t>(value);
  else if constexpr (sizeof(T) == 1 && std::is_integral<T>::value) text << static_cast<int>(value);
  else text << value;
  return text.str();
}

template <class A, class B>
bool same(const A& a, const B& b) {
  // Integers of two signs are compared by value.
  if constexpr (std::is_integral<A>::value && std::is_integral<B>::value &&
                std::is_signed<A>::value != std::is_signed<B>::value) {
    if constexpr (std::is_signed<A>::value) return a >= 0 && static_cast<std::make_unsigned_t<A>>(a) == b;
    else return b >= 0 && a == static_cast<std::make_unsigned_t<B>>(b);
  } else {
    return a == b;
  }
}

template <class A, class B>
void equal(const char* file, int line, const char* left, const char* right, const A& a, const B& b) {
  if (!same(a, b)) fail(file, line, std::string(left) + " is " + shown(a) + ", not " + right + " (" + shown(b) + ")");
}

inline void near(const char* file, int line, const char* left, double a, double b, double tolerance) {
  if (std::fabs(a - b) <= tolerance) return;
  fail(file, line, std::string(left) + " is " + shown(a) + ", not within " + shown(tolerance) + " of " + shown(b));
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)

#define TEST(name)                                                                     \
  static void CHECK_JOIN(fact_, __LINE__)();                                           \
  static const check::Fact CHECK_JOIN(kept_, __LINE__)(name, CHECK_JOIN(fact_, __LINE__)); \
  static void CHECK_JOIN(fact_, __LINE__)()

#define CHECK(...)                                              \
  do {                                                          \
    if (!(__VA_ARGS__)) check::fail(__FILE__, __LINE__, #__VA_ARGS__); \
  } while (false)

#define REQUIRE(...)                                 \
  do {                                               \
    if (!(__VA_ARGS__)) {                            \
      check::fail(__FILE__, __LINE__, #__VA_ARGS__); \
      throw check::Ended{};                          \
    }                                                \
  } while (false)

#define CHECK_EQUAL(a, b) check::equal(__FILE__, __LINE__, #a, #b, (a), (b))
#define CHECK_NEAR(a, b, tolerance) check::near(__FILE__, __LINE__, #a, (a), (b), (tolerance))

#define CHECK_THROWS(kind, ...)                                                         \
  do {                                                                                  \
    bool thrown = false;                                                                \
    try {                                                                               \
      (void)(__VA_ARGS__);                                                              \
    } catch (const kind&) {                                                             \
      thrown = true;                                                                    \
    }                                                                                   \
    if (!thrown) check::fail(__FILE__, __LINE__, #__VA_ARGS__ " does not throw " #kind); \
  } while (false)

#define SKIP(why) throw check::Skipped{why}
