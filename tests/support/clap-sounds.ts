import { randomSource, sampleRate } from './sync-sounds.ts';

/** A slate's clap in a room: a crack of 6 ms and a tail of `reverberationSeconds` (RT60), peak `level`. */
export function clap(
  into: Float32Array,
  atSeconds: number,
  options: { readonly level?: number; readonly reverberationSeconds?: number; readonly seed?: number } = {},
): void {
  const { level = 1, reverberationSeconds = 0.4, seed = 5 } = options;
  const random = randomSource(seed);
  const start = Math.round(atSeconds * sampleRate);
  let slow = 0;
  for (let i = 0; i < 0.3 * sampleRate && start + i < into.length; i++) {
    const seconds = i / sampleRate;
    const crack = Math.exp(-seconds / 0.006);
    const tail = seconds < 0.004 ? 0 : 0.06 * 10 ** ((-3 * seconds) / reverberationSeconds);
    const noise = random();
    // Without what lies under about 700 Hz.
    slow += 0.09 * (noise - slow);
    into[start + i]! += level * (crack + tail) * (noise - slow);
  }
}

/** A footstep: a thump of 15 ms under 300 Hz. */
export function footstep(into: Float32Array, atSeconds: number, level: number, seed = 3): void {
  const random = randomSource(seed);
  const start = Math.round(atSeconds * sampleRate);
  let slow = 0;
  for (let i = 0; i < 0.15 * sampleRate && start + i < into.length; i++) {
    slow += 0.04 * (random() - slow);
    into[start + i]! += 4 * level * slow * Math.exp(-i / sampleRate / 0.015);
  }
}
