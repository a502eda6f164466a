#include "rt/command-queue.h"

namespace twopop::rt {

size_t CommandQueue::collect(int64_t clock) noexcept {
  size_t late = 0;
  EngineCommand command;
  while (count_ < kCapacity && ring_.read(&command, 1) == 1) {
    if (command.atClock < clock) {
      if (command.atClock != 0) late++;
      command.atClock = clock;
    }
    size_t place = count_++;
    // Behind all of the same clock, which means before them here.
    for (; place > 0 && waiting_[place - 1].atClock <= command.atClock; place--) waiting_[place] = waiting_[place - 1];
    waiting_[place] = command;
  }
  return late;
}

const EngineCommand* CommandQueue::takeDue(int64_t clock) noexcept {
  if (count_ == 0 || waiting_[count_ - 1].atClock > clock) return nullptr;
  return &waiting_[--count_];
}

}  // namespace twopop::rt
