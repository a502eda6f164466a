#include "rt/command-queue.h"

#include <numeric>

namespace twopop::rt {

CommandQueue::CommandQueue() : ring_(kCapacity) { std::iota(order_.begin(), order_.end(), uint16_t{0}); }

size_t CommandQueue::collect(int64_t clock) noexcept {
  size_t late = 0;
  EngineCommand command;
  while (count_ < kCapacity && ring_.read(&command, 1) == 1) {
    taken_++;
    if (command.kind == CommandKind::stop && command.atClock == 0) takeBackRolls();
    if (command.atClock < clock) {
      if (command.atClock != 0) late++;
      command.atClock = clock;
    }
    insert(command);
  }
  return late;
}

void CommandQueue::insert(const EngineCommand& command) noexcept {
  size_t place = count_++;
  const uint16_t slot = order_[place];
  slots_[slot] = command;
  // Behind all of the same clock, which means before them here.
  for (; place > 0 && slots_[order_[place - 1]].atClock <= command.atClock; place--) order_[place] = order_[place - 1];
  order_[place] = slot;
}

void CommandQueue::takeBackRolls() noexcept {
  std::array<uint16_t, kCapacity> freed;
  size_t kept = 0, gone = 0;
  for (size_t i = 0; i < count_; i++) {
    const CommandKind kind = slots_[order_[i]].kind;
    if (kind == CommandKind::roll || kind == CommandKind::speed) freed[gone++] = order_[i];
    else order_[kept++] = order_[i];
  }
  for (size_t i = 0; i < gone; i++) order_[kept + i] = freed[i];
  count_ = kept;
}

const EngineCommand* CommandQueue::takeDue(int64_t clock) noexcept {
  if (count_ == 0 || slots_[order_[count_ - 1]].atClock > clock) return nullptr;
  return &slots_[order_[--count_]];
}

}  // namespace twopop::rt
