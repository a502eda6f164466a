import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fadeGain } from '../../src-shared/engine/fade-curve.ts';
import type { PcmFormat, PlanClip, PlanSource, PlanTrack, RenderPlan } from '../../src-shared/engine/render-plan.ts';

/** A folder that `remove` takes away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'twopop-engine-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const clip = (over: Partial<PlanClip> = {}): PlanClip => ({
  source: 0,
  firstChannel: 0,
  startSample: 0,
  lengthSamples: 1000,
  sourceInSample: 0,
  gain: 1,
  fadeIn: { lengthSamples: 0, shape: 'linear' },
  fadeOut: { lengthSamples: 0, shape: 'linear' },
  ...over,
});

export const track = (over: Partial<PlanTrack> = {}): PlanTrack => ({
  name: 'Boom',
  channelCount: 1,
  gain: 1,
  pan: 0,
  points: [],
  stem: -1,
  clips: [],
  ...over,
});

export const plan = (over: Partial<RenderPlan> = {}): RenderPlan => ({
  sampleRate: 48_000,
  lengthSamples: 48_000,
  sources: [],
  tracks: [],
  stems: [],
  ...over,
});

const bytesOf: Record<PcmFormat, number> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/** Writes interleaved samples (full scale is 1) as raw PCM behind `dataOffsetBytes` bytes of something else. */
export function writePcm(
  path: string,
  format: PcmFormat,
  channelCount: number,
  samples: ArrayLike<number>,
  dataOffsetBytes = 44,
): PlanSource {
  const size = bytesOf[format];
  const bytes = Buffer.alloc(dataOffsetBytes + samples.length * size, 0xa5);
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index]!;
    const at = dataOffsetBytes + index * size;
    const steps = (bits: number) =>
      Math.max(-(2 ** (bits - 1)), Math.min(2 ** (bits - 1) - 1, Math.round(value * 2 ** (bits - 1))));
    if (format === 'u8') bytes.writeUInt8(steps(8) + 128, at);
    else if (format === 's16') bytes.writeInt16LE(steps(16), at);
    else if (format === 's24') bytes.writeIntLE(steps(24), at, 3);
    else if (format === 's32') bytes.writeInt32LE(steps(32), at);
    else if (format === 'f32') bytes.writeFloatLE(value, at);
    else bytes.writeDoubleLE(value, at);
  }
  writeFileSync(path, bytes);
  return { path, dataOffsetBytes, format, channelCount, frameCount: samples.length / channelCount };
}

/** A sparse file of `sizeBytes` with `bytes` at `at`: huge, and almost nothing on the disk. */
export function writeSparse(path: string, sizeBytes: number, at: number, bytes: Uint8Array): void {
  const file = openSync(path, 'w');
  ftruncateSync(file, sizeBytes);
  writeSync(file, bytes, 0, bytes.length, at);
  closeSync(file);
}

/** Seeded noise in -1..1, the same on every run. */
export function noise(count: number, seed = 1): Float64Array {
  let state = seed | 0;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 8) / 2 ** 23;
  });
}

/**
 * What the engine must render, written the slow and obvious way: one sample at a time over samples held in memory
 * (`sounds[source]` is interleaved). Returns interleaved stereo of the master and of each stem.
 */
export function renderNaively(of: RenderPlan, sounds: readonly ArrayLike<number>[], from: number, frames: number) {
  const master = new Float64Array(2 * frames);
  const stems = of.stems.map(() => new Float64Array(2 * frames));
  for (let frame = 0; frame < frames; frame++) {
    const at = from + frame;
    for (const line of of.tracks) {
      const sides = [0, 0];
      for (const piece of line.clips) {
        const inClip = at - piece.startSample;
        if (inClip < 0 || inClip >= piece.lengthSamples) continue;
        const source = of.sources[piece.source]!;
        const sourceFrame = piece.sourceInSample + inClip;
        if (sourceFrame < 0 || sourceFrame >= source.frameCount) continue;
        let level = piece.gain;
        const { fadeIn, fadeOut } = piece;
        if (inClip < fadeIn.lengthSamples) level *= fadeGain(fadeIn.shape, inClip / fadeIn.lengthSamples);
        const left = piece.lengthSamples - inClip;
        if (left <= fadeOut.lengthSamples) level *= fadeGain(fadeOut.shape, left / fadeOut.lengthSamples);
        for (const side of [0, 1]) {
          const channel = line.channelCount === 1 ? piece.firstChannel : piece.firstChannel + side;
          const heard = Math.min(channel, source.channelCount - 1);
          sides[side]! += sounds[piece.source]![sourceFrame * source.channelCount + heard]! * level;
        }
      }
      const angle = ((line.pan + 1) * Math.PI) / 4;
      const pan =
        line.channelCount === 1
          ? [Math.cos(angle), Math.sin(angle)]
          : [Math.min(1, 1 - line.pan), Math.min(1, 1 + line.pan)];
      const fader = line.gain * gainAt(line, at);
      for (const side of [0, 1]) {
        const value = sides[side]! * fader * pan[side]!;
        master[2 * frame + side]! += value;
        if (line.stem >= 0) stems[line.stem]![2 * frame + side]! += value;
      }
    }
  }
  return { master, stems };
}

function gainAt(line: PlanTrack, at: number): number {
  const { points } = line;
  if (points.length === 0) return 1;
  const next = points.findIndex((point) => point.sample > at);
  if (next === 0) return points[0]!.gain;
  if (next < 0) return points.at(-1)!.gain;
  const [a, b] = [points[next - 1]!, points[next]!];
  return a.gain + ((b.gain - a.gain) * (at - a.sample)) / (b.sample - a.sample);
}

/** The plan of `tests/golden/render-plan-v1.bin`: every field and every name at least once, with large positions. */
export const goldenPlan: RenderPlan = plan({
  lengthSamples: 2 ** 33 + 7,
  stems: ['DX', 'MÚSICA'],
  sources: [
    {
      path: '/Audio Files/29–A 🎬\n.wav',
      dataOffsetBytes: 5_000_000_001,
      format: 's24',
      channelCount: 8,
      frameCount: 2 ** 32 + 3,
    },
    { path: 'b', dataOffsetBytes: 0, format: 'u8', channelCount: 1, frameCount: 0 },
    ...(['s16', 's32', 'f32', 'f64'] as const).map((format) => ({
      path: `${format}.wav`,
      dataOffsetBytes: 44,
      format,
      channelCount: 2,
      frameCount: 100,
    })),
  ],
  tracks: [
    track({ name: 'empty', pan: -1, gain: 0 }),
    track({
      name: 'Lav é',
      channelCount: 2,
      gain: 0.7079457843841379,
      pan: 0.25,
      stem: 1,
      points: [
        { sample: -5, gain: 1 },
        { sample: 0, gain: 0.5 },
        { sample: 2 ** 33, gain: 0 },
      ],
      clips: [
        clip({
          firstChannel: 6,
          startSample: 2 ** 32 + 1,
          sourceInSample: 2 ** 31,
          lengthSamples: 2 ** 32,
          gain: -0.5,
        }),
        ...(['linear', 'equal-power', 's-curve', 'slow', 'fast'] as const).map((shape, index) =>
          clip({
            source: index + 1,
            startSample: 10_000 - 1000 * index,
            sourceInSample: 1 - index,
            fadeIn: { lengthSamples: 500, shape },
            fadeOut: { lengthSamples: 1000, shape },
          }),
        ),
      ],
    }),
  ],
});
