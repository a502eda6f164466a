#include "disk/wanted-pages.h"

#include <map>

#include "check.h"
#include "rt/voice.h"
#include "support/sound-files.h"

using namespace twopop;
using namespace twopop::disk;

namespace {

struct Rig {
  explicit Rig(std::shared_ptr<Plan> made) : cache(uint64_t{2} << 20), files(cache), pages(std::move(made), cache, files) {}
  PageCache cache;
  PageFiles files;
  PlanPages pages;
};

PlanSource named(const std::string& path, uint32_t channels, int64_t frames) {
  PlanSource source;
  source.path = path;
  source.channelCount = channels;
  source.frameCount = frames;
  return source;
}

}  // namespace

TEST("ahead of a rolling playhead lies one stretch, its deadlines those of the speed") {
  const auto stretches = stretchesAhead({48000, 1.0, false, 0, 0}, 48000, 2);
  REQUIRE(stretches.size() == 1);
  CHECK_EQUAL(stretches[0].from, 48000);
  CHECK_EQUAL(stretches[0].to, 48000 + 2 * 48000);
  CHECK_NEAR(stretches[0].fromDeadlineSeconds, 0, 1e-12);
  CHECK_NEAR(stretches[0].toDeadlineSeconds, 2, 1e-9);
}

TEST("backwards the stretch lies before the playhead, its end wanted first, with what is read about the playhead") {
  for (const rt::Pitch pitch : {rt::Pitch::withSpeed, rt::Pitch::kept}) {
    const int64_t reach = rt::reachSamples(-1, pitch, 48000);
    CHECK(reach > 0);
    const auto stretches = stretchesAhead({480000, -1.0, false, 0, 0, pitch}, 48000, 2);
    REQUIRE(stretches.size() == 1);
    CHECK_EQUAL(stretches[0].from, 480000 - 96000 - reach);
    CHECK_EQUAL(stretches[0].to, 480000 + reach);
    CHECK(stretches[0].toDeadlineSeconds <= 0);
    CHECK_NEAR(stretches[0].fromDeadlineSeconds, 2, 1e-9);
  }
}

TEST("the way round a loop goes over its seam, at the time of the seam, and once round at most") {
  const auto stretches = stretchesAhead({90000, 1.0, true, 10000, 100000}, 48000, 2);
  REQUIRE(stretches.size() == 2);
  CHECK_EQUAL(stretches[0].from, 90000);
  CHECK_EQUAL(stretches[0].to, 100000);
  CHECK_EQUAL(stretches[1].from, 10000);
  CHECK_EQUAL(stretches[1].to, 10000 + 96000 - 10000);
  CHECK_NEAR(stretches[1].fromDeadlineSeconds, 10000 / 48000.0, 1e-9);
  const auto tiny = stretchesAhead({50, 1.0, true, 0, 100}, 48000, 2);
  REQUIRE(tiny.size() == 2);
  CHECK_EQUAL(tiny[1].from, 0);
  CHECK_EQUAL(tiny[1].to, 100);
}

TEST("behind the loop's end the playhead goes on as if there were no loop") {
  const auto stretches = stretchesAhead({200000, 1.0, true, 10000, 100000}, 48000, 2);
  REQUIRE(stretches.size() == 1);
  CHECK_EQUAL(stretches[0].from, 200000);
}

TEST("however fast the shuttle, what is asked for ahead stays bounded") {
  for (const double speed : {32.0, -64.0, 1e9}) {
    const auto stretches = stretchesAhead({100000000, speed, false, 0, 0}, 48000, 2);
    REQUIRE(stretches.size() == 1);
    CHECK(stretches[0].to - stretches[0].from <= 16 * 48000 + 2 * rt::reachSamples(speed, rt::Pitch::withSpeed, 48000));
  }
}

TEST("every page that a clip plays in a stretch is wanted by the time it is played, and no other") {
  check::Random random(5);
  for (int round = 0; round < 60; round++) {
    auto plan = std::make_shared<Plan>();
    for (int i = 0; i < 3; i++) {
      plan->sources.push_back(named("/nowhere/" + std::to_string(i), static_cast<uint32_t>(random.within(1, 64)),
                                    random.within(1, 60000)));
    }
    for (int t = 0; t < 3; t++) {
      std::vector<PlanClip> clips;
      for (int c = 0; c < 6; c++) {
        const uint32_t source = static_cast<uint32_t>(random.within(0, 2));
        clips.push_back(check::makeClip(source, random.within(-20000, 90000), random.within(0, 50000), random.within(-5000, 60000)));
      }
      plan->tracks.push_back(check::makeTrack(1, clips));
    }
    Rig rig(plan);
    const int64_t from = random.within(-1000, 90000), to = from + random.within(1, 40000);
    const double fromDeadline = random.unit(), toDeadline = random.unit();
    std::vector<WantedPage> wanted;
    addWantedPages(rig.pages, {from, to, fromDeadline, toDeadline}, wanted);
    mergeWantedPages(wanted);
    std::map<PageKey, double> expected;
    for (const PlanTrack& track : plan->tracks) {
      for (const PlanClip& clip : track.clips) {
        const PageFile& file = rig.pages.file(clip.source);
        for (int64_t at = std::max(from, clip.startSample); at < std::min(to, clip.endSample()); at++) {
          const int64_t frame = at - clip.startSample + clip.sourceInSample;
          if (frame < 0 || frame >= file.source.frameCount) continue;
          const double deadline = fromDeadline + (toDeadline - fromDeadline) * static_cast<double>(at - from) / static_cast<double>(to - from);
          const auto known = expected.emplace(PageKey{file.number, frame / file.framesPerPage}, deadline).first;
          known->second = std::min(known->second, deadline);
        }
      }
    }
    CHECK_EQUAL(wanted.size(), expected.size());
    for (const WantedPage& page : wanted) {
      const auto known = expected.find(page.key);
      REQUIRE(known != expected.end());
      CHECK(page.deadlineSeconds <= known->second + 1e-9);
      CHECK_NEAR(page.deadlineSeconds, known->second, 1.001 / static_cast<double>(to - from));
    }
  }
}

TEST("sixty-four tracks of one poly file want its pages once") {
  auto plan = std::make_shared<Plan>();
  plan->sources.push_back(named("/nowhere/poly", 64, 480000));
  for (uint32_t channel = 0; channel < 64; channel++) {
    plan->tracks.push_back(check::makeTrack(1, {check::makeClip(0, 0, 480000, 0, channel)}));
  }
  Rig rig(plan);
  std::vector<WantedPage> wanted;
  addWantedPages(rig.pages, {0, 96000, 0, 2}, wanted);
  mergeWantedPages(wanted);
  const int64_t framesPerPage = static_cast<int64_t>(kPageBytes) / (64 * 3);
  CHECK_EQUAL(wanted.size(), static_cast<size_t>((96000 + framesPerPage - 1) / framesPerPage));
}
