#include "disk/plan-pages.h"

#include <algorithm>

#include "disk/source-span.h"

namespace twopop::disk {

PlanPages::PlanPages(std::shared_ptr<const Plan> plan, PageCache& cache, PageFiles& files)
    : plan_(std::move(plan)), cache_(cache) {
  files_.reserve(plan_->sources.size());
  for (const PlanSource& source : plan_->sources) files_.push_back(files.fileOf(source));
}

void PlanPages::read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left,
                     double* right) {
  const PageFile& file = *files_[source];
  const PlanSource& what = file.source;
  const SourceSpan span = openSpan(what, fromSample, frames, left, right);
  const size_t stride = what.bytesPerFrame();
  // A file that is gone is silent at once, whatever is still in memory of it.
  const bool silent = file.silent.load(std::memory_order_relaxed);
  for (size_t done = 0; done < span.held;) {
    const int64_t frame = span.fromFrame + static_cast<int64_t>(done), page = frame / file.framesPerPage;
    const int64_t inPage = frame - page * file.framesPerPage;
    const size_t count = std::min(span.held - done, static_cast<size_t>(file.framesPerPage - inPage));
    double* const l = left + span.before + done;
    double* const r = right ? right + span.before + done : nullptr;
    if (const uint8_t* bytes = silent ? nullptr : cache_.find({file.number, page})) {
      decodeFrames(what, bytes + static_cast<size_t>(inPage) * stride, firstChannel, count, l, r);
    } else {
      std::fill_n(l, count, 0.0);
      if (r) std::fill_n(r, count, 0.0);
      if (!silent && !file.silent.load(std::memory_order_relaxed)) cache_.countMissed(count);
    }
    done += count;
  }
}

}  // namespace twopop::disk
