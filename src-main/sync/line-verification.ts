import { type DriftFit, fitDrift } from '../../src-shared/sync/drift-fit.ts';
import { isMatch, LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt, type SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { RefineResult, SyncKernel, TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** One straight line that the waveforms confirm over a range of the camera clip. */
export type VerifiedLine = SyncLine & {
  readonly from: number;
  readonly to: number;
  readonly lineScore: number;
  readonly directScore: number;
  readonly inverted: boolean;
  readonly fit: DriftFit;
  readonly measured: number;
};

/** A match of camera and recorder: one line, or several where the camera lost samples, in order of camera time. */
export type VerifiedMatch = {
  readonly recorder: SyncSource;
  readonly lines: readonly VerifiedLine[];
  readonly lineScore: number;
  readonly directScore: number;
  readonly from: number;
  readonly to: number;
};

export type Place = SyncLine & { readonly toleranceSeconds: number; readonly driftRangePpm?: number };

type Pairing = {
  readonly kernel: SyncKernel;
  readonly camera: SyncSource;
  readonly recorder: SyncSource;
  readonly cancelFlag: Int32Array;
};

/** Free-running recorders differ by tens of parts per million; 145 has been seen. */
const driftRangePpm = 200;
const mostTrackWindows = 64;
const mostRefineWindows = 72;
/** A stretch counts as heard above this score of its own. */
const heardScore = 6;

/** What tracking says of a place: the cheap half of {@link verifyPlace}. */
export function trackPlace(pairing: Pairing, place: Place, range?: { from: number; to: number }): Promise<TrackResult> {
  const { kernel, camera, recorder, cancelFlag } = pairing;
  return kernel.syncTrackLine(
    camera.native,
    recorder.native,
    {
      cameraFrom: range?.from ?? 0,
      cameraTo: range?.to ?? camera.durationSeconds,
      offsetSeconds: place.offsetSeconds,
      toleranceSeconds: place.toleranceSeconds,
      driftPpm: place.driftPpm,
      driftRangePpm: place.driftRangePpm ?? driftRangePpm,
      mostWindows: mostTrackWindows,
    },
    cancelFlag,
  );
}

/**
 * Confirms a place by waveform: the line is tracked, refined at full rate, and looked over for lost samples. Null when
 * the waveforms do not bear it out.
 */
export async function verifyPlace(pairing: Pairing, place: Place): Promise<VerifiedMatch | null> {
  const track = await trackPlace(pairing, place);
  return verifyTracked(pairing, track);
}

/** The rest of {@link verifyPlace}, for a line already tracked. */
export async function verifyTracked(pairing: Pairing, track: TrackResult): Promise<VerifiedMatch | null> {
  if (!track.found || track.score < LEAST_LINE_SCORE) return null;
  const lines = await verifiedLines(pairing, track, 0);
  if (!lines) return null;
  const best = lines.reduce((a, b) => (b.lineScore > a.lineScore ? b : a));
  return {
    recorder: pairing.recorder,
    lines,
    lineScore: best.lineScore,
    directScore: best.directScore,
    from: lines[0]!.from,
    to: lines.at(-1)!.to,
  };
}

async function verifiedLines(pairing: Pairing, track: TrackResult, depth: number): Promise<VerifiedLine[] | null> {
  const { camera, recorder } = pairing;
  const covered = coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
  if (!covered) return null;
  const loss = depth < 2 ? await findLoss(pairing, track) : null;
  if (!loss) {
    const line = await refine(pairing, track, covered);
    return line ? [line] : null;
  }
  const change = await locateChange(pairing, loss.before, loss.after, loss.between);
  const head = await refine(pairing, loss.before, { from: covered.from, to: change });
  const tail = await refine(pairing, loss.after, { from: change, to: loss.until });
  if (head && tail) return [head, tail];
  const line = await refine(pairing, track, covered);
  return line ? [line] : null;
}

async function refine(
  { kernel, camera, recorder, cancelFlag }: Pairing,
  track: TrackResult,
  range: { readonly from: number; readonly to: number },
): Promise<VerifiedLine | null> {
  const seconds = range.to - range.from;
  const result: RefineResult = await kernel.syncRefineLine(
    camera.native,
    recorder.native,
    {
      cameraFrom: range.from,
      cameraTo: range.to,
      offsetSeconds: track.offsetSeconds,
      driftPpm: track.driftPpm,
      mostWindows: mostRefineWindows,
      groups: seconds > 20 ? 12 : 6,
    },
    cancelFlag,
  );
  if (!result.found || !isMatch({ lineScore: track.score, directScore: result.directScore })) return null;
  const heard = result.groups.filter((group) => group.score >= heardScore);
  const measurements = (heard.length >= 2 ? heard : result.groups).map((group) => ({
    seconds: group.cameraSeconds,
    lagSeconds: group.lagSeconds,
    weight: Math.min(group.score, 30) ** 2,
  }));
  const fit = fitDrift(measurements) ?? fitDrift([{ seconds: 0, lagSeconds: 0, weight: 1 }])!;
  return {
    offsetSeconds: result.offsetSeconds + fit.interceptSeconds,
    driftPpm: result.driftPpm + fit.slope * 1e6,
    from: range.from,
    to: range.to,
    lineScore: track.score,
    directScore: result.directScore,
    inverted: result.inverted,
    fit,
    measured: measurements.length,
  };
}

type Loss = {
  readonly before: TrackResult;
  readonly after: TrackResult;
  readonly between: { readonly from: number; readonly to: number };
  readonly until: number;
};

/** A window whose sound lies on the line it was tracked along, and nowhere much better. */
export function isOnLine(window: TrackResult['windows'][number]): boolean {
  return window.score >= 5 && window.score >= 0.6 * window.ownScore;
}

/**
 * Looks whether the head or the tail of a clip leaves the line though it has as much to say as the rest, and follows
 * another line of the same speed: the camera lost (or repeated) samples there.
 */
async function findLoss(pairing: Pairing, track: TrackResult): Promise<Loss | null> {
  const { camera, recorder } = pairing;
  const windows = track.windows;
  if (windows.length < 8) return null;
  // A window may touch the line by chance, and a pause says nothing on it: the split that parts those on the line from
  // those off it best decides.
  const onLine = windows.map(isOnLine);
  const strong = windows.filter((_, index) => onLine[index]).map((window) => window.score);
  if (strong.length < 3) return null;
  strong.sort((a, b) => a - b);
  // Where the true line itself is faint a silent stretch proves nothing.
  if (strong[strong.length >> 1]! < 9) return null;
  const covered = coveredCamera(track, camera.durationSeconds, recorder.durationSeconds);
  if (!covered) return null;
  const split = bestSplit(onLine);
  const stray = split.headOff ? windows.slice(0, split.at) : windows.slice(split.at);
  const strayOn = stray.filter((_, index) => onLine[split.headOff ? index : split.at + index]).length;
  if (stray.length < 3 || strayOn > 0.25 * stray.length) return null;
  const edge = windows[split.headOff ? split.at - 1 : split.at]!.cameraSeconds;
  const range = split.headOff ? { from: covered.from, to: edge + 0.5 } : { from: edge - 0.5, to: covered.to };
  if (range.to - range.from < 3) return null;
  const other = await trackPlace(
    pairing,
    { offsetSeconds: track.offsetSeconds, driftPpm: track.driftPpm, toleranceSeconds: 0.6, driftRangePpm: 60 },
    range,
  );
  if (!other.found || other.score < 1.3 * LEAST_LINE_SCORE) return null;
  const middle = (range.from + range.to) / 2;
  const jump = recorderSecondsAt(other, middle) - recorderSecondsAt(track, middle);
  if (Math.abs(jump) < 0.0004) return null;
  // A short piece tells its place well and its speed badly: both pieces run on the same clocks.
  const straight: TrackResult = {
    ...other,
    driftPpm: track.driftPpm,
    offsetSeconds: track.offsetSeconds + jump,
  };
  const at = (index: number) => windows[Math.min(windows.length - 1, Math.max(0, index))]!.cameraSeconds;
  const between = {
    from: Math.max(covered.from, at(split.at - 3)),
    to: Math.min(covered.to, at(split.at + 2)),
  };
  const after = split.headOff ? track : straight;
  const until = coveredCamera(after, camera.durationSeconds, recorder.durationSeconds)?.to ?? covered.to;
  return { before: split.headOff ? straight : track, after, between, until };
}

/** Where to part a row of flags so that one side is mostly set and the other mostly not. */
function bestSplit(flags: readonly boolean[]): { readonly at: number; readonly headOff: boolean } {
  const total = flags.reduce((sum, flag) => sum + (flag ? 1 : -1), 0);
  let head = 0;
  let best = { at: 0, headOff: false, lead: Number.NEGATIVE_INFINITY };
  for (let at = 1; at < flags.length; at++) {
    head += flags[at - 1] ? 1 : -1;
    const lead = 2 * head - total;
    if (Math.abs(lead) > best.lead) best = { at, headOff: lead < 0, lead: Math.abs(lead) };
  }
  return best;
}

/**
 * The camera second at which one line gives way to another. Short windows over the range vote for either; the change
 * lies where the fewest votes are on the wrong side.
 */
async function locateChange(
  pairing: Pairing,
  before: SyncLine,
  after: SyncLine,
  between: { readonly from: number; readonly to: number },
): Promise<number> {
  const window = 0.35;
  const step = 0.1;
  const votes: { at: number; lead: number }[] = [];
  for (let from = between.from; from + window <= between.to + 1e-9 && votes.length < 80; from += step) {
    const range = { from, to: from + window };
    const [old, next] = await Promise.all(
      [before, after].map((line) =>
        trackPlace(
          pairing,
          { offsetSeconds: line.offsetSeconds, driftPpm: line.driftPpm, toleranceSeconds: 0.001, driftRangePpm: 0 },
          range,
        ),
      ),
    );
    votes.push({ at: from + window / 2, lead: (old?.score ?? 0) - (next?.score ?? 0) });
  }
  if (votes.length === 0) return (between.from + between.to) / 2;
  // Up to `split` the votes should lean to the line before, from it on to the line after.
  let best = 0;
  let bestSum = Number.NEGATIVE_INFINITY;
  for (let split = 0; split <= votes.length; split++) {
    const sum = votes.reduce((total, vote, index) => total + (index < split ? vote.lead : -vote.lead), 0);
    if (sum > bestSum) {
      bestSum = sum;
      best = split;
    }
  }
  // In a pause nothing votes: the middle between the last that surely held to the one and the first to the other.
  const left = votes.slice(0, best).findLast(({ lead }) => lead >= 1.5)?.at ?? between.from;
  const right = votes.slice(best).find(({ lead }) => lead <= -1.5)?.at ?? between.to;
  return (left + right) / 2;
}
