#include "disk/read-ahead.h"

#include <algorithm>
#include <chrono>

namespace twopop::disk {
namespace {

constexpr auto kLook = std::chrono::milliseconds(10);
/// A place that is kept ready comes after what is played within this time.
constexpr double kPlaceAfterSeconds = 0.25;
/// Within this time the nearest deadline goes first; what is further off is read file by file, which disks like.
constexpr double kUrgentSeconds = 0.5;

int64_t nowMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Deadlines that count as equal get the same number.
int64_t orderOf(double deadlineSeconds) {
  if (deadlineSeconds < kUrgentSeconds) return static_cast<int64_t>(deadlineSeconds * 1000);
  return static_cast<int64_t>(deadlineSeconds / kUrgentSeconds) * 1000;
}

}  // namespace

ReadAhead::ReadAhead(std::function<Travel()> travel, ReadAheadOptions options)
    : options_(options), cache_(options.memoryBytes), files_(cache_), travel_(std::move(travel)) {
  threads_.emplace_back([this] { planOn(); });
  for (unsigned i = 0; i < std::max(1u, options_.readers); i++) threads_.emplace_back([this] { readOn(); });
}

ReadAhead::~ReadAhead() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  planning_.notify_all();
  reading_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

std::shared_ptr<PlanPages> ReadAhead::bind(std::shared_ptr<const Plan> plan) {
  auto pages = std::make_shared<PlanPages>(std::move(plan), cache_, files_);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    plans_.push_back(pages);
  }
  wake();
  return pages;
}

void ReadAhead::keepReady(std::vector<Place> places) {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    places_ = std::move(places);
  }
  wake();
}

void ReadAhead::follow(std::function<Travel()> travel) {
  {
    std::lock_guard<std::mutex> lock(travelMutex_);
    travel_.swap(travel);
  }
  wake();
}

void ReadAhead::wake() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    wakened_ = true;
  }
  planning_.notify_one();
}

bool ReadAhead::prefilled(const PlanPages& pages, const Travel& travel, double seconds) const {
  std::vector<WantedPage> wanted;
  for (const Stretch& stretch : stretchesAhead(travel, pages.plan().sampleRate, seconds)) {
    addWantedPages(pages, stretch, wanted);
  }
  return cache_.countHeld(wanted) == wanted.size();
}

bool ReadAhead::waitPrefilled(const PlanPages& pages, const Travel& travel, double seconds, uint32_t mostMilliseconds) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(mostMilliseconds);
  wake();
  while (!prefilled(pages, travel, seconds)) {
    std::unique_lock<std::mutex> lock(mutex_);
    if (std::chrono::steady_clock::now() >= until) return false;
    progress_.wait_until(lock, std::min(until, std::chrono::steady_clock::now() + kLook));
  }
  return true;
}

ReadAheadStatus ReadAhead::status() const {
  ReadAheadStatus status;
  status.memoryBytes = cache_.memoryBytes();
  status.heldBytes = cache_.heldPages() * kPageBytes;
  status.bytesRead = files_.bytesRead();
  status.missedFrames = cache_.missedFrames();
  status.troublesVersion = files_.troublesVersion();
  std::lock_guard<std::mutex> lock(mutex_);
  status.wantedPages = wantedPages_;
  status.lackingPages = lackingPages_;
  status.readySeconds = readySeconds_;
  return status;
}

void ReadAhead::planOn() {
  for (;;) {
    {
      std::unique_lock<std::mutex> lock(mutex_);
      planning_.wait_for(lock, kLook, [this] { return wakened_ || stopping_; });
      if (stopping_) return;
      wakened_ = false;
    }
    planOnce();
  }
}

std::vector<std::shared_ptr<PlanPages>> ReadAhead::livePlans() {
  std::vector<std::shared_ptr<PlanPages>> live;
  const auto isGone = [&](const std::weak_ptr<PlanPages>& plan) {
    auto held = plan.lock();
    if (!held) return true;
    live.push_back(std::move(held));
    return false;
  };
  std::lock_guard<std::mutex> lock(mutex_);
  plans_.erase(std::remove_if(plans_.begin(), plans_.end(), isGone), plans_.end());
  return live;
}

