// Commands on their way to the callback, and those that wait there for their clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "rt/engine-command.h"
#include "spsc-ring.h"

namespace twopop::rt {

class CommandQueue {
 public:
  /// That many may be on their way, and as many wait for a clock.
  static constexpr size_t kCapacity = 256;

  CommandQueue();

  /// The control side's; false: full, try again after a block.
  bool post(const EngineCommand& command) { return ring_.write(&command, 1) == 1; }

  // The callback's.

  /// Takes in what came, in the order of clocks; equal clocks in the order they came. A stop without a clock takes back
  /// those before it that would roll later. Returns how many were late.
  size_t collect(int64_t clock) noexcept;
  /// How many were taken in so far.
  uint64_t taken() const noexcept { return taken_; }
  /// The next that takes effect at or before `clock`; null: none. Good until the next call.
  const EngineCommand* takeDue(int64_t clock) noexcept;
  /// The clock of the next that waits; kNever: none.
  int64_t nextClock() const noexcept { return count_ == 0 ? kNever : slots_[order_[count_ - 1]].atClock; }

 private:
  void insert(const EngineCommand& command) noexcept;
  void takeBackRolls() noexcept;

  SpscRing<EngineCommand> ring_;
  std::array<EngineCommand, kCapacity> slots_;
  std::array<uint16_t, kCapacity> order_;  // slots of those that wait, the next one last; behind `count_` the free ones
  size_t count_ = 0;
  uint64_t taken_ = 0;
};

}  // namespace twopop::rt
