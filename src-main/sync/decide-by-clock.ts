import type { LtcClock } from '../../src-shared/sync/ltc-clock.ts';
import { formatSeconds } from '../../src-shared/sync/sync-reasons.ts';
import type { SyncAlternative, SyncPair } from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import { nameOf, type SyncOutcome } from './sync-input.ts';
import type { SyncSource } from './sync-source.ts';

/** A camera clip whose sound is timecode alone. */
export type ClockOnlyClip = { readonly id: string; readonly ltc: LtcClock; readonly durationSeconds: number };

/** Nothing but the clock speaks for it, though the clock was borne out on another clip. */
const clockConfidence = 0.9;
/** Files of one recorder follow each other; more than this on top of each other cannot come from one machine. */
const overlapSeconds = 1;

/**
 * Lays a clip whose sound is timecode alone by that clock. No waveform can bear it out, and two days share the same
 * hours, so it counts as a match only where the clocks are `borneOut`: another clip was matched by its sound and its
 * timecode agreed, so camera and recorder clocks are known to run together. Elsewhere, and where recorder files that ran at
 * the same time all fit, the places are offered and a person decides.
 */
export function decideByClock(clip: ClockOnlyClip, recorders: readonly SyncSource[], borneOut: boolean): SyncOutcome {
  const places = recorders.flatMap((recorder) => placeOn(clip, recorder));
  if (places.length === 0)
    return {
      camera: clip.id,
      reason: 'The camera recorded timecode alone, and no recorder file was running at that time.',
    };
  const together = places.some((place, index) => places.slice(index + 1).some((other) => overlap(place, other)));
  if (borneOut && !together) return { camera: clip.id, pairs: places.map((place) => pairOf(clip, place)) };
  const [first, ...more] = places;
  const names = places.slice(0, 3).map(({ recorder, offset }) => `${nameOf(recorder.input)} at ${at(offset)}`);
  return {
    camera: clip.id,
    reason: together
      ? `The camera recorded timecode alone, and several recorder files were running at that time: ${names.join(', ')}. Choose one.`
      : `The camera recorded timecode alone. It points to ${names.join(', ')}, but no other clip shows that camera and recorder ran on one clock.`,
    suggestion: { ...alternative(first!, clip), method: 'ltc' },
    ...(more.length > 0 ? { alternatives: more.map((place) => alternative(place, clip)) } : {}),
  };
}

type Place = {
  readonly recorder: SyncSource;
  readonly offset: number;
  readonly from: number;
  readonly to: number;
};

function placeOn(clip: ClockOnlyClip, recorder: SyncSource): Place[] {
  const { durationSeconds } = clip;
  const offset = timecodeOffset(
    { startSeconds: clip.ltc.secondsAtZero, durationSeconds },
    { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
    1,
  );
  if (offset === null) return [];
  const from = Math.max(0, -offset);
  return [{ recorder, offset, from, to: Math.min(durationSeconds, recorder.durationSeconds - offset) }];
}

function overlap(a: Place, b: Place): boolean {
  return Math.min(a.to, b.to) - Math.max(a.from, b.from) > overlapSeconds;
}

function at(offset: number): string {
  return formatSeconds(Math.max(0, offset));
}

function alternative({ recorder, offset }: Place, { ltc }: ClockOnlyClip): SyncAlternative {
  return {
    recorder: recorder.input.id,
    offsetSamplesAt48k: offset * 48_000,
    driftPpm: ltc.driftPpm,
    likeness: 1,
    byClock: true,
  };
}

function pairOf({ id, ltc }: ClockOnlyClip, { recorder, offset }: Place): SyncPair {
  return {
    camera: id,
    recorder: recorder.input.id,
    offsetSamplesAt48k: offset * 48_000,
    driftPpm: ltc.driftPpm,
    method: 'ltc',
    confidence: clockConfidence,
    reason: `The camera recorded timecode alone; ${ltc.words} words of it put the clip here, on a clock that other clips bear out by their sound. It has no other sound that could confirm it: look whether the picture fits the recorder’s sound, at a clap or at lips.`,
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    inverted: false,
    clockOffsetSamplesAt48k: offset * 48_000,
  };
}
