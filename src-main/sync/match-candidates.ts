import { coveredCamera } from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import { clapPlaces } from './find-claps.ts';
import type { VerifiedMatch } from './line-verification.ts';
import { type ClipLanes, inOrder } from './spare-lanes.ts';
import type { SyncKernel } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';
import type { Place } from './track-place.ts';

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
  /** Lanes without a clip of their own, which may look ahead for this one. */
  readonly spare?: ClipLanes;
};

/** Envelope frames are 20 ms. */
const envelopeTolerance = 0.05;
/** Timecode generators wander some frames apart in a day; whole-frame labels add one. */
const timecodeTolerance = 0.25;
/** Unrelated sounds reach 5 in an envelope search; above this a place is all but certain. */
export const likelyEnvelope = 6;
/** A pull smears the envelopes: a place that would else be all but certain comes down to this. */
const pulledEnvelope = 4;
/** Places that claps speak for, each to be tracked. */
const mostClapPlaces = 12;
/** Unrelated sounds reach 5 to 5.7 in a look at places; below this a place is not tracked, but for the best two. */
const faintestPlace = 5;
/**
 * Sound pulled up or down by 0.1 % (24 against 23.976 frames a second), and clocks far out of true: with the range each
 * is tracked over, every speed up to 0.13 % off.
 */
const pulledPpm = [1000, -1000, 400, -400];
const pulledRangePpm = 300;

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
export async function envelopeCandidates(matching: Matching): Promise<Candidate[]> {
  const { camera, recorders } = matching;
  const found = await searchIndex(matching, recorders, wholeOf(camera), 4);
  return found.map(({ recorder: index, offsetSeconds, score }) => {
    const recorder = recorders[index]!;
    // A drift spreads the peak over more frames the longer the clip.
    const tolerance = envelopeTolerance + 60e-6 * Math.min(camera.durationSeconds, recorder.durationSeconds);
    return candidateAt(camera, recorder, offsetSeconds, tolerance, score);
  });
}

type Range = { readonly from: number; readonly to: number };

function wholeOf(camera: SyncSource): Range {
  return { from: 0, to: camera.durationSeconds };
}

/** Places of all files, best first; equally good ones in the order of the files. */
async function searchIndex(
  { kernel, camera, cancelFlag }: Matching,
  recorders: readonly SyncSource[],
  { from, to }: Range,
  most: number,
) {
  const sources = recorders.map(({ native }) => native);
  const request = { cameraFrom: from, cameraTo: to, most };
  const found = await kernel.syncSearchIndex(camera.native, sources, request, cancelFlag);
  return found.sort((a, b) => b.score - a.score);
}

/**
 * Candidates that little speaks for yet, by how well a few windows of waveform fit there: those worth tracking, best
 * first. Tracking costs twenty times as much.
 */
export async function checkedCandidates(matching: Matching, candidates: readonly Candidate[]): Promise<Candidate[]> {
  const { camera } = matching;
  const places = candidates.slice(0, 64);
  if (places.length === 0) return [];
  const tolerance = Math.max(...places.map(({ place }) => place.toleranceSeconds));
  const found = await lookAtPlaces(matching, places, wholeOf(camera), { tolerance, kept: 12 });
  const worthTracking = (found[0]?.rank ?? 0) >= surePlace ? 6 : 12;
  return found.slice(0, worthTracking).filter(({ rank }, index) => index < 2 || rank >= faintestPlace);
}

/** The places of a list that fit best by a few windows of waveform, `most` of them, best first. */
export async function likeliestPlaces(
  matching: Matching,
  candidates: readonly Candidate[],
  most: number,
): Promise<Candidate[]> {
  if (candidates.length <= most) return [...candidates];
  const tolerance = Math.max(...candidates.map(({ place }) => place.toleranceSeconds));
  return lookAtPlaces(matching, candidates, wholeOf(matching.camera), { tolerance, kept: most });
}

