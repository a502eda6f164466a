// The sound files behind the pages: opened when first wanted, looked at again while they are played, and what was found
// wrong with them. Shared by all plans: a source is known by its path and the layout of its samples, not by its index.
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "disk/file.h"
#include "disk/page-cache.h"
#include "plan.h"

namespace twopop::disk {

/// `changed`: another file came to stand under the path; it is what is played now.
enum class FileTrouble : uint32_t { none, missing, unreadable, tooShort, changed };

struct TroubledFile {
  std::string path;
  FileTrouble trouble = FileTrouble::none;
  std::string message;  // a sentence with the path
};

/// A source's samples as pages: whole frames only, the first page at the first frame.
struct PageFile : std::enable_shared_from_this<PageFile> {
  PageFile(uint64_t number, const PlanSource& source);

  const uint64_t number;
  const PlanSource source;
  const int64_t framesPerPage;
  const std::string folder;  // of the path: files of one folder lie on one disk
  /// Missing or unreadable: silence that nobody waits for.
  std::atomic<bool> silent{false};
  /// Goes up with each change of the file: pages of an older one are played until they are read again.
  std::atomic<uint32_t> generation{1};

  // Of PageFiles, under its lock.
  FileTrouble trouble = FileTrouble::none;
  std::string message;
  FileIdentity identity;
  bool identified = false, readFailed = false;
  std::shared_ptr<const File> open;
  std::list<PageFile*>::iterator opened;
  int64_t checkedMs = INT64_MIN / 2;
};

/// Faults for tests: `delayMs` before each read of paths that hold `slow` (empty: of all); reads of paths that hold
/// `failing` fail (empty: none does).
struct ReadFault {
  uint32_t delayMs = 0;
  std::string slow;
  std::string failing;
};

class PageFiles {
 public:
  /// Keeps at most `openLimit` files open.
  explicit PageFiles(PageCache& cache, size_t openLimit = 192);

  /// The same object for the same path and layout, as long as anyone has it or this object remembers it.
  std::shared_ptr<PageFile> fileOf(const PlanSource& source);

  /// Fills `to` (kPageBytes) with a page: what the file does not have, or does not give, is silence and among the
  /// troubles. False where the file cannot be had at all: then it is silent. Waits for the disk, holding no lock.
  bool read(PageFile& file, int64_t page, uint8_t* to);

  /// Looks whether the file is still the one that was opened, at most once a second of `nowMs`; a file that came back is
  /// played again, one that went away falls silent. Returns whether it looked.
  bool check(PageFile& file, int64_t nowMs);
  bool wantsCheck(const PageFile& file, int64_t nowMs) const;

  /// Everything that is wrong at present, once a path.
  std::vector<TroubledFile> troubles() const;
  /// Goes up with every change of what `troubles` gives.
  uint64_t troublesVersion() const { return troublesVersion_.load(std::memory_order_relaxed); }
  uint64_t bytesRead() const { return bytesRead_.load(std::memory_order_relaxed); }
  void setFault(const ReadFault& fault);

 private:
  using Key = std::tuple<std::string, uint64_t, PcmFormat, uint32_t, int64_t>;

  std::shared_ptr<const File> openFile(PageFile& file, bool again);
  void found(PageFile& file, std::shared_ptr<const File> open, const FileIdentity& identity);
  void lost(PageFile& file, const FileError& error);
  void say(PageFile& file, FileTrouble trouble, const std::string& message);
  void close(PageFile& file);
  void forgetUnused();

  PageCache& cache_;
  const size_t openLimit_;
  mutable std::mutex mutex_;
  std::map<Key, std::shared_ptr<PageFile>> files_;
  size_t forgetAbove_ = 4096;
  uint64_t nextNumber_ = 1;
  std::list<PageFile*> opened_;  // the longest unread first
  ReadFault fault_;
  std::atomic<uint64_t> troublesVersion_{0}, bytesRead_{0};
};

}  // namespace twopop::disk
