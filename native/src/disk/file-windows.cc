#ifdef _WIN32

#define WIN32_LEAN_AND_MEAN
#define NOMINMAX
#include <windows.h>

#include <algorithm>
#include <vector>

#include "disk/file.h"

namespace twopop::disk {
namespace {

/// UTF-8 to the wide, `\\?\`-prefixed form that has no limit of 260 characters.
std::wstring widePath(const std::string& path) {
  const int length = MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, nullptr, 0);
  std::vector<wchar_t> wide(static_cast<size_t>(std::max(length, 1)));
  MultiByteToWideChar(CP_UTF8, 0, path.c_str(), -1, wide.data(), length);
  std::wstring result(wide.data());
  std::replace(result.begin(), result.end(), L'/', L'\\');
  const bool drive = result.size() > 2 && result[1] == L':' && result[2] == L'\\';
  return drive ? L"\\\\?\\" + result : result;
}

[[noreturn]] void fail(const char* verb, const std::string& path, DWORD error) {
  const FileProblem problem =
      error == ERROR_FILE_EXISTS || error == ERROR_ALREADY_EXISTS             ? FileProblem::exists
      : error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND        ? FileProblem::missing
      : error == ERROR_ACCESS_DENIED || error == ERROR_SHARING_VIOLATION      ? FileProblem::denied
      : error == ERROR_DISK_FULL || error == ERROR_HANDLE_DISK_FULL           ? FileProblem::diskFull
                                                                              : FileProblem::failed;
  throw FileError(problem, std::string("Could not ") + verb + " " + path + ": Windows error " + std::to_string(error));
}

OVERLAPPED at(uint64_t offset) {
  OVERLAPPED position = {};
  position.Offset = static_cast<DWORD>(offset);
  position.OffsetHigh = static_cast<DWORD>(offset >> 32);
  return position;
}

constexpr size_t kMaxTransfer = size_t{1} << 28;

}  // namespace

File File::openForReading(const std::string& path) {
  const HANDLE handle = CreateFileW(widePath(path).c_str(), GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                    nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL | FILE_FLAG_SEQUENTIAL_SCAN, nullptr);
  if (handle == INVALID_HANDLE_VALUE) fail("open", path, GetLastError());
  File file(handle, path);
  if (GetFileType(handle) != FILE_TYPE_DISK) {
    throw FileError(FileProblem::failed, "Could not open " + path + ": not an ordinary file");
  }
  return file;
}

File File::create(const std::string& path) {
  const HANDLE handle = CreateFileW(widePath(path).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                                    CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) fail("create", path, GetLastError());
  return File(handle, path);
}

File File::createNew(const std::string& path) {
  const HANDLE handle = CreateFileW(widePath(path).c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, nullptr,
                                    CREATE_NEW, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (handle == INVALID_HANDLE_VALUE) fail("create", path, GetLastError());
  return File(handle, path);
}

// NTFS writes the names of files to its journal by itself.
void File::flushFolderOf(const std::string&) noexcept {}

void File::remove(const std::string& path) noexcept { DeleteFileW(widePath(path).c_str()); }

File::File(File&& other) noexcept : handle_(other.handle_), path_(std::move(other.path_)) {
  other.handle_ = INVALID_HANDLE_VALUE;
}

File::~File() {
  if (handle_ != INVALID_HANDLE_VALUE) CloseHandle(handle_);
}

size_t File::readAt(uint64_t offset, void* to, size_t length) const {
  size_t done = 0;
  while (done < length) {
    OVERLAPPED position = at(offset + done);
    DWORD got = 0;
    const DWORD want = static_cast<DWORD>(std::min(length - done, kMaxTransfer));
    if (!ReadFile(handle_, static_cast<char*>(to) + done, want, &got, &position)) {
      if (GetLastError() == ERROR_HANDLE_EOF) break;
      fail("read", path_, GetLastError());
    }
    if (got == 0) break;
    done += got;
  }
  return done;
}

void File::writeAt(uint64_t offset, const void* from, size_t length) const {
  size_t done = 0;
  while (done < length) {
    OVERLAPPED position = at(offset + done);
    DWORD put = 0;
    const DWORD want = static_cast<DWORD>(std::min(length - done, kMaxTransfer));
    if (!WriteFile(handle_, static_cast<const char*>(from) + done, want, &put, &position)) {
      fail("write", path_, GetLastError());
    }
    if (put == 0) fail("write", path_, ERROR_DISK_FULL);
    done += put;
  }
}

uint64_t File::sizeBytes() const {
  LARGE_INTEGER size;
  if (!GetFileSizeEx(handle_, &size)) fail("measure", path_, GetLastError());
  return static_cast<uint64_t>(size.QuadPart);
}

FileIdentity File::identity() const {
  BY_HANDLE_FILE_INFORMATION facts;
  if (!GetFileInformationByHandle(handle_, &facts)) fail("measure", path_, GetLastError());
  const auto joined = [](DWORD high, DWORD low) { return static_cast<uint64_t>(high) << 32 | low; };
  FileIdentity identity;
  identity.volume = facts.dwVolumeSerialNumber;
  identity.number = joined(facts.nFileIndexHigh, facts.nFileIndexLow);
  identity.sizeBytes = joined(facts.nFileSizeHigh, facts.nFileSizeLow);
  identity.modified = static_cast<int64_t>(joined(facts.ftLastWriteTime.dwHighDateTime, facts.ftLastWriteTime.dwLowDateTime));
  return identity;
}

bool File::hasName() const { return true; }

void File::flush() const {
  if (!FlushFileBuffers(handle_)) fail("write", path_, GetLastError());
}

void File::flushData() const { flush(); }

// An allocation that a write has passed meanwhile would cut the file there.
void File::reserve(uint64_t) const noexcept {}

void File::truncate(uint64_t length) const {
  FILE_END_OF_FILE_INFO end;
  end.EndOfFile.QuadPart = static_cast<LONGLONG>(length);
  if (!SetFileInformationByHandle(handle_, FileEndOfFileInfo, &end, sizeof(end))) fail("write", path_, GetLastError());
}

uint64_t File::freeBytes() const {
  const size_t slash = path_.find_last_of("/\\");
  const std::wstring folder = widePath(slash == std::string::npos ? "." : path_.substr(0, slash + 1));
  ULARGE_INTEGER available;
  if (!GetDiskFreeSpaceExW(folder.c_str(), &available, nullptr, nullptr)) {
    fail("measure the disk of", path_, GetLastError());
  }
  return available.QuadPart;
}

void File::close() {
  const HANDLE handle = handle_;
  handle_ = INVALID_HANDLE_VALUE;
  if (handle != INVALID_HANDLE_VALUE && !CloseHandle(handle)) fail("write", path_, GetLastError());
}

}  // namespace twopop::disk

#endif
