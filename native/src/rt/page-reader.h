// How the callback gets source samples: from memory alone. Source indices mean something within one plan only, so every
// scene brings the reader of its plan; what those readers stand on is told when a block begins and ends.
#pragma once

#include <cstdint>

#include "rt/renderer.h"

namespace twopop::rt {

/// Reads one plan's sources from what lies in memory: no lock, allocation, I/O or system call. A sample that is not
/// there is silence and counted as missed; one of a source that is missing or unreadable is silence and is not (it is
/// reported). One thread at a time, between PageGate::enterBlock and leaveBlock.
class PageReader : public SourceReader {};

/// Memory that every PageReader of an engine reads from. Nothing that a reader saw is overwritten before `leaveBlock`.
class PageGate {
 public:
  virtual ~PageGate() = default;
  /// First and last thing of each callback, on its thread. Not nested.
  virtual void enterBlock() noexcept = 0;
  virtual void leaveBlock() noexcept = 0;
  /// Samples of clips that were not in memory when they were played, since the start (a stereo pair counts once).
  virtual uint64_t missedFrames() const noexcept = 0;
};

}  // namespace twopop::rt
