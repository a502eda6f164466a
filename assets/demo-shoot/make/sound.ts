import { execFileSync } from 'node:child_process';
import { FRAME_SAMPLES, type Roll, SAMPLE_RATE, SCENES, type Speaker, type Take } from './schedule.ts';

/**
 * Sound of the shooting day: synthetic speech placed in time, then heard by a boom, two lavaliers and a distant
 * camera microphone. The recorder's channels are kept dry and free of noise, so that FLAC packs them small; their
 * noise floor is added when the shoot is expanded.
 */

const VOICES: Readonly<Record<Speaker, { readonly voice: string; readonly pitch: number; readonly levelDb: number }>> =
  {
    mara: { voice: 'en-gb+f4', pitch: 52, levelDb: -26 },
    theo: { voice: 'en-gb-scotland+m3', pitch: 36, levelDb: -25.5 },
    crew: { voice: 'en-us+m7', pitch: 44, levelDb: -30 },
  };

/** Direct paths, in samples at 343 m/s: boom 0.7 m, lavalier 0.28 m, the other speaker's lavalier 1.3 m, camera 3.1 m. */
export const DISTANCE_SAMPLES = { boom: 98, ownLav: 39, otherLav: 182, camera: 434 } as const;

type Spoken = { readonly take: Take; readonly clapSample: number | null; readonly lastWordSample: number };
/** Dry sound at the place where it is made, on the recorder's clock from the roll's start. */
export type Performance = {
  readonly roll: Roll;
  readonly lengthSamples: number;
  readonly voices: Readonly<Record<Speaker, Float64Array>>;
  readonly clap: Float64Array;
  readonly takes: readonly Spoken[];
};

/** Uniform numbers in [-1, 1) that are the same on every run. */
function noiseFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state | 0) / 0x8000_0000;
  };
}

function speak(speaker: Speaker, text: string, wordsPerMinute: number, pitchShift: number): Float64Array {
  const { voice, pitch, levelDb } = VOICES[speaker];
  const wave = execFileSync('espeak-ng', [
    '-v',
    voice,
    '-s',
    `${wordsPerMinute}`,
    '-p',
    `${pitch + pitchShift}`,
    '--stdout',
    text,
  ]);
  const raw = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-f', 'wav', '-i', 'pipe:0', '-af', 'aresample=48000:resampler=soxr', '-f', 'f64le', 'pipe:1'],
    { input: wave, maxBuffer: 1 << 28 },
  );
  const samples = new Float64Array(raw.buffer.slice(raw.byteOffset, raw.byteOffset + raw.byteLength));
  const first = samples.findIndex((value) => Math.abs(value) > 0.003);
  const last = samples.findLastIndex((value) => Math.abs(value) > 0.003);
  const words = samples.subarray(first, last + 1);
  const rms = Math.sqrt(words.reduce((sum, value) => sum + value * value, 0) / words.length);
  return words.map((value) => (value * 10 ** (levelDb / 20)) / rms);
}

/** Two pieces of wood meeting: a burst of noise with a sharp edge at sample 0. */
function clapSound(seed: number): Float64Array {
  const noise = noiseFrom(seed);
  return Float64Array.from({ length: 2400 }, (_, index) => {
    const body = Math.sin((2 * Math.PI * 1150 * index) / SAMPLE_RATE) * Math.exp(-index / 260);
    return 0.5 * (0.75 * noise() * Math.exp(-index / 110) + 0.5 * body);
  });
}

function addAt(target: Float64Array, sound: Float64Array, atSample: number): void {
  for (let index = 0; index < sound.length; index += 1) {
    const at = atSample + index;
    if (at >= 0 && at < target.length) target[at]! += sound[index]!;
  }
}

/**
 * Speaks a roll. `placeClap` moves each clap, given in samples from the roll's start, onto the grid that the slate's
 * flash needs (a frame edge of camera A).
 */
