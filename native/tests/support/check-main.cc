// Runs the facts of one file of tests: all, or those whose names hold the argument. The last line is
// `N passed, N failed, N skipped`.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <mutex>
#include <vector>

#include "check.h"

#ifndef TWOPOP_FLAVOUR
#define TWOPOP_FLAVOUR "plain"
#endif

namespace check {
namespace {

struct Kept {
  const char* name;
  void (*body)();
};

std::vector<Kept>& facts() {
  static std::vector<Kept> all;
  return all;
}

std::mutex mutex;
int failures = 0;
constexpr int kMostShown = 8;

}  // namespace

Fact::Fact(const char* name, void (*body)()) { facts().push_back({name, body}); }

void fail(const char* file, int line, const std::string& what) {
  std::lock_guard<std::mutex> lock(mutex);
  if (++failures <= kMostShown) std::printf("  %s:%d: %s\n", file, line, what.c_str());
  if (failures == kMostShown) std::printf("  further failures of this fact are counted alone\n");
  std::fflush(stdout);
}

uint64_t seed() {
  const char* text = std::getenv("TWOPOP_SEED");
  return text ? std::strtoull(text, nullptr, 10) : 1;
}

TemporaryFolder::TemporaryFolder() {
  static std::atomic<int> made{0};
  const auto time = std::chrono::steady_clock::now().time_since_epoch().count();
  const auto path = std::filesystem::temp_directory_path() /
                    ("twopop-native-" + std::to_string(time) + "-" + std::to_string(made++));
  std::filesystem::create_directories(path);
  path_ = path.string();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

bool builtWith(const std::string& wanted) { return std::strstr(TWOPOP_FLAVOUR, wanted.c_str()) != nullptr; }

}  // namespace check

int main(int count, char** words) {
  const char* only = count > 1 ? words[1] : "";
  int passed = 0, failed = 0, skipped = 0;
  for (const auto& fact : check::facts()) {
    if (!std::strstr(fact.name, only)) continue;
    check::failures = 0;
    const auto start = std::chrono::steady_clock::now();
    std::string skippedFor;
    try {
      fact.body();
    } catch (const check::Ended&) {
    } catch (const check::Skipped& skip) {
      skippedFor = skip.why;
    } catch (const std::exception& error) {
      check::fail(fact.name, 0, std::string("threw: ") + error.what());
    } catch (...) {
      check::fail(fact.name, 0, "threw something that is no std::exception");
    }
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
    if (check::failures > 0) {
      failed++;
      std::printf("FAILED %s (%d checks; seed %llu)\n", fact.name, check::failures,
                  static_cast<unsigned long long>(check::seed()));
    } else if (!skippedFor.empty()) {
      skipped++;
      std::printf("SKIPPED %s: %s\n", fact.name, skippedFor.c_str());
    } else {
      passed++;
      std::printf("ok %s (%lld ms)\n", fact.name, static_cast<long long>(ms));
    }
    std::fflush(stdout);
  }
  std::printf("%d passed, %d failed, %d skipped\n", passed, failed, skipped);
  return failed > 0 ? 1 : 0;
}
