import type { SyncResidual } from '../../src-shared/sync/sync-evidence.ts';
import type { LostSound } from '../../src-shared/sync/sync-reasons.ts';
import { recorderSecondsAt, type SyncPair } from '../../src-shared/sync/sync-result.ts';
import { timecodeOffset } from '../../src-shared/sync/timecode-candidates.ts';
import type { VerifiedMatch } from './line-verification.ts';
import type { SyncSource } from './sync-source.ts';

const mostResiduals = 48;
/** A clock that says something else by more than this tells of another moment, not of the camera's distance. */
const sameMomentSeconds = 0.25;

/** What the files' clocks say of a match: the electrical offset, and how far it is from the acoustic one. */
export type ClockEvidence = Pick<SyncPair, 'clockOffsetSamplesAt48k' | 'acousticDelayMs'> & {
  /** Distance of the sound's line from the clocks', seconds; null where they say nothing. */
  readonly errorSeconds: number | null;
  /** Why the sound's way is not told though the clocks agree. */
  readonly frameQuantised: boolean;
};

/**
 * Timecode in the sound is read to a fraction of a sample, so what the sound's line is behind it is the way through the
 * air: the camera hears later than the recorder's microphone, and the offset is smaller by that delay (acoustic less
 * electrical, negative for a far camera). A container's timecode counts whole frames of up to 42 ms, more than any way
 * on a set, and so tells the moment but not the distance.
 */
export function clockEvidence(camera: SyncSource, { recorder, lines }: VerifiedMatch): ClockEvidence {
  const { ltc } = camera;
  const offset = timecodeOffset(
    { startSeconds: ltc?.secondsAtZero ?? camera.input.startSeconds, durationSeconds: camera.durationSeconds },
    { startSeconds: recorder.input.startSeconds, durationSeconds: recorder.durationSeconds },
    Number.NEGATIVE_INFINITY,
  );
  if (offset === null)
    return { clockOffsetSamplesAt48k: null, acousticDelayMs: null, errorSeconds: null, frameQuantised: false };
  const first = lines[0]!;
  const errorSeconds = first.offsetSeconds - offset;
  if (Math.abs(errorSeconds) > sameMomentSeconds)
    return { clockOffsetSamplesAt48k: null, acousticDelayMs: null, errorSeconds, frameQuantised: false };
  const clockOffsetSamplesAt48k = offset * 48_000;
  if (!ltc) return { clockOffsetSamplesAt48k, acousticDelayMs: null, errorSeconds, frameQuantised: true };
  // Both lines in the middle of the first piece, where either is known best.
  const middle = (first.from + first.to) / 2;
  const electrical = recorderSecondsAt({ offsetSeconds: offset, driftPpm: ltc.driftPpm }, middle);
  const acousticDelayMs = (recorderSecondsAt(first, middle) - electrical) * 1000;
  return { clockOffsetSamplesAt48k, acousticDelayMs, errorSeconds, frameQuantised: false };
}

/** The error over the clip: how far each stretch that was heard lies from the line it belongs to. */
export function residualsOf({ lines }: VerifiedMatch): SyncResidual[] {
  const all = lines.flatMap((line) => line.measurements);
  const every = Math.max(1, Math.ceil(all.length / mostResiduals));
  return all
    .filter((_, index) => index % every === 0)
    .map(({ seconds, lagSeconds, weight }) => ({
      cameraSeconds: seconds,
      lagMs: lagSeconds * 1000,
      weight: Math.min(1, weight / 900),
    }))
    .sort((a, b) => a.cameraSeconds - b.cameraSeconds);
}

/** Where the camera lost sound (or repeated some, negative), and how much. */
export function lossesOf({ lines }: VerifiedMatch): LostSound[] {
  return lines.flatMap((line, index) => {
    const before = lines[index - 1];
    if (line.begins !== 'lost samples' || !before) return [];
    const seconds = recorderSecondsAt(line, line.from) - recorderSecondsAt(before, line.from);
    return [{ atSeconds: line.from, lostSeconds: seconds }];
  });
}
