#pragma once

namespace twopop::disk {

/// Has the calling thread woken ahead of ordinary ones where the system and the user's rights allow it; else nothing.
/// For threads that do little and must not be late.
void raiseThreadPriority() noexcept;

}  // namespace twopop::disk
