import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { convertSamples } from '../../src-shared/time/sample-position.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';

const inForce = new WeakMap<SyncMatchRow, number>();

/**
 * Where the camera's first sample lies in the recorder's file as the match stands: by the sound or the clock, whichever
 * it follows, and nudged. Samples at 48 kHz. Rows never change, so each is read once.
 */
export function offsetInForce(match: SyncMatchRow): number {
  let offset = inForce.get(match);
  if (offset === undefined) {
    offset = effectiveLine(match)[0]?.offsetSamplesAt48k ?? match.offsetSamplesAt48k;
    inForce.set(match, offset);
  }
  return offset;
}

/** An offset in samples at the project's rate, and as timecode: in whole frames, and with the samples that are left. */
export function offsetLabels(
  offsetSamplesAt48k: number,
  clock: ProjectClock,
): { readonly samples: string; readonly timecode: string; readonly frames: string } {
  const samples = convertSamples(Math.round(offsetSamplesAt48k), 48_000, clock.sampleRate);
  const sign = samples < 0 ? '−' : '+';
  const frame = sampleToFrame(Math.abs(samples), clock.frameRate, clock.sampleRate);
  const rest = Math.abs(samples) - frameToSample(frame, clock.frameRate, clock.sampleRate);
  const frames = `${sign}${formatTimecode(frame, { ...clock.frameRate, drop: false })}`;
  return {
    samples: `${sign}${Math.abs(samples).toLocaleString('en-US')}`,
    frames,
    timecode: `${frames}${rest > 0 ? `+${rest}` : ''}`,
  };
}
