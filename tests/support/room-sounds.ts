import { randomSource, sampleRate } from './sync-sounds.ts';

/** The reverberation of a room without the direct sound: six combs of the same decay, thickened by two all-passes. */
function reverberation(dry: Float32Array, reverberationSeconds: number): Float32Array {
  const wet = new Float32Array(dry.length);
  for (const [index, delay] of [241, 307, 373, 443, 509, 577].entries()) {
    const feedback = 10 ** ((-3 * delay) / sampleRate / reverberationSeconds);
    const line = new Float32Array(delay);
    const sign = index % 2 ? -1 : 1;
    for (let i = 0, at = 0; i < dry.length; i++, at = at + 1 === delay ? 0 : at + 1) {
      const out = line[at]!;
      line[at] = dry[i]! + feedback * out;
      wet[i]! += sign * out;
    }
  }
  for (const delay of [83, 37]) {
    const line = new Float32Array(delay);
    for (let i = 0, at = 0; i < wet.length; i++, at = at + 1 === delay ? 0 : at + 1) {
      const out = line[at]! - 0.6 * wet[i]!;
      line[at] = wet[i]! + 0.6 * out;
      wet[i] = out;
    }
  }
  return wet;
}

/** Sound as a microphone hears it in a room: the direct sound at its level, reverberation so many dB under (or over) it. */
export function inRoom(
  dry: Float32Array,
  room: { readonly reverberationSeconds: number; readonly directToReverberantDb: number },
): Float32Array {
  const impulse = new Float32Array(Math.round(1.5 * room.reverberationSeconds * sampleRate));
  impulse[0] = 1;
  const energy = reverberation(impulse, room.reverberationSeconds).reduce((sum, value) => sum + value * value, 0);
  const gain = Math.sqrt(10 ** (-room.directToReverberantDb / 10) / energy);
  const wet = reverberation(dry, room.reverberationSeconds);
  return dry.map((value, i) => value + gain * wet[i]!);
}

/** Noise in bursts that stop dead, with pauses between: what tells a room best. */
export function bursts(seconds: number, seed: number): Float32Array {
  const random = randomSource(seed);
  const sound = new Float32Array(Math.round(seconds * sampleRate));
  let [left, level, slow] = [0, 0, 0];
  for (let i = 0; i < sound.length; i++) {
    if (left-- <= 0) {
      left = Math.round(sampleRate * (0.15 + 0.1 * (random() + 1)));
      level = level > 0 ? 0 : 0.1 + 0.15 * (random() + 1);
    }
    slow += 0.5 * (random() - slow);
    sound[i] = level * slow;
  }
  return sound;
}
