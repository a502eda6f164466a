import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoTruth, readDemoTruth } from '../../../src-main/demo/demo-shoot.ts';
import { type ExpandedShoot, expandDemoShoot } from '../../../src-main/demo/expand-demo-shoot.ts';
import { decodeAudio } from '../../../src-main/media/decode-audio.ts';
import { inputArguments, startFfmpeg } from '../../../src-main/media/ffmpeg.ts';

const shootFolder = join(import.meta.dirname, '../../../assets/demo-shoot');
/** A frame at 24000/1001 and 48 kHz. */
const frameSamples = 2002;
let folder: string;
let expanded: ExpandedShoot;
let truth: DemoTruth;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
  expanded = await expandDemoShoot({ shootFolder, targetFolder: folder });
  truth = await readDemoTruth(shootFolder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function fileOf(files: readonly string[], name: string): string {
  return files.find((path) => basename(path, extname(path)) === name)!;
}

async function samplesOf(path: string): Promise<Float32Array> {
  const decoded = await decodeAudio(path, { sampleRate: 48_000, channels: 0 });
  const chunks: Float32Array[] = [];
  for await (const chunk of decoded.chunks) chunks.push(chunk);
  const all = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** Band-passed roughly to where a camera's microphone hears: a difference over 4 samples, then a mean of 4. */
function narrowed(samples: Float32Array): Float64Array {
  const difference = Float64Array.from(samples, (value, index) => value - (samples[index - 4] ?? 0));
  return difference.map(
    (value, index) =>
      value + (difference[index - 1] ?? 0) + (difference[index - 2] ?? 0) + (difference[index - 3] ?? 0),
  );
}

/** How many samples beside the truth the two agree best, over 3 s of camera time from `fromSeconds`. */
function lagBesideTruth(
  camera: Float64Array,
  boom: Float64Array,
  pair: DemoTruth['pairs'][number],
  fromSeconds: number,
): number {
  const from = Math.round(fromSeconds * 48_000);
  const step = 1 + pair.driftPpm * 1e-6;
  const sums = new Float64Array(121);
  for (let index = from; index < Math.min(from + 144_000, camera.length); index += 1) {
    const centre = Math.round(pair.offsetSamples + index * step);
    for (let lag = -60; lag <= 60; lag += 1) sums[lag + 60]! += camera[index]! * (boom[centre + lag] ?? 0);
  }
  return sums.indexOf(Math.max(...sums)) - 60;
}

/** Mean brightness of each frame of a picture, 0 to 255. */
async function brightness(path: string): Promise<number[]> {
  const args = [...inputArguments(path), '-vf', 'crop=640:320:0:0,scale=16:8', '-pix_fmt', 'gray', '-f', 'rawvideo'];
  const running = await startFfmpeg([...args, '-fps_mode', 'passthrough', 'pipe:1']);
  const pieces: Buffer[] = [];
  for await (const piece of running.stdout) pieces.push(piece as Buffer);
  const bytes = Buffer.concat(pieces);
  return Array.from({ length: bytes.length / 128 }, (_, frame) => {
    const picture = bytes.subarray(frame * 128, frame * 128 + 128);
    return picture.reduce((sum, value) => sum + value, 0) / 128;
  });
}

describe('the truth about the demo shoot', () => {
  it('names every camera clip once or more, and says why where one has no recording', () => {
    const named = [...truth.pairs, ...truth.unmatched].map(({ camera }) => camera);
    expect([...new Set(named)].sort()).toEqual(
      expanded.cameraFiles.map((path) => basename(path, extname(path))).sort(),
    );
    expect(truth.unmatched).toEqual([
      { camera: 'A001C006', reason: 'no-sound' },
      { camera: 'B001C003', reason: 'not-recorded' },
    ]);
  });

  it('is where scratch and boom agree to 0.1 ms, at the head and at the tail of every clip', async () => {
    for (const pair of truth.pairs) {
      const camera = narrowed(await samplesOf(fileOf(expanded.cameraFiles, pair.camera)));
      const boom = narrowed(await samplesOf(fileOf(expanded.recorderFiles, pair.recorder)));
      const tail = camera.length / 48_000 - 5;
      const lags = [3, tail].map((seconds) => lagBesideTruth(camera, boom, pair, seconds));
      expect(Math.max(...lags.map(Math.abs)), `${pair.camera}: ${lags}`).toBeLessThanOrEqual(4);
    }
  }, 60_000);

  it('puts the clap of the boom into the one frame that flashes', async () => {
    for (const pair of truth.pairs) {
      const levels = await brightness(fileOf(expanded.cameraFiles, pair.camera));
      const flash = levels.indexOf(Math.max(...levels));
      expect(flash, pair.camera).toBe(pair.clapFrame);
      expect(levels[flash]! - Math.max(levels[flash - 1]!, levels[flash + 1]!), pair.camera).toBeGreaterThan(60);
      const step = 1 + pair.driftPpm * 1e-6;
      // The boom hears the clap 98 samples after it is seen.
      const seconds = (pair.clapRecorderSample - 98 - pair.clockOffsetSamples) / step;
      expect(Math.floor(seconds / frameSamples), pair.camera).toBe(pair.clapFrame);
    }
  }, 60_000);
});
