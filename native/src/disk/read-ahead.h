// Keeps in memory what the callback is going to play. A planning thread works out, a hundred times a second, which pages
// of which files are wanted and when; reading threads fetch them, the nearest deadline first.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "disk/page-cache.h"
#include "disk/page-files.h"
#include "disk/plan-pages.h"
#include "disk/wanted-pages.h"

namespace twopop::disk {

struct ReadAheadOptions {
  uint64_t memoryBytes = kDefaultPageMemoryBytes;
  double aheadSeconds = 2;
  /// The last of them that is free reads only where no other is reading: a disk that does not answer does not hold up
  /// the files on others.
  unsigned readers = 3;
};

struct ReadAheadStatus {
  uint64_t memoryBytes = 0;    // taken, all told
  uint64_t heldBytes = 0;      // of them full of sound
  uint64_t bytesRead = 0;      // since the start
  uint64_t missedFrames = 0;   // see rt::PageGate
  uint64_t wantedPages = 0;    // at the last look
  uint64_t lackingPages = 0;   // of them not there then
  double readySeconds = 0;     // so long from that look on everything was there; at most aheadSeconds
  uint64_t troublesVersion = 0;
};

class ReadAhead {
 public:
  /// `travel`: see follow().
  explicit ReadAhead(std::function<Travel()> travel, ReadAheadOptions options = {});
  /// Waits for reads under way.
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  /// For the callback: first and last thing of each block.
  rt::PageGate& gate() { return cache_; }

  /// `travel` says where the playhead is: called on the planning thread a hundred times a second, may not block. Null: it
  /// stands at 0. After this returned the one before is not called any more: do not call it with a lock that `travel` takes.
  void follow(std::function<Travel()> travel);

  /// A reader of the plan for the callback. Its pages are kept ready as long as the object lives; which may be several
  /// plans at once. Files that two plans have in common are read once.
  std::shared_ptr<PlanPages> bind(std::shared_ptr<const Plan> plan);

  /// Places to be ready at besides the playhead: where the next roll starts, the cursor while something else is played.
  /// Each as if a roll started there now, for `seconds` of playing; they stay until the next call.
  struct Place {
    Travel travel;
    double seconds = 1;
  };
  void keepReady(std::vector<Place> places);

  /// Whether all that the plan needs for so many seconds of playing from there is in memory. What is missing or unreadable
  /// counts as there: nobody waits for it. Not of the callback.
  bool prefilled(const PlanPages& pages, const Travel& travel, double seconds) const;
  /// Waits for it, so long at most; says whether it came to be. The place must be kept ready or be where the playhead is.
  bool waitPrefilled(const PlanPages& pages, const Travel& travel, double seconds, uint32_t mostMilliseconds);

  /// The playhead jumped or a plan changed: look at once.
  void wake();

  std::vector<TroubledFile> troubles() const { return files_.troubles(); }
  ReadAheadStatus status() const;
  void setFault(const ReadFault& fault) { files_.setFault(fault); }

 private:
  struct Job {
    WantedPage page;
    std::shared_ptr<PageFile> file;
    int64_t order = 0;
    bool isCheck = false;  // look whether the file is still the same; no page is meant
  };

  void planOn();
  void planOnce();
  void readOn();
  bool takeJob(Job& job);
  bool takeFrom(std::vector<Job>& jobs, Job& job);
  void work(const Job& job);
  std::vector<std::shared_ptr<PlanPages>> livePlans();

  const ReadAheadOptions options_;
  PageCache cache_;
  PageFiles files_;

  std::mutex travelMutex_;  // apart: whoever is asked may be asking us at the same moment
  std::function<Travel()> travel_;

  mutable std::mutex mutex_;  // of what follows; never held while anything is read
  std::condition_variable planning_, reading_, progress_;
  std::vector<std::weak_ptr<PlanPages>> plans_;
  std::vector<Place> places_;
  std::vector<Job> jobs_;  // of the last look, the most urgent last
  std::vector<Job> checks_;
  std::vector<Job> underWay_;  // one at most a reading thread
  bool wakened_ = false, stopping_ = false;
  uint64_t wantedPages_ = 0, lackingPages_ = 0;
  double readySeconds_ = 0;

  std::vector<std::thread> threads_;
};

}  // namespace twopop::disk
