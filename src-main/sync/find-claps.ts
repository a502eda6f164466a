import type { SyncLandmark } from '../../src-shared/sync/sync-evidence.ts';
import { recorderSecondsAt, type SyncPair } from '../../src-shared/sync/sync-result.ts';
import type { Transient } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** From this likeness on a transient is told as a clap. */
export const LEAST_CLAP = 0.5;

/** So much like a clap that it is told though a recorder file does not hold it. */
const SURE_CLAP = 0.85;

/**
 * What one file all but calls a clap bears out what the other hears at that very moment, however little it has of one:
 * a minute of camera sound holds some ten transients at most, which seldom fall on a clap of the recorder by chance.
 */
const leastOfOne = 0.4;
const leastOfOther = 0.004;
/** Less like a clap than this on the recorder, which is near, contradicts what the camera takes for one. */
const leastOnRecorder = 0.08;

/**
 * Claps lie on the line of a match: it is the line of the sound. The times of arrival of the two are right to a
 * millisecond each.
 */
const coincidenceSeconds = 0.002;
/** A slate stands where it likes; by the way its sound takes to each microphone it may be off the dialogue's line. */
const acousticSeconds = 0.04;
/** A landmark that is no clap: the quieter of the two is at least this loud against its own file's loud moments. */
const leastLandmarkDb = -12;

/** What a match is, to somebody who looks for claps on it: its lines in order, each for a stretch of camera seconds. */
export type LineForClaps = {
  readonly offsetSeconds: number;
  readonly driftPpm: number;
  readonly from: number;
  readonly to: number;
};

/** What the claps say of a match. */
export type ClapWitness = {
  /** Camera seconds of the claps that both files hold on the line. */
  readonly together: readonly number[];
  /** Claps of the camera, within what the recorder file covers, that the recorder does not hold, though it holds others there. */
  readonly apart: readonly number[];
  /** The first clap that both hold, else the loudest transient that both hold. */
  readonly landmark: SyncLandmark | null;
};

/**
 * Camera seconds of the claps in a camera's sound, in order. What its recorder files say of the same moments counts: a
 * camera far off hears a clap faintly that they are sure of, and takes for one what they do not hold.
 */
export function cameraClaps(
  camera: Pick<SyncSource, 'summary' | 'durationSeconds' | 'onlyLtc'>,
  pairs: readonly SyncPair[],
  recorders: readonly SyncSource[],
): number[] {
  if (camera.onlyLtc) return [];
  const { transients } = camera.summary;
  const likeness = new Map(transients.map((sound) => [sound.seconds, sound.clapLikeness]));
  for (const pair of pairs) {
    const recorder = recorders.find(({ input }) => input.id === pair.recorder);
    if (!recorder) continue;
    const lines = linesOf(pair, camera.durationSeconds);
    const heard = recorder.summary.transients;
    for (const seconds of clapWitness(transients, heard, lines).together) likeness.set(seconds, 1);
    for (const sound of transients) {
      const line = lines.find(({ from, to }) => sound.seconds >= from && sound.seconds < to);
      if (!line || (likeness.get(sound.seconds) ?? 0) >= SURE_CLAP) continue;
      const at = recorderSecondsAt(line, sound.seconds);
      if (at < 0.2 || at > recorder.durationSeconds - 0.2) continue;
      const other = nearest(heard, at);
      if (!other || Math.abs(other.seconds - at) > acousticSeconds || other.clapLikeness < leastOnRecorder)
        likeness.set(sound.seconds, 0);
    }
  }
  return transients.map(({ seconds }) => seconds).filter((seconds) => (likeness.get(seconds) ?? 0) >= LEAST_CLAP);
}

function linesOf(pair: SyncPair, cameraSeconds: number): LineForClaps[] {
  const pieces = pair.segments?.length
    ? pair.segments
    : [{ fromSeconds: 0, offsetSamplesAt48k: pair.offsetSamplesAt48k, driftPpm: pair.driftPpm }];
  return pieces.map(({ fromSeconds, offsetSamplesAt48k, driftPpm }, index) => ({
    offsetSeconds: offsetSamplesAt48k / 48_000,
    driftPpm,
    from: fromSeconds,
    to: pieces[index + 1]?.fromSeconds ?? cameraSeconds,
  }));
}

