// Which pages are played soon, and when: arithmetic over a plan and the way the playhead goes.
#pragma once

#include <cstdint>
#include <vector>

#include "disk/plan-pages.h"
#include "rt/transport.h"

namespace twopop::disk {

/// Where the playhead is and how it moves.
struct Travel {
  int64_t timeline = 0;
  double speed = 0;  // samples of the timeline per sample played; negative: backwards; 0: it stands
  bool looping = false;
  int64_t loopFrom = 0, loopTo = 0;
  rt::Pitch pitch = rt::Pitch::withSpeed;
};

/// A stretch of the timeline and in how many seconds its two ends are played; between them evenly.
struct Stretch {
  int64_t from = 0, to = 0;
  double fromDeadlineSeconds = 0, toDeadlineSeconds = 0;
};

/// The stretches played within `aheadSeconds`, round the loop where there is one (once is enough: further rounds are the
/// same pages), each with what is read on its either side at a speed other than 1. A playhead that stands counts as about
/// to roll at speed 1.
std::vector<Stretch> stretchesAhead(const Travel& travel, uint32_t sampleRate, double aheadSeconds);

/// What is worth having besides, after all of those: a little behind the playhead, and the head of the loop.
std::vector<Stretch> stretchesAside(const Travel& travel, uint32_t sampleRate, double aheadSeconds);

/// Adds the pages that the clips of the plan need in a stretch (those of silent files are left out) and, unless null, the
/// files met on the way, silent or not, some more than once.
void addWantedPages(const PlanPages& pages, const Stretch& stretch, std::vector<WantedPage>& wanted,
                    std::vector<PageFile*>* met = nullptr);

/// Each page once, at its nearest deadline, in the order of files and pages.
void mergeWantedPages(std::vector<WantedPage>& wanted);

}  // namespace twopop::disk
