import { coveredCamera } from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import type { Place, VerifiedMatch } from './line-verification.ts';
import type { SyncKernel } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** A place that something speaks for, not yet tracked. */
export type Candidate = {
  readonly recorder: SyncSource;
  readonly place: Place;
  /** What speaks for it before it is tracked; timecode comes first. */
  readonly rank: number;
  readonly timecode: boolean;
  /** The middle of the overlap, camera seconds. */
  readonly middle: number;
};

/** A camera clip and the recorder files it may belong to. */
export type Matching = {
  readonly kernel: SyncKernel;
  readonly camera: SyncSource;
  readonly recorders: readonly SyncSource[];
  readonly cancelFlag: Int32Array;
  readonly signal: AbortSignal;
};

/** Envelope frames are 20 ms. */
const envelopeTolerance = 0.05;
/** Timecode generators wander some frames apart in a day; whole-frame labels add one. */
const timecodeTolerance = 0.25;
/** Unrelated sounds reach 5 in an envelope search; above this a place is all but certain. */
export const likelyEnvelope = 6;
/** Sound pulled up or down by 0.1 % (24 against 23.976 frames a second). */
const pulledPpm = [1000, -1000];

/** Where the files' timecodes put the clip. */
export function timecodeCandidates(camera: SyncSource, recorders: readonly SyncSource[]): Candidate[] {
  const start = camera.ltc?.secondsAtZero ?? camera.input.startSeconds;
  return recorders.flatMap((recorder) => {
    const offset = timecodeOffset(
      { startSeconds: start, durationSeconds: camera.durationSeconds },
      { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
    );
    if (offset === null) return [];
    return [{ ...candidateAt(camera, recorder, offset, timecodeTolerance, 1000), timecode: true }];
  });
}

/** Where the loudness of twelve bands over time fits: quick, and blind only to the faintest sound. */
export async function envelopeCandidates({ kernel, camera, recorders, cancelFlag }: Matching): Promise<Candidate[]> {
  const sources = recorders.map(({ native }) => native);
  const found = await kernel.syncSearchIndex(camera.native, sources, 4, cancelFlag);
  const all = found.map(({ recorder: index, offsetSeconds, score }) => {
    const recorder = recorders[index]!;
    // A drift spreads the peak over more frames the longer the clip.
    const tolerance = envelopeTolerance + 60e-6 * Math.min(camera.durationSeconds, recorder.durationSeconds);
    return candidateAt(camera, recorder, offsetSeconds, tolerance, score);
  });
  return all.sort((a, b) => b.rank - a.rank);
}

/** A place to be tracked, its middle worked out. */
export function candidateAt(
  camera: SyncSource,
  recorder: SyncSource,
  offsetSeconds: number,
  toleranceSeconds: number,
  rank: number,
): Candidate {
  const place = { offsetSeconds, driftPpm: 0, toleranceSeconds };
  const covered = coveredCamera(place, camera.durationSeconds, recorder.durationSeconds);
  return { recorder, place, rank, timecode: false, middle: covered ? (covered.from + covered.to) / 2 : 0 };
}

/** Envelopes forgive a pull that waveforms do not: likely places that did not hold are tried at the pulled speeds. */
export function pulledCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ rank }) => rank >= likelyEnvelope)
    .slice(0, 4)
    .flatMap((candidate) => pulledPpm.map((driftPpm) => ({ ...candidate, place: pulledPlace(candidate, driftPpm) })));
}

/** The same place at the middle of the overlap, at another speed. */
function pulledPlace({ place, middle }: Candidate, driftPpm: number): Place {
  return {
    offsetSeconds: place.offsetSeconds - middle * driftPpm * 1e-6,
    driftPpm,
    toleranceSeconds: place.toleranceSeconds + 0.05,
  };
}

/** Where windows of the waveform itself are found again: slow, and finds what lies far under the noise. */
export async function waveformCandidates(matching: Matching): Promise<Candidate[]> {
  const { kernel, camera, recorders, cancelFlag, signal } = matching;
  const minutes = recorders.reduce((sum, recorder) => sum + recorder.durationSeconds, 0) / 60;
  // A whole day's files share out the work that a small bin may spend on every window.
  const mostWindows = Math.max(6, Math.min(44, Math.floor(800 / Math.max(1, minutes))));
  const all: Candidate[] = [];
  for (const recorder of recorders) {
    signal.throwIfAborted();
    const found = await kernel.syncSearchWaveform(
      camera.native,
      recorder.native,
      {
        cameraFrom: 0,
        cameraTo: camera.durationSeconds,
        mostWindows,
        mostCandidates: 3,
        offsetFrom: -camera.durationSeconds,
        offsetTo: recorder.durationSeconds,
        driftPpm: 0,
      },
      cancelFlag,
    );
    for (const { offsetSeconds, score } of found) all.push(candidateAt(camera, recorder, offsetSeconds, 0.02, score));
  }
  return all.sort((a, b) => b.rank - a.rank);
}

/** The files before and after a matched one, where the recorder's own timecode puts them. */
export function neighbourCandidates({ camera, recorders }: Matching, matches: readonly VerifiedMatch[]): Candidate[] {
  return matches.flatMap(({ recorder: matched, lines }) =>
    recorders.flatMap((recorder) => {
      const [a, b] = [matched.input.startSeconds, recorder.input.startSeconds];
      if (recorder === matched || a === null || a === undefined || b === null || b === undefined) return [];
      const offsetSeconds = lines[0]!.offsetSeconds + a - b;
      return [{ ...candidateAt(camera, recorder, offsetSeconds, 0.1, 900), timecode: true }];
    }),
  );
}
