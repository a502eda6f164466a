#include "disk/page-files.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "disk/source-span.h"

namespace twopop::disk {
namespace {

constexpr int64_t kCheckMs = 1000;

bool holds(const std::string& path, const std::string& part) { return path.find(part) != std::string::npos; }

}  // namespace

PageFile::PageFile(uint64_t number, const PlanSource& source)
    : number(number),
      source(source),
      framesPerPage(static_cast<int64_t>(std::max<size_t>(1, kPageBytes / source.bytesPerFrame()))),
      folder(source.path.substr(0, source.path.find_last_of("/\\") + 1)) {}

PageFiles::PageFiles(PageCache& cache, size_t openLimit) : cache_(cache), openLimit_(openLimit) {}

std::shared_ptr<PageFile> PageFiles::fileOf(const PlanSource& source) {
  std::lock_guard<std::mutex> lock(mutex_);
  auto& kept = files_[Key{source.path, source.dataOffsetBytes, source.format, source.channelCount, source.frameCount}];
  if (!kept) kept = std::make_shared<PageFile>(nextNumber_++, source);
  const std::shared_ptr<PageFile> file = kept;
  if (files_.size() > forgetAbove_) forgetUnused();
  return file;
}

bool PageFiles::read(PageFile& file, int64_t page, uint8_t* to) {
  const PlanSource& source = file.source;
  const size_t stride = source.bytesPerFrame();
  const int64_t first = page * file.framesPerPage;
  const size_t wanted = static_cast<size_t>(std::min(file.framesPerPage, source.frameCount - first)) * stride;
  const auto open = openFile(file, false);
  if (!open) return false;
  size_t got = 0;
  try {
    ReadFault fault;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      fault = fault_;
    }
    if (fault.delayMs > 0 && holds(source.path, fault.slow)) std::this_thread::sleep_for(std::chrono::milliseconds(fault.delayMs));
    if (!fault.failing.empty() && holds(source.path, fault.failing)) {
      throw FileError(FileProblem::failed, "Could not read " + source.path + ": a failure asked for by a test");
    }
    got = open->readAt(source.dataOffsetBytes + static_cast<uint64_t>(first) * stride, to, wanted);
    bytesRead_.fetch_add(got, std::memory_order_relaxed);
    if (got < wanted) {
      std::lock_guard<std::mutex> lock(mutex_);
      say(file, FileTrouble::tooShort, source.path + " is shorter than it was when it was imported; the rest is silence");
    }
  } catch (const FileError& error) {
    std::lock_guard<std::mutex> lock(mutex_);
    file.readFailed = true;
    say(file, FileTrouble::unreadable, error.what());
  }
  got -= got % stride;
  fillSilence(source.format, to + got, kPageBytes - got);
  return true;
}

bool PageFiles::wantsCheck(const PageFile& file, int64_t nowMs) const {
  std::lock_guard<std::mutex> lock(mutex_);
  return (file.identified || file.silent.load(std::memory_order_relaxed)) && nowMs - file.checkedMs >= kCheckMs;
}

bool PageFiles::check(PageFile& file, int64_t nowMs) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (nowMs - file.checkedMs < kCheckMs) return false;
    file.checkedMs = nowMs;
  }
  openFile(file, true);
  std::lock_guard<std::mutex> lock(mutex_);
  if (file.readFailed) {
    file.readFailed = false;
    file.generation.fetch_add(1, std::memory_order_relaxed);  // what failed is tried again
  } else if (file.trouble == FileTrouble::unreadable && !file.silent) {
    say(file, FileTrouble::none, "");
  }
  return true;
}

/// The file, opened where it is not open, or opened `again` to see what stands under its path now. Null and silent where
/// that cannot be had.
std::shared_ptr<const File> PageFiles::openFile(PageFile& file, bool again) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    if (file.open && !again) {
      opened_.splice(opened_.end(), opened_, file.opened);
      return file.open;
    }
    if (file.silent && !again) return nullptr;  // `check` tries it again
  }
  try {
    auto open = std::make_shared<const File>(File::openForReading(file.source.path));
    const FileIdentity identity = open->identity();
    std::lock_guard<std::mutex> lock(mutex_);
    found(file, std::move(open), identity);
    return file.open;
  } catch (const FileError& error) {
    std::lock_guard<std::mutex> lock(mutex_);
    lost(file, error);
    return nullptr;
  }
}

void PageFiles::found(PageFile& file, std::shared_ptr<const File> open, const FileIdentity& identity) {
  const bool same = file.identified && !file.silent && file.identity == identity;
  if (same && file.open) return;
  const bool other = file.identified && !file.identity.sameFile(identity);
  if (file.open) close(file);
  file.open = std::move(open);
  file.opened = opened_.insert(opened_.end(), &file);
  while (opened_.size() > openLimit_) close(*opened_.front());
  if (same) return;  // it was closed for want of room
  const PlanSource& source = file.source;
  if (file.identified || file.silent) file.generation.fetch_add(1, std::memory_order_relaxed);
  file.identity = identity;
  file.identified = true;
  file.silent = false;
  file.readFailed = false;
  const uint64_t needed = source.dataOffsetBytes + static_cast<uint64_t>(source.frameCount) * source.bytesPerFrame();
  if (identity.sizeBytes < needed) {
    say(file, FileTrouble::tooShort, source.path + " is shorter than it was when it was imported; the rest is silence");
  } else if (other) {
    say(file, FileTrouble::changed, source.path + " was replaced by another file, which is played in its place");
  } else if (file.trouble != FileTrouble::changed) {
    say(file, FileTrouble::none, "");
  }
}

void PageFiles::lost(PageFile& file, const FileError& error) {
  if (file.open) close(file);
  if (!file.silent.exchange(true)) {
    file.generation.fetch_add(1, std::memory_order_relaxed);
    cache_.drop(file.number);
  }
  say(file, error.problem == FileProblem::missing ? FileTrouble::missing : FileTrouble::unreadable, error.what());
}

void PageFiles::say(PageFile& file, FileTrouble trouble, const std::string& message) {
  if (file.trouble == trouble) return;
  file.trouble = trouble;
  file.message = message;
  troublesVersion_.fetch_add(1, std::memory_order_relaxed);
}

void PageFiles::close(PageFile& file) {
  opened_.erase(file.opened);
  file.open.reset();
}

/// Forgets files that no plan has any more. Their pages go as any that nobody wants.
void PageFiles::forgetUnused() {
  for (auto at = files_.begin(); at != files_.end();) {
    if (at->second.use_count() > 1) {
      ++at;
      continue;
    }
    if (at->second->open) close(*at->second);
    at = files_.erase(at);
  }
  forgetAbove_ = std::max<size_t>(4096, files_.size() * 2);
}

std::vector<TroubledFile> PageFiles::troubles() const {
  std::lock_guard<std::mutex> lock(mutex_);
  std::vector<TroubledFile> all;
  for (const auto& entry : files_) {
    const PageFile& file = *entry.second;
    if (file.trouble == FileTrouble::none || entry.second.use_count() == 1) continue;
    if (!all.empty() && all.back().path == file.source.path) continue;  // the map is in the order of the paths
    all.push_back({file.source.path, file.trouble, file.message});
  }
  return all;
}

void PageFiles::setFault(const ReadFault& fault) {
  std::lock_guard<std::mutex> lock(mutex_);
  fault_ = fault;
}

}  // namespace twopop::disk
