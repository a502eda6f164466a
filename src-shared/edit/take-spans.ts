import type { TakeRow } from '../model/rows.ts';

/** A stretch of a recorded file on the timeline (see `TakeRow`). */
export type TakeSpan = Pick<TakeRow, 'startSample'> & {
  readonly punchInSample: number;
  readonly punchOutSample: number;
};

/** Some eleven years at 48 kHz: a punch out from here on is one of {@link endInEachLap}. */
const EACH_LAP_FROM_SAMPLE = 2 ** 44;

/**
 * The punch out, along the roll, of a range that is punched in every lap of a loop from its first on, where it ends at
 * `outSample`. It lies beyond any roll, at the same place of a lap: a take that is being recorded has but one punch.
 */
export function endInEachLap(outSample: number, loop: NonNullable<RolledFile['loop']>): number {
  return outSample + lapsBeyondAnyRoll(loop);
}

/** Whether a punch out is one of {@link endInEachLap}. */
export function endsInEachLap(outSample: number | null): boolean {
  return outSample !== null && outSample >= EACH_LAP_FROM_SAMPLE;
}

function lapsBeyondAnyRoll({ fromSample, toSample }: NonNullable<RolledFile['loop']>): number {
  const lapSamples = toSample - fromSample;
  return Math.ceil(EACH_LAP_FROM_SAMPLE / lapSamples) * lapSamples;
}

/** What was recorded in one roll, in samples along the roll: the timeline, but that a loop does not take them back. */
export type RolledFile = {
  /** Of the file's first sample. */
  readonly startSample: number;
  readonly lengthSamples: number;
  /** What was punched; an end that is null is the file's, one of {@link endInEachLap} repeats the punch in every lap. */
  readonly punches: readonly { readonly inSample: number; readonly outSample: number | null }[];
  readonly loop: { readonly fromSample: number; readonly toSample: number } | null;
};

/**
 * The stretches of a recorded file that become takes, oldest first: each punch, cut where a loop went back, as far as the
 * file and the timeline reach. Exact: the n-th lap of a loop `[a, b)` begins `(b - start) + (n - 1)(b - a)` samples into
 * the file. Empty where nothing of what was punched is in the file.
 */
export function takeSpans({ startSample, lengthSamples, punches, loop }: RolledFile): TakeSpan[] {
  const end = startSample + lengthSamples;
  const lapSamples = loop ? loop.toSample - loop.fromSample : 0;
  const ordered = punches.flatMap((punch) => inEachLap(punch, loop, end)).sort((a, b) => a.inSample - b.inSample);
  const spans: TakeSpan[] = [];
  for (const { inSample, outSample } of ordered) {
    const from = Math.max(inSample, startSample);
    const to = Math.min(outSample ?? end, end);
    for (let at = from; at < to; ) {
      // How often the loop has gone back by then; a roll that begins beyond the loop's end never does.
      const laps =
        loop && lapSamples > 0 && at >= loop.toSample ? 1 + Math.floor((at - loop.toSample) / lapSamples) : 0;
      const lapEnd = loop && lapSamples > 0 ? loop.toSample + laps * lapSamples : to;
      const until = Math.min(to, lapEnd);
      const back = laps * lapSamples;
      const punchInSample = Math.max(0, at - back);
      const punchOutSample = until - back;
      if (punchOutSample > punchInSample) {
        spans.push({ startSample: startSample - back, punchInSample, punchOutSample });
      }
      at = until;
    }
  }
  return spans;
}

/** A range that is punched in every lap, as often as it was come to before `endSample`; any other punch as it is. */
function inEachLap(
  punch: RolledFile['punches'][number],
  loop: RolledFile['loop'],
  endSample: number,
): readonly RolledFile['punches'][number][] {
  if (!loop || punch.outSample === null || !endsInEachLap(punch.outSample)) return [punch];
  const outSample = punch.outSample - lapsBeyondAnyRoll(loop);
  const laps = [{ inSample: punch.inSample, outSample }];
  // A range that begins before the loop begins with it in further laps.
  const inLap = Math.max(punch.inSample, loop.fromSample);
  const lapSamples = loop.toSample - loop.fromSample;
  for (let back = lapSamples; inLap + back < endSample; back += lapSamples)
    laps.push({ inSample: inLap + back, outSample: outSample + back });
  return laps;
}
