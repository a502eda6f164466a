// The sources of one plan as pages in memory: what the callback reads while that plan is played.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "disk/page-cache.h"
#include "disk/page-files.h"
#include "plan.h"
#include "rt/page-reader.h"

namespace twopop::disk {

class PlanPages final : public rt::PageReader {
 public:
  /// Made by ReadAhead::bind, off the callback.
  PlanPages(std::shared_ptr<const Plan> plan, PageCache& cache, PageFiles& files);

  void read(uint32_t source, uint32_t firstChannel, int64_t fromSample, size_t frames, double* left,
            double* right) override;

  const Plan& plan() const { return *plan_; }
  PageFile& file(uint32_t source) const { return *files_[source]; }

 private:
  const std::shared_ptr<const Plan> plan_;
  PageCache& cache_;
  std::vector<std::shared_ptr<PageFile>> files_;  // by index of the plan's sources
};

}  // namespace twopop::disk
