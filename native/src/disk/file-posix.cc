#ifndef _WIN32

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "disk/file.h"

namespace twopop::disk {
namespace {

[[noreturn]] void fail(const char* verb, const std::string& path, int error) {
  const FileProblem problem = error == EEXIST                                             ? FileProblem::exists
                              : error == ENOENT || error == ENOTDIR                   ? FileProblem::missing
                              : error == EACCES || error == EPERM                     ? FileProblem::denied
                              : error == ENOSPC || error == EDQUOT || error == EFBIG ? FileProblem::diskFull
                                                                                      : FileProblem::failed;
  throw FileError(problem, std::string("Could not ") + verb + " " + path + ": " + std::strerror(error));
}

}  // namespace

File File::openForReading(const std::string& path) {
  // Non-blocking only so that a named pipe cannot hold the thread; ordinary files do not know the difference.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) fail("open", path, errno);
  File file(descriptor, path);
  struct stat status;
  if (::fstat(descriptor, &status) != 0) fail("open", path, errno);
  if (!S_ISREG(status.st_mode)) throw FileError(FileProblem::failed, "Could not open " + path + ": not an ordinary file");
#ifdef POSIX_FADV_SEQUENTIAL
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  return file;
}

File File::create(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("create", path, errno);
  return File(descriptor, path);
}

File File::createNew(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) fail("create", path, errno);
  return File(descriptor, path);
}

void File::flushFolderOf(const std::string& path) noexcept {
  const size_t slash = path.find_last_of('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

void File::remove(const std::string& path) noexcept { ::unlink(path.c_str()); }

File::File(File&& other) noexcept : handle_(other.handle_), path_(std::move(other.path_)) { other.handle_ = -1; }

File::~File() {
  if (handle_ >= 0) ::close(handle_);
}

size_t File::readAt(uint64_t offset, void* to, size_t length) const {
  size_t done = 0;
  while (done < length) {
    const ssize_t got =
        ::pread(handle_, static_cast<char*>(to) + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail("read", path_, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

void File::writeAt(uint64_t offset, const void* from, size_t length) const {
  size_t done = 0;
  while (done < length) {
    const ssize_t put =
        ::pwrite(handle_, static_cast<const char*>(from) + done, length - done, static_cast<off_t>(offset + done));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail("write", path_, errno);
    if (put == 0) fail("write", path_, ENOSPC);
    done += static_cast<size_t>(put);
  }
}

uint64_t File::sizeBytes() const {
  struct stat status;
  if (::fstat(handle_, &status) != 0) fail("measure", path_, errno);
  return static_cast<uint64_t>(status.st_size);
}

FileIdentity File::identity() const {
  struct stat status;
  if (::fstat(handle_, &status) != 0) fail("measure", path_, errno);
#ifdef __APPLE__
  const timespec time = status.st_mtimespec;
#else
  const timespec time = status.st_mtim;
#endif
  FileIdentity identity;
  identity.volume = static_cast<uint64_t>(status.st_dev);
  identity.number = static_cast<uint64_t>(status.st_ino);
  identity.sizeBytes = static_cast<uint64_t>(status.st_size);
  identity.modified = static_cast<int64_t>(time.tv_sec) * 1000000000 + time.tv_nsec;
  return identity;
}

bool File::hasName() const {
  struct stat status;
  if (::fstat(handle_, &status) != 0) fail("measure", path_, errno);
  return status.st_nlink > 0;
}

void File::flush() const {
  if (::fsync(handle_) != 0 && errno != EINVAL) fail("write", path_, errno);
}

void File::flushData() const {
#ifdef __linux__
  if (::fdatasync(handle_) != 0 && errno != EINVAL) fail("write", path_, errno);
#else
  flush();
#endif
}

void File::reserve(uint64_t end) const noexcept {
#ifdef __linux__
  ::fallocate(handle_, FALLOC_FL_KEEP_SIZE, 0, static_cast<off_t>(end));
#elif defined(__APPLE__)
  struct stat status;
  if (::fstat(handle_, &status) != 0) return;
  const off_t allocated = static_cast<off_t>(status.st_blocks) * 512, wanted = static_cast<off_t>(end) - allocated;
  fstore_t store = {F_ALLOCATEALL, F_PEOFPOSMODE, 0, wanted, 0};
  if (wanted > 0) ::fcntl(handle_, F_PREALLOCATE, &store);
#else
  (void)end;
#endif
}

void File::truncate(uint64_t length) const {
  while (::ftruncate(handle_, static_cast<off_t>(length)) != 0) {
    if (errno != EINTR) fail("write", path_, errno);
  }
}

uint64_t File::freeBytes() const {
  struct statvfs status;
  if (::fstatvfs(handle_, &status) != 0) fail("measure the disk of", path_, errno);
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

void File::close() {
  const int descriptor = handle_;
  handle_ = -1;
  if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR) fail("write", path_, errno);
}

}  // namespace twopop::disk

#endif
