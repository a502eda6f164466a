// Libraries that are found at run time, on each system by its own means.
#pragma once

#include <string>

namespace twopop::device {

/// Opens a library by absolute path, or by a name that the system's loader looks up; it stays open until the process
/// ends. UTF-8. Null, and the loader's words in `problem`, where it cannot.
void* openSharedLibrary(const std::string& path, std::string& problem);

/// The address of an exported name; null where the library has none such.
void* symbolOf(void* library, const std::string& name);

}  // namespace twopop::device
