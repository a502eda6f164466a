import type { ProjectClock } from '../../src-shared/time/timecode.ts';

/** How far one press moves the recorder's sound against the camera's. */
export type NudgeStep = 'sample' | 'quarter' | 'frame';

/** A step in samples at 48 kHz: one sample of the project, a quarter of its frame (a perforation), or a frame. */
export function nudgeStepSamplesAt48k(step: NudgeStep, clock: ProjectClock): number {
  if (step === 'sample') return 48_000 / clock.sampleRate;
  const frame = (48_000 * clock.frameRate.denominator) / clock.frameRate.numerator;
  return step === 'frame' ? frame : frame / 4;
}

/**
 * A nudge as people read it. A match's nudge is added to the offset, which places the recorder's sound *earlier*; told is
 * where the sound went: `12 samples later · 0.25 ms · 0.012 fr`, and where there is little room `12 smp later · 0.25 ms`;
 * `not nudged` for none.
 */
export function nudgeLabels(
  nudgeSamplesAt48k: number,
  clock: ProjectClock,
): { readonly short: string; readonly full: string } {
  if (Math.abs(nudgeSamplesAt48k) < 1e-6) return { short: 'not nudged', full: 'not nudged' };
  const size = Math.abs(nudgeSamplesAt48k);
  const samples = (size * clock.sampleRate) / 48_000;
  const milliseconds = size / 48;
  const frames = (size * clock.frameRate.numerator) / (48_000 * clock.frameRate.denominator);
  const way = nudgeSamplesAt48k > 0 ? 'earlier' : 'later';
  const count = Number(samples.toFixed(2)).toLocaleString('en-US');
  const apart = `${figure(milliseconds)} ms`;
  return {
    short: `${count} smp ${way} · ${apart}`,
    full: `${count} ${samples === 1 ? 'sample' : 'samples'} ${way} · ${apart} · ${figure(frames)} fr`,
  };
}

function figure(value: number): string {
  return String(Number(value.toFixed(value < 1 ? 3 : 2)));
}

/** Metres that sound goes in a millisecond, at 20 °C. */
const METRES_PER_MILLISECOND = 0.343;

/** How much farther the sound's way to the camera was than to the recorder's microphone, for a delay of the camera. */
export function metresOfDelay(milliseconds: number): number {
  return milliseconds * METRES_PER_MILLISECOND;
}