/// One look: what is wanted, what of it is not there, in which order it is to be read.
void ReadAhead::planOnce() {
  Travel travel;
  {
    std::lock_guard<std::mutex> lock(travelMutex_);
    if (travel_) travel = travel_();
  }
  std::vector<Place> places;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    places = places_;
  }
  const auto plans = livePlans();
  std::vector<WantedPage> wanted;
  std::vector<PageFile*> met;
  for (const auto& pages : plans) {
    const uint32_t sampleRate = pages->plan().sampleRate;
    for (const Stretch& stretch : stretchesAhead(travel, sampleRate, options_.aheadSeconds)) {
      addWantedPages(*pages, stretch, wanted, &met);
    }
    for (const Stretch& stretch : stretchesAside(travel, sampleRate, options_.aheadSeconds)) {
      addWantedPages(*pages, stretch, wanted, &met);
    }
    for (const Place& place : places) {
      for (Stretch stretch : stretchesAhead(place.travel, sampleRate, place.seconds)) {
        stretch.fromDeadlineSeconds += kPlaceAfterSeconds;
        stretch.toDeadlineSeconds += kPlaceAfterSeconds;
        addWantedPages(*pages, stretch, wanted, &met);
      }
    }
  }
  mergeWantedPages(wanted);
  const size_t wantedPages = wanted.size();
  const std::vector<WantedPage> lacking = cache_.want(std::move(wanted));

  std::vector<Job> jobs;
  jobs.reserve(lacking.size());
  double ready = options_.aheadSeconds;
  for (const WantedPage& page : lacking) {
    jobs.push_back({page, page.file->shared_from_this(), orderOf(page.deadlineSeconds), false});
    ready = std::max(0.0, std::min(ready, page.deadlineSeconds));
  }
  std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
    return a.order != b.order ? a.order > b.order : b.page.key < a.page.key;
  });

  std::sort(met.begin(), met.end());
  met.erase(std::unique(met.begin(), met.end()), met.end());
  std::vector<Job> checks;
  const int64_t now = nowMs();
  for (PageFile* file : met) {
    if (!files_.wantsCheck(*file, now)) continue;
    Job check;
    check.page.key = {file->number, -1};
    check.file = file->shared_from_this();
    check.isCheck = true;
    checks.push_back(std::move(check));
  }
  {
    std::lock_guard<std::mutex> lock(mutex_);
    jobs_.swap(jobs);
    checks_.swap(checks);
    wantedPages_ = wantedPages;
    lackingPages_ = lacking.size();
    readySeconds_ = ready;
    if (jobs_.empty() && checks_.empty()) return;
  }
  reading_.notify_all();
}

void ReadAhead::readOn() {
  for (;;) {
    Job job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      while (!stopping_ && !takeJob(job)) reading_.wait(lock);
      if (stopping_) return;
      underWay_.push_back(job);
    }
    if (job.isCheck) files_.check(*job.file, nowMs());
    else work(job);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      const auto isMine = [&](const Job& other) { return other.page.key == job.page.key; };
      underWay_.erase(std::remove_if(underWay_.begin(), underWay_.end(), isMine), underWay_.end());
    }
    progress_.notify_all();
  }
}

/// What a thread that has nothing to do does next: the most urgent page; a look at a file where nothing is urgent.
bool ReadAhead::takeJob(Job& job) {
  const bool urgent = !jobs_.empty() && jobs_.back().page.deadlineSeconds < kUrgentSeconds;
  return urgent ? takeFrom(jobs_, job) : takeFrom(checks_, job) || takeFrom(jobs_, job);
}

/// The last of the jobs that may be begun: nobody is at it, and the last free thread keeps away from folders being read.
bool ReadAhead::takeFrom(std::vector<Job>& jobs, Job& job) {
  const bool isLast = underWay_.size() + 1 >= std::max(1u, options_.readers);
  const auto mayBegin = [&](const Job& wanted) {
    return std::none_of(underWay_.begin(), underWay_.end(), [&](const Job& other) {
      return other.page.key == wanted.page.key || (isLast && other.file->folder == wanted.file->folder);
    });
  };
  const auto found = std::find_if(jobs.rbegin(), jobs.rend(), mayBegin);
  if (found == jobs.rend()) return false;
  job = std::move(*found);
  jobs.erase(std::next(found).base());
  return true;
}

void ReadAhead::work(const Job& job) {
  // Read since that look, or the file fell silent.
  if (job.file->silent.load(std::memory_order_relaxed) || cache_.holds(job.page)) return;
  const uint32_t slot = cache_.claim();
  if (slot == PageCache::kNoSlot) {
    // All that could go is before the callback's eyes: for one block.
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return;
  }
  if (!files_.read(*job.file, job.page.key.page, cache_.bytes(slot))) return cache_.release(slot);
  cache_.publish(slot, job.page);
  // It was lost while it was read: its pages have been dropped, and this one came too late for that.
  if (job.file->silent.load(std::memory_order_relaxed)) cache_.drop(job.page.key.file);
}

}  // namespace twopop::disk
