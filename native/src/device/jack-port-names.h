// The names that a JACK server's ports bear; PortAudio numbers them only.
#pragma once

#include <string>
#include <vector>

namespace twopop::device {

/// The audio ports of JACK client `client` from which (`toRead`) or to which (not `toRead`) others connect, in the
/// server's order, which is PortAudio's order of channels; without the client's own name before them. Empty where no
/// server runs or no JACK library is there. Never starts a server.
std::vector<std::string> jackPortNames(const std::string& client, bool toRead);

}  // namespace twopop::device