export function perform(roll: Roll, placeClap: (sample: number) => number): Performance {
  const lengthLimit = 70 * SAMPLE_RATE;
  const voices = {
    mara: new Float64Array(lengthLimit),
    theo: new Float64Array(lengthLimit),
    crew: new Float64Array(lengthLimit),
  };
  const clap = new Float64Array(lengthLimit);
  let end = 0;
  const takes = roll.takes.map((take): Spoken => {
    const random = noiseFrom(take.seed);
    let at = Math.round(take.fromSeconds * SAMPLE_RATE);
    const say = (speaker: Speaker, text: string, rate: number, pauseSeconds: number) => {
      const words = speak(speaker, text, rate, take.pitchShift);
      addAt(voices[speaker], words, at);
      at += words.length + Math.round(pauseSeconds * SAMPLE_RATE);
    };
    let clapSample: number | null = null;
    if (take.slateCall !== null) {
      say('crew', take.slateCall, 175, 0.45);
      clapSample = placeClap(at);
      addAt(clap, clapSound(take.seed), clapSample);
      at = clapSample + Math.round(1.1 * SAMPLE_RATE);
      say('crew', 'And action.', 165, 0.85);
    }
    for (const line of SCENES[take.scene]!) {
      say(line.speaker, line.text, Math.round(take.wordsPerMinute * (1 + 0.05 * random())), 0.62 + 0.3 * random());
    }
    const lastWordSample = at;
    if (take.slateCall !== null) say('crew', 'Cut there.', 165, 0);
    end = Math.max(end, at);
    return { take, clapSample, lastWordSample };
  });
  const lengthSamples = end + Math.round(2.6 * SAMPLE_RATE);
  const cut = (samples: Float64Array) => samples.slice(0, lengthSamples);
  return {
    roll,
    lengthSamples,
    voices: { mara: cut(voices.mara), theo: cut(voices.theo), crew: cut(voices.crew) },
    clap: cut(clap),
    takes,
  };
}

type Tap = { readonly delaySamples: number; readonly gain: number };

function hear(sound: Float64Array, taps: readonly Tap[], into: Float64Array): void {
  for (const { delaySamples, gain } of taps) {
    for (let at = delaySamples; at < into.length; at += 1) into[at]! += gain * sound[at - delaySamples]!;
  }
}

/** Boom, Mara's lavalier, Theo's lavalier. */
export function recorderChannels(performance: Performance): [Float64Array, Float64Array, Float64Array] {
  const { voices, clap, lengthSamples } = performance;
  const channel = () => new Float64Array(lengthSamples);
  const [boom, lavMara, lavTheo] = [channel(), channel(), channel()];
  const boomTaps: Tap[] = [
    { delaySamples: DISTANCE_SAMPLES.boom, gain: 1 },
    { delaySamples: DISTANCE_SAMPLES.boom + 311, gain: 0.09 },
    { delaySamples: DISTANCE_SAMPLES.boom + 587, gain: -0.06 },
  ];
  for (const sound of [voices.mara, voices.theo, voices.crew, clap]) hear(sound, boomTaps, boom);
  for (const [lav, own, other] of [
    [lavMara, voices.mara, voices.theo],
    [lavTheo, voices.theo, voices.mara],
  ] as const) {
    hear(own, [{ delaySamples: DISTANCE_SAMPLES.ownLav, gain: 1.25 }], lav);
    hear(other, [{ delaySamples: DISTANCE_SAMPLES.otherLav, gain: 0.1 }], lav);
    hear(voices.crew, [{ delaySamples: DISTANCE_SAMPLES.otherLav, gain: 0.12 }], lav);
    hear(clap, [{ delaySamples: DISTANCE_SAMPLES.otherLav, gain: 0.35 }], lav);
  }
  return [boom, lavMara, lavTheo];
}

/** A second-order low or high pass (Butterworth), run both ways so that nothing moves in time. */
function filterBothWays(samples: Float64Array, kind: 'low' | 'high', hertz: number): void {
  const w = (2 * Math.PI * hertz) / SAMPLE_RATE;
  const alpha = Math.sin(w) / Math.SQRT2;
  const side = kind === 'low' ? (1 - Math.cos(w)) / 2 : (1 + Math.cos(w)) / 2;
  const a0 = 1 + alpha;
  const [b0, b1, b2] = [side / a0, ((kind === 'low' ? 2 : -2) * side) / a0, side / a0];
  const [a1, a2] = [(-2 * Math.cos(w)) / a0, (1 - alpha) / a0];
  for (let pass = 0; pass < 2; pass += 1) {
    let [x1, x2, y1, y2] = [0, 0, 0, 0];
    for (let index = 0; index < samples.length; index += 1) {
      const x = samples[index]!;
      const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
      [x2, x1, y2, y1] = [x1, x, y1, y];
      samples[index] = y;
    }
    samples.reverse();
  }
}