async function lookAtPlaces(
  { kernel, camera, recorders, cancelFlag }: Matching,
  candidates: readonly { readonly recorder: SyncSource; readonly place: { readonly offsetSeconds: number } }[],
  range: Range,
  { tolerance, kept }: { readonly tolerance: number; readonly kept: number },
): Promise<Candidate[]> {
  const numbers = new Map(recorders.map((recorder, index) => [recorder, index]));
  const found = await kernel.syncCheckPlaces(
    camera.native,
    recorders.map(({ native }) => native),
    candidates.map(({ recorder, place }) => ({
      recorder: numbers.get(recorder)!,
      offsetSeconds: place.offsetSeconds,
    })),
    {
      cameraFrom: range.from,
      cameraTo: range.to,
      toleranceSeconds: tolerance,
      driftRangePpm: 150,
      rounds: [
        { windows: 2, kept: Math.max(kept, Math.ceil(0.45 * candidates.length)) },
        { windows: 6, kept },
        { windows: 16, kept },
      ],
    },
    cancelFlag,
  );
  return found.map(({ place, offsetSeconds, score }) => {
    const { recorder, place: given } = candidates[place]!;
    // What few windows say of a faint place is not where it lies.
    return score >= surePlace
      ? candidateAt(camera, recorder, offsetSeconds, 0.02, score)
      : candidateAt(camera, recorder, given.offsetSeconds, tolerance, score);
  });
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

/** Where a clap of the camera would fall on one of a recorder file: for sound too faint to be found by anything else. */
export function clapCandidates({ camera, recorders }: Matching): Candidate[] {
  return clapPlaces(camera, recorders, mostClapPlaces).map(({ recorder, offsetSeconds, toleranceSeconds, likeness }) =>
    candidateAt(camera, recorder, offsetSeconds, toleranceSeconds, likeness),
  );
}

/** Envelopes forgive a pull that waveforms do not: likely places that did not hold are tried at the pulled speeds. */
export function pulledCandidates(candidates: readonly Candidate[]): Candidate[] {
  return candidates
    .filter(({ rank }) => rank >= pulledEnvelope)
    .slice(0, 4)
    .flatMap((candidate) => pulledPpm.map((driftPpm) => ({ ...candidate, place: pulledPlace(candidate, driftPpm) })));
}

/** The same place at the middle of the overlap, at another speed. */
function pulledPlace({ place, middle }: Candidate, driftPpm: number): Place {
  return {
    offsetSeconds: place.offsetSeconds - middle * driftPpm * 1e-6,
    driftPpm,
    driftRangePpm: pulledRangePpm,
    toleranceSeconds: place.toleranceSeconds + 0.05,
  };
}

/**
 * Recorder minutes up to which the waveform itself is searched from end to end, with this many windows times minutes at
 * most. In more than that the places are looked at where the envelopes fit best, the same number however long the day.
 */
const searchedMinutes = 8;
const searchedWindowMinutes = 352;
/** Places that are looked at of one file at most. */
const mostPlacesOfFile = 64;
/** Unrelated sounds reach 8 in a search of the waveform, and 5.7 in a look at places. */
const sureSearch = 12;
const surePlace = 8;

/** How hard the sound is looked for: windows of a search from end to end, else so many places of all and by file. */
type Effort = {
  readonly mostWindows: number;
  readonly mostCandidates: number;
  readonly placesOfAll: number;
  readonly placesByFile: number;
  /** Only what is all but certain. */
  readonly sure: boolean;
};

/**
 * Measured on generated days of 200 files: speech 20 dB under the noise, which envelopes alone do not find, lies among
 * the best 160 places of all or the best 6 of its file.
 */
const faintSound: Effort = {
  mostWindows: 44,
  mostCandidates: 3,
  placesOfAll: 512,
  placesByFile: 512,
  sure: false,
};
const shortSeconds = 6;
/** What is to rival a match is about as loud as that. */
const rivalSound: Effort = { mostWindows: 12, mostCandidates: 4, placesOfAll: 96, placesByFile: 96, sure: false };
/** A part of a clip is little sound, which tells little. */
const partSound: Effort = { mostWindows: 8, mostCandidates: 2, placesOfAll: 192, placesByFile: 192, sure: true };

/** Where the waveform itself is found again: slow, and finds what lies far under the noise. */
export async function waveformCandidates(matching: Matching): Promise<Candidate[]> {
  const { camera, recorders } = matching;
  // A clip of a few seconds is one or two windows: its place may not be among the highest by chance.
  const mostCandidates = camera.durationSeconds < shortSeconds ? 12 : faintSound.mostCandidates;
  const effort = { ...faintSound, mostCandidates };
  return checkedCandidates(matching, await searchSound(matching, recorders, wholeOf(camera), effort));
}

/** Other places that the clip may fit about as well as where it was matched. */
export async function rivalCandidates(matching: Matching): Promise<Candidate[]> {
  const { camera, recorders } = matching;
  return searchSound(matching, recorders, wholeOf(camera), rivalSound);
}

/** Where a part of a clip lies that no match covers. */
export async function gapCandidates(
  matching: Matching,
  recorders: readonly SyncSource[],
  gap: Range,
): Promise<Candidate[]> {
  const found = await searchSound(matching, recorders, gap, partSound);
  return found.slice(0, 4);
}

async function searchSound(
  matching: Matching,
  recorders: readonly SyncSource[],
  range: Range,
  search: Effort,
): Promise<Candidate[]> {
  const { kernel, camera, cancelFlag, signal, spare } = matching;
  const minutes = recorders.reduce((sum, recorder) => sum + recorder.durationSeconds, 0) / 60;
  if (minutes > searchedMinutes) {
    const checked = await checkedPlaces(matching, recorders, range, search);
    return search.sure ? checked.filter(({ rank }) => rank > surePlace) : checked;
  }
  const all: Candidate[] = [];
  const searchIn = (recorder: SyncSource) =>
    kernel.syncSearchWaveform(
      camera.native,
      recorder.native,
      {
        cameraFrom: range.from,
        cameraTo: range.to,
        mostWindows: Math.min(search.mostWindows, Math.floor(searchedWindowMinutes / Math.max(1, minutes))),
        mostCandidates: search.mostCandidates,
        offsetFrom: -camera.durationSeconds,
        offsetTo: recorder.durationSeconds,
        driftPpm: 0,
      },
      cancelFlag,
    );
  for await (const [recorder, found] of inOrder(recorders, searchIn, spare)) {
    signal.throwIfAborted();
    for (const { offsetSeconds, score } of found ?? [])
      if (!search.sure || score > sureSearch) all.push(candidateAt(camera, recorder, offsetSeconds, 0.02, score));
  }
  return all.sort((a, b) => b.rank - a.rank);
}

/** The places where envelopes fit best, by how well the waveform fits there. */
async function checkedPlaces(
  matching: Matching,
  recorders: readonly SyncSource[],
  range: Range,
  { placesOfAll, placesByFile }: Effort,
): Promise<Candidate[]> {
  const { signal } = matching;
  const found = await searchIndex(matching, recorders, range, mostPlacesOfFile);
  signal.throwIfAborted();
  const ofEach = Math.max(1, Math.floor(placesByFile / recorders.length));
  const taken = new Map<number, number>();
  const places = found.filter(({ recorder }, rank) => {
    const ofFile = (taken.get(recorder) ?? 0) + 1;
    taken.set(recorder, ofFile);
    return rank < placesOfAll || ofFile <= ofEach;
  });
  return lookAtPlaces(
    matching,
    places.slice(0, placesOfAll + placesByFile).map(({ recorder, offsetSeconds }) => ({
      recorder: recorders[recorder]!,
      place: { offsetSeconds },
    })),
    range,
    { tolerance: envelopeTolerance + 60e-6 * (range.to - range.from), kept: 112 },
  );
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