/** Compares the transients of two files along a match's lines. Both come in order of time. */
export function clapWitness(
  camera: readonly Transient[],
  recorder: readonly Transient[],
  lines: readonly LineForClaps[],
): ClapWitness {
  const together: number[] = [];
  const apart: number[] = [];
  let loudest: { readonly cameraSeconds: number; readonly loudnessDb: number } | null = null;
  const recorderClaps = recorder.filter(({ clapLikeness }) => clapLikeness >= LEAST_CLAP);
  for (const line of lines) {
    const [from, to] = [recorderSecondsAt(line, line.from), recorderSecondsAt(line, line.to)];
    const heldThere = recorderClaps.some(({ seconds }) => seconds >= from && seconds <= to);
    for (const sound of camera) {
      if (sound.seconds < line.from || sound.seconds > line.to) continue;
      const at = recorderSecondsAt(line, sound.seconds);
      const other = nearest(recorder, at);
      const distance = other ? Math.abs(other.seconds - at) : Number.POSITIVE_INFINITY;
      if (other && distance <= coincidenceSeconds) {
        if (areOneClap(sound, other)) together.push(sound.seconds);
        const loudnessDb = Math.min(sound.loudnessDb, other.loudnessDb);
        if (loudnessDb > (loudest?.loudnessDb ?? leastLandmarkDb))
          loudest = { cameraSeconds: sound.seconds, loudnessDb };
      } else if (sound.clapLikeness >= LEAST_CLAP && heldThere && !isNear(recorderClaps, at)) apart.push(sound.seconds);
    }
  }
  const [first] = together;
  if (first !== undefined) return { together, apart, landmark: { cameraSeconds: first, kind: 'clap' } };
  return {
    together,
    apart,
    landmark: loudest && { cameraSeconds: loudest.cameraSeconds, kind: 'transient' },
  };
}

function areOneClap(a: Transient, b: Transient): boolean {
  const [less, more] = [a.clapLikeness, b.clapLikeness].sort((x, y) => x - y);
  return more! >= leastOfOne && less! >= leastOfOther;
}

function isNear(claps: readonly Transient[], at: number): boolean {
  const clap = nearest(claps, at);
  return clap !== null && Math.abs(clap.seconds - at) <= acousticSeconds;
}

/** By bisection; null of none. */
function nearest(sounds: readonly Transient[], seconds: number): Transient | null {
  let [low, high] = [0, sounds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sounds[middle]!.seconds < seconds) low = middle + 1;
    else high = middle;
  }
  const [before, after] = [sounds[low - 1], sounds[low]];
  if (!before || !after) return before ?? after ?? null;
  return seconds - before.seconds <= after.seconds - seconds ? before : after;
}

/** A place that one clap in each file speaks for: camera second 0 falls on recorder second `offsetSeconds`. */
export type ClapPlace = {
  readonly recorder: SyncSource;
  readonly offsetSeconds: number;
  /** How far the dialogue may lie from the clap: the slate's own way to the two microphones. */
  readonly toleranceSeconds: number;
  /** 0 to 1: both claps' likeness. */
  readonly likeness: number;
};

/** Likely places for a camera clip whose waveform says too little, best first; only the waveform can confirm one. */
export function clapPlaces(camera: SyncSource, recorders: readonly SyncSource[], most: number): ClapPlace[] {
  const places = recorders.flatMap((recorder) =>
    camera.summary.transients.flatMap((a) =>
      a.clapLikeness < LEAST_CLAP / 2
        ? []
        : recorder.summary.transients.flatMap((b) =>
            b.clapLikeness < LEAST_CLAP
              ? []
              : [
                  {
                    recorder,
                    offsetSeconds: b.seconds - a.seconds,
                    toleranceSeconds: acousticSeconds,
                    likeness: a.clapLikeness * b.clapLikeness,
                  },
                ],
          ),
    ),
  );
  return places.sort((a, b) => b.likeness - a.likeness).slice(0, most);
}