/** The value of `samples` between its samples: a sinc of 48 taps under a Hann window. */
function valueAt(samples: Float64Array, position: number): number {
  const centre = Math.floor(position);
  const fraction = position - centre;
  const reach = 24;
  let sum = 0;
  for (let tap = 1 - reach; tap <= reach; tap += 1) {
    const sample = samples[centre + tap];
    if (sample === undefined || sample === 0) continue;
    const x = tap - fraction;
    const sinc = Math.abs(x) < 1e-12 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    sum += sample * sinc * (0.5 + 0.5 * Math.cos((Math.PI * x) / reach));
  }
  return sum;
}

/**
 * What the camera's own microphone made of it: far away, in a room, narrow, noisy, levelled, on the camera's clock.
 * `offsetSamples` is where camera time 0 falls on the recorder file by the clocks.
 */
export function cameraScratch(
  performance: Performance,
  offsetSamples: number,
  clockErrorPpm: number,
  frameCount: number,
  seed: number,
): Float64Array {
  const random = noiseFrom(seed * 77 + 5);
  const kitchen = performance.roll.room === 'kitchen';
  const taps: Tap[] = [{ delaySamples: DISTANCE_SAMPLES.camera, gain: 1 }];
  const tailSeconds = kitchen ? 0.3 : 0.16;
  for (let index = 0; index < 70; index += 1) {
    const seconds = 0.004 + tailSeconds * ((index + 0.5 * random()) / 70);
    const gain = (kitchen ? 0.42 : 0.24) * random() * Math.exp((-4.5 * seconds) / tailSeconds);
    taps.push({ delaySamples: DISTANCE_SAMPLES.camera + Math.round(seconds * SAMPLE_RATE), gain });
  }
  const heard = new Float64Array(performance.lengthSamples);
  const { mara, theo, crew } = performance.voices;
  for (const sound of [mara, theo, crew, performance.clap]) hear(sound, taps, heard);

  const scratch = new Float64Array(frameCount * FRAME_SAMPLES);
  const step = 1 + clockErrorPpm * 1e-6;
  for (let index = 0; index < scratch.length; index += 1) scratch[index] = valueAt(heard, offsetSamples + index * step);

  let rumble = 0;
  let level = 0.1;
  for (let index = 0; index < scratch.length; index += 1) {
    const hiss = random();
    rumble += 0.02 * (random() - rumble);
    const hum =
      Math.sin((2 * Math.PI * 50 * index) / SAMPLE_RATE) + 0.4 * Math.sin((2 * Math.PI * 150 * index) / SAMPLE_RATE);
    const noise = 0.008 * hiss + (kitchen ? 0.022 : 0.11) * rumble + (kitchen ? 0.003 : 0.0008) * hum;
    scratch[index] = 0.5 * scratch[index]! + noise;
  }
  filterBothWays(scratch, 'high', 170);
  filterBothWays(scratch, 'low', 5200);
  return scratch.map((value) => {
    // The camera's automatic level: quick down, slow up, then a soft ceiling.
    level += (Math.abs(value) - level) * (Math.abs(value) > level ? 0.002 : 0.000_02);
    return 0.7 * Math.tanh((value * 0.12) / (0.04 + level));
  });
}

/** How loud a voice is in each frame of a picture, 0 to 1, for the mouths. */
export function mouthOpening(voice: Float64Array, offsetSamples: number, frameCount: number): number[] {
  return Array.from({ length: frameCount }, (_, frame) => {
    const from = Math.round(offsetSamples + frame * FRAME_SAMPLES);
    let sum = 0;
    for (let at = Math.max(0, from); at < from + FRAME_SAMPLES && at < voice.length; at += 1) sum += voice[at]! ** 2;
    return Math.min(1, Math.sqrt(sum / FRAME_SAMPLES) / 0.1);
  });
}
