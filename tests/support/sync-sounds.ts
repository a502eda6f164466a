/** Small synthetic sounds for sync tests: wide-band noise with the comings and goings of speech. */

export const sampleRate = 48_000;

/** Uniform in [-1, 1), the same for the same seed. */
export function randomSource(seed: number): () => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2147483648 - 1;
  };
}

/** Noise under 6 kHz in bursts and pauses, like a talker; no two seeds have anything in common. */
export function talk(seconds: number, seed: number): Float32Array {
  const random = randomSource(seed);
  const length = Math.round(seconds * sampleRate);
  const sound = new Float32Array(length);
  let [first, second, level, target] = [0, 0, 0, 0];
  let left = 0;
  for (let i = 0; i < length; i++) {
    if (left-- <= 0) {
      left = Math.round(sampleRate * (0.06 + 0.12 * (random() + 1)));
      target = random() > -0.2 ? 0.15 + 0.5 * (random() + 1) : 0.002;
    }
    level += 0.001 * (target - level);
    first += 0.45 * (random() - first);
    second += 0.45 * (first - second);
    sound[i] = second * level;
  }
  return sound;
}

/** What a camera hears: `sound` from `offsetSeconds` on, at its own speed, with noise of `noiseLevel` over it. */
export function hear(
  sound: Float32Array,
  options: {
    readonly offsetSeconds: number;
    readonly seconds: number;
    readonly driftPpm?: number;
    readonly noiseLevel?: number;
    readonly gain?: number;
    readonly seed?: number;
  },
): Float32Array {
  const random = randomSource(options.seed ?? 99);
  const step = 1 + (options.driftPpm ?? 0) * 1e-6;
  const heard = new Float32Array(Math.round(options.seconds * sampleRate));
  for (let i = 0; i < heard.length; i++) {
    const position = options.offsetSeconds * sampleRate + i * step;
    heard[i] = (options.gain ?? 1) * valueAt(sound, position) + (options.noiseLevel ?? 0) * random();
  }
  return heard;
}

/** The sound between its samples: a windowed sinc of 32 taps, exact to -80 dB for what lies under 8 kHz. */
function valueAt(sound: Float32Array, position: number): number {
  const whole = Math.floor(position);
  const fraction = position - whole;
  if (fraction === 0) return sound[whole] ?? 0;
  const sine = Math.sin(Math.PI * fraction) / Math.PI;
  let sum = 0;
  for (let k = -15; k <= 16; k++) {
    const distance = fraction - k;
    const window = 0.5 + 0.5 * Math.cos((Math.PI * distance) / 16.5);
    sum += (sound[whole + k] ?? 0) * (k % 2 === 0 ? sine : -sine) * (window / distance);
  }
  return sum;
}

/** Linear timecode at 25 frames a second from a frame number on, as a square wave. */
export function timecodeSignal(firstFrame: number, frames: number): Float32Array {
  const halfBit = sampleRate / 25 / 160;
  const signal = new Float32Array(frames * 160 * halfBit);
  let state = 0.3;
  let at = 0;
  const put = () => {
    signal.fill(state, at, at + halfBit);
    at += halfBit;
  };
  for (let frame = firstFrame; frame < firstFrame + frames; frame++) {
    for (const bit of wordBits(frame)) {
      state = -state;
      put();
      if (bit) state = -state;
      put();
    }
  }
  return signal;
}

function wordBits(frame: number): number[] {
  const bits = new Array<number>(80).fill(0);
  const put = (at: number, width: number, value: number) => {
    for (let k = 0; k < width; k++) bits[at + k] = (value >> k) & 1;
  };
  const seconds = Math.floor(frame / 25);
  const fields = [
    [frame % 25, 0, 8, 2],
    [seconds % 60, 16, 24, 3],
    [Math.floor(seconds / 60) % 60, 32, 40, 3],
    [Math.floor(seconds / 3600) % 24, 48, 56, 2],
  ] as const;
  for (const [value, units, tens, width] of fields) {
    put(units, 4, value % 10);
    put(tens, width, Math.floor(value / 10));
  }
  for (const [index, bit] of [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1].entries()) bits[64 + index] = bit;
  return bits;
}
