#include "device/shared-library.h"

#if defined(_WIN32)
#include <windows.h>
#else
#include <dlfcn.h>
#endif

namespace twopop::device {

#if defined(_WIN32)

void* openSharedLibrary(const std::string& path, std::string& problem) {
  std::wstring wide(static_cast<size_t>(MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0)), L'\0');
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), static_cast<int>(wide.size()));
  // Libraries that it needs are looked for beside it first.
  const bool absolute = path.find_first_of("/\\") != std::string::npos;
  const HMODULE library = LoadLibraryExW(wide.c_str(), nullptr, absolute ? LOAD_WITH_ALTERED_SEARCH_PATH : 0);
  if (!library) problem = path + " (Windows error " + std::to_string(GetLastError()) + ")";
  return reinterpret_cast<void*>(library);
}

void* symbolOf(void* library, const std::string& name) {
  return reinterpret_cast<void*>(GetProcAddress(reinterpret_cast<HMODULE>(library), name.c_str()));
}

#else

void* openSharedLibrary(const std::string& path, std::string& problem) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char* said = dlerror();
    problem = said ? said : path;
  }
  return library;
}

void* symbolOf(void* library, const std::string& name) { return dlsym(library, name.c_str()); }

#endif

}  // namespace twopop::device
