// The live engine whole, on devices without hardware: plays, records what comes back through the cable, and finds every
// sample in its place.
#include "device/live-session.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "check.h"
#include "support/live-rig.h"
#include "support/recorded-wave.h"
#include "support/sound-files.h"

using namespace twopop;
using namespace twopop::device;

namespace {

constexpr int64_t kPatienceMs = 60'000;  // only ever used up by a failure
constexpr uint32_t kSourceChannel = 7;

/// A plan of one mono track, hard left, of samples that are told by their place: recorded::stepAt(7, timeline).
std::shared_ptr<const Plan> countedPlan(const std::string& path, int64_t frames) {
  PlanSource source;
  source.path = path, source.dataOffsetBytes = 0, source.format = PcmFormat::s24, source.frameCount = frames;
  std::vector<uint8_t> bytes;
  for (int64_t at = 0; at < frames; at++) {
    const auto step = static_cast<uint32_t>(recorded::stepAt(kSourceChannel, at));
    for (int shift = 0; shift < 24; shift += 8) bytes.push_back(static_cast<uint8_t>(step >> shift));
  }
  const auto file = disk::File::create(path);
  file.writeAt(0, bytes.data(), bytes.size());
  auto plan = check::planOf({source});
  plan->tracks[0].pan = -1;
  return plan;
}

struct PunchRun {
  int punches = 0;
  int64_t wrongSamples = 0, checkedSamples = 0, wrongTakes = 0;
  uint64_t bytesHash = 1469598103934665603ull;  // FNV-1a of all files, one after the other
};

/// Records random punches on random devices; each take is checked against the timeline, sample by sample.
PunchRun runPunches(int count, uint64_t salt) {
  PunchRun run;
  check::TemporaryFolder folder;
  check::Random random(salt);
  constexpr int64_t sourceFrames = 960'000;
  const auto plan = countedPlan(folder.file("counted.pcm"), sourceFrames);
  disk::CaptureOptions captureOptions;
  captureOptions.flushEveryNs = 1'000'000'000'000;
  LiveSession session({}, LiveOptions{uint64_t{16} << 20, captureOptions});
  session.setScene(check::sceneOf(plan));
  int64_t roundTrip = 0;
  for (; run.punches < count; run.punches++) {
    if (run.punches % 20 == 0) {
      const auto least = static_cast<uint32_t>(random.within(16, 4096));
      const auto most = static_cast<uint32_t>(random.within(least, 4096));
      const DeviceFacts facts = check::open(session, check::pumped(least, most, static_cast<uint32_t>(random.within(0, 20'000)), random.bits()));
      const MeasuredRoundTrips measured = session.calibrate(0, 0, 10);
      roundTrip = measured.samples[0];
      for (const int64_t one : measured.samples) run.wrongTakes += one != facts.loopBackSamples;
      session.arm({0}, 1);
      session.pump(12'000);  // as long as the longest pre-record: there is something to keep
    }
    // From where it rolls (with a pre-roll), round which loop, where it is punched in and out.
    rt::Motion motion;
    motion.rolling = true;
    RollUpdate roll;
    roll.fromSample = random.within(0, sourceFrames - 200'000);
    roll.leadFrames = random.within(0, 9600);
    roll.mostWaitMs = 30'000;
    if (random.within(0, 2) == 0) {
      const int64_t loopFrom = roll.fromSample + random.within(-2000, 4000);
      roll.request.loop = {loopFrom, loopFrom + random.within(4001, 30'000)};
    }
    const int64_t punchAfter = random.within(0, 24'000), length = random.within(1, 48'000);
    const int64_t preRecord = random.within(0, 12'000);
    const bool byHand = random.within(0, 2) == 0;  // the key comes when the punch-in is past already
    motion.startClock = session.roll(roll);
    motion.fromSample = roll.fromSample, motion.loop = roll.request.loop;
    const int64_t begin = motion.startClock + punchAfter + roundTrip, end = begin + length;
    const std::string path = folder.file(std::to_string(run.punches) + ".wav");
    disk::RecordRequest request;
    request.files = {recorded::spec(path, {0})};
    request.beginClock = begin, request.preRecordFrames = preRecord;
    auto pumpTo = [&session](int64_t clock) {
      const auto at = static_cast<int64_t>(session.state().device.counters.frames);
      if (clock > at) session.pump(static_cast<uint64_t>(clock - at));
    };
    if (byHand) pumpTo(begin + random.within(1, 9600));
    const uint64_t id = session.beginRecording(request);
    if (random.within(0, 1) == 0) {
      session.endRecording(id, end);
      pumpTo(end + random.within(0, 5000));
    } else {
      pumpTo(end + random.within(0, 5000));
      session.endRecording(id, end);
    }
    session.stop();
    session.pump(static_cast<uint64_t>(random.within(1000, 6000)));
    if (!session.waitUntilWritten(kPatienceMs)) run.wrongTakes++;
    const disk::CaptureStatus status = session.state().capture;
    const auto take = std::find_if(status.recordings.begin(), status.recordings.end(), [id](const auto& one) { return one.id == id; });
    if (take == status.recordings.end() || take->phase != disk::RecordPhase::done || take->firstClock != begin - preRecord ||
        take->lostFrames != 0 || take->missingHeadFrames != 0) {
      run.wrongTakes++;
    } else {
      const recorded::Wave wave = recorded::read(path);
      if (!wave.whole() || wave.frames() != end - take->firstClock) run.wrongTakes++;
      for (int64_t frame = 0; frame < wave.frames(); frame++) {
        const int64_t heard = take->firstClock + frame - roundTrip;
        if (heard < motion.startClock) continue;  // before it rolled
        const int64_t timeline = rt::timelineAt(motion, heard);
        run.checkedSamples++;
        run.wrongSamples += wave.step(frame, 0) != recorded::stepAt(kSourceChannel, timeline);
      }
      for (const uint8_t byte : wave.bytes) run.bytesHash = (run.bytesHash ^ byte) * 1099511628211ull;
    }
    session.forgetRecording(id);
    std::remove(path.c_str());
  }
  if (session.state().engine.missedFrames != 0) run.wrongTakes++;
  check::close(session);
  return run;
}

int punchCount() {
  const char* wanted = std::getenv("TWOPOP_PUNCHES");
  if (wanted) return std::max(1, std::atoi(wanted));
  return check::builtWith("thread") || check::builtWith("address") ? 20 : 60;
}

}  // namespace

TEST("random punches on random devices are in their places to the sample, the same bytes on a second run") {
  const int count = punchCount();
  const PunchRun first = runPunches(count, 4), second = runPunches(count, 4);
  CHECK_EQUAL(first.punches, count);
  CHECK_EQUAL(first.wrongSamples, 0);
  CHECK_EQUAL(first.wrongTakes, 0);
  CHECK(first.checkedSamples > int64_t{count} * 1000);
  CHECK_EQUAL(second.bytesHash, first.bytesHash);
  std::printf("  %d punches, %lld samples checked, %lld wrong; second run %s\n", first.punches,
              static_cast<long long>(first.checkedSamples), static_cast<long long>(first.wrongSamples),
              second.bytesHash == first.bytesHash ? "the same bytes" : "OTHER BYTES");
}
