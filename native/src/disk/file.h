// Files by position: one small class over pread/pwrite and their Windows counterparts. Safe to share between threads
// for reading and for writing to different places. Paths are UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace twopop::disk {

enum class FileProblem { missing, denied, diskFull, failed, exists };

/// `what()` is a sentence with the path and the system's own words.
struct FileError : std::runtime_error {
  FileError(FileProblem problem, const std::string& message) : std::runtime_error(message), problem(problem) {}
  FileProblem problem;
};

/// Tells one file from another that came to stand under the same path, and a file from itself before it was changed.
struct FileIdentity {
  uint64_t volume = 0, number = 0;
  uint64_t sizeBytes = 0;
  int64_t modified = 0;  // in ticks of the system's own

  bool sameFile(const FileIdentity& other) const { return volume == other.volume && number == other.number; }
  bool operator==(const FileIdentity& other) const {
    return sameFile(other) && sizeBytes == other.sizeBytes && modified == other.modified;
  }
};

class File {
 public:
  /// Opens an ordinary file (not a folder, pipe or device) for reading.
  static File openForReading(const std::string& path);
  /// Creates the file, or empties the one that is there.
  static File create(const std::string& path);
  /// Creates the file; one that is already there is left alone, and an error (`exists`).
  static File createNew(const std::string& path);
  /// Removes a file if it is there; never throws.
  static void remove(const std::string& path) noexcept;
  /// Makes the names of new files in the folder of `path` durable, where that takes a call of its own; never throws.
  static void flushFolderOf(const std::string& path) noexcept;

  File(File&& other) noexcept;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File();

  /// Reads up to `length` bytes; fewer only at the end of the file.
  size_t readAt(uint64_t offset, void* to, size_t length) const;
  void writeAt(uint64_t offset, const void* from, size_t length) const;
  uint64_t sizeBytes() const;
  /// Whether the file still has a name; one that was removed while open has none (never so on Windows).
  bool hasName() const;
  FileIdentity identity() const;
  /// Waits until everything written lies on the disk.
  void flush() const;
  /// The same for the bytes and the size alone, not for dates: cheaper where a file is flushed again and again.
  void flushData() const;
  /// Keeps room on the disk for the file up to byte `end` without making it longer, where the system can; else nothing.
  void reserve(uint64_t end) const noexcept;
  /// Cuts the file to this length, and gives back room that was kept beyond it.
  void truncate(uint64_t length) const;
  /// What may still be written on the disk that the file lies on.
  uint64_t freeBytes() const;
  /// Closes and reports what the system held back until now (network disks do).
  void close();

 private:
#ifdef _WIN32
  using Handle = void*;
#else
  using Handle = int;
#endif
  File(Handle handle, std::string path) : handle_(handle), path_(std::move(path)) {}

  Handle handle_;
  std::string path_;
};

}  // namespace twopop::disk
