import type { Loop, Speed } from '../../src-shared/engine/live-engine.ts';

/** How the engine rolls: at device clock `startClock` it gives out timeline sample `startSample`. */
export type Motion = {
  readonly startClock: number;
  readonly startSample: number;
  readonly speed: Speed;
  readonly loop: Loop | null;
  /** Where it stops by itself. */
  readonly endSample: number | null;
};

/**
 * The timeline sample given out at a device clock, fractional: where it starts before its start, in the loop after its
 * end, and at the end once it came to it.
 */
export function positionAt(motion: Motion, clock: number): number {
  const { startClock, startSample, speed, loop, endSample } = motion;
  const gone = Math.max(0, clock - startClock) * (speed.numerator / speed.denominator);
  const at = startSample + gone;
  const isForward = speed.numerator > 0;
  // One that starts beyond the loop's far end never comes into it.
  if (loop && (isForward ? startSample < loop.toSample : startSample >= loop.fromSample))
    return looped(at, loop, isForward);
  if (endSample === null) return Math.max(0, at);
  return isForward ? Math.min(endSample, at) : Math.max(endSample, at);
}

function looped(at: number, { fromSample, toSample }: Loop, isForward: boolean): number {
  const length = toSample - fromSample;
  if (isForward) return at < toSample ? at : fromSample + ((at - toSample) % length);
  if (at >= fromSample) return at;
  // Backwards a lap begins just before the loop's end and ends on its first sample.
  const intoLap = (fromSample - at) % length;
  return intoLap === 0 ? fromSample : toSample - intoLap;
}
