// Asks the system to run the calling thread before others.
#pragma once

namespace twopop::device {

/// Real-time priority for the calling thread. Returns whether the system allowed it; a refusal changes nothing.
bool raiseThreadPriority() noexcept;

}  // namespace twopop::device
