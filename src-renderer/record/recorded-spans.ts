import type { Loop } from '../../src-shared/engine/live-engine.ts';
import type { TakeRow } from '../../src-shared/model/rows.ts';
import type { RecordState } from '../../src-shared/rpc/record-schemas.ts';

export type RecordedSpan = { readonly trackId: number; readonly fromSample: number; readonly toSample: number };

type GrowingTake = Pick<
  TakeRow,
  'trackId' | 'pass' | 'state' | 'punchInSample' | 'punchOutSample' | 'loopFromSample' | 'loopToSample'
>;

/**
 * What of the running takes lies behind the playhead: from the punch in to the playhead or the punch out, in a loop as
 * far as this lap goes. Spans are half-open; nothing before a punch.
 */
export function recordedSpans(
  takes: readonly GrowingTake[],
  { pass }: Pick<RecordState, 'pass'>,
  position: number,
): RecordedSpan[] {
  const spans: RecordedSpan[] = [];
  for (const take of takes) {
    if (take.pass !== pass || take.state !== 'recording' || take.punchInSample === null) continue;
    const { trackId, punchInSample, punchOutSample, loopFromSample, loopToSample } = take;
    const loop =
      loopFromSample === null || loopToSample === null ? null : { fromSample: loopFromSample, toSample: loopToSample };
    const inSample = inLap(punchInSample, loop);
    // Behind the seam a lap began at the loop's start.
    const fromSample = loop && inSample > position ? loop.fromSample : inSample;
    const outSample = punchOutSample === null ? Number.POSITIVE_INFINITY : inLap(punchOutSample, loop);
    const toSample = outSample > fromSample ? Math.min(position, outSample) : position;
    if (toSample > fromSample) spans.push({ trackId, fromSample, toSample });
  }
  return spans;
}

/** Punches are counted along the roll: where such a place lies in the loop. */
function inLap(sample: number, loop: Loop | null): number {
  if (!loop || sample < loop.toSample) return sample;
  return loop.fromSample + ((sample - loop.toSample) % (loop.toSample - loop.fromSample));
}
