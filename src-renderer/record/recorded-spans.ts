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
    let fromSample = punchInSample;
    let outSample = punchOutSample ?? Number.POSITIVE_INFINITY;
    if (
      loopFromSample !== null &&
      loopToSample !== null &&
      (punchInSample > position || punchInSample >= loopToSample)
    ) {
      // Punches are counted along the roll: after the seam the lap began at the loop's start.
      fromSample = loopFromSample;
      outSample = Math.min(outSample, loopToSample);
    }
    const toSample = Math.min(position, outSample);
    if (toSample > fromSample) spans.push({ trackId, fromSample, toSample });
  }
  return spans;
}
