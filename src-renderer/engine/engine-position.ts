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
  if (loop && startSample < loop.toSample && at >= loop.toSample && gone > 0)
    return loop.fromSample + ((at - loop.toSample) % (loop.toSample - loop.fromSample));
  if (loop && gone < 0 && startSample >= loop.fromSample && at < loop.fromSample)
    return loop.toSample - ((loop.fromSample - at) % (loop.toSample - loop.fromSample));
  if (endSample === null) return Math.max(0, at);
  return gone < 0 ? Math.max(endSample, at) : Math.min(endSample, at);
}
