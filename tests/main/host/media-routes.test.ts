import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFfmpeg, runFfmpeg } from '../../../src-main/media/ffmpeg.ts';
import { PEAKS_PER_TILE, type PictureIndex } from '../../../src-shared/rpc/media-routes.ts';
import { type Hosted, startHosted } from '../../contract/hosted.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

const LENGTH_SAMPLES = 48_000 * 8;
const at = (sample: number, channel: number) =>
  Math.round((channel === 0 ? (sample % 1000) / 2000 : -0.25) * 32767) / 32768;

let folder: TemporaryFolder;
let hosted: Hosted;
let sourceId = 0;
const savedHome = process.env.TWOPOP_HOME;

const ask = (path: string, options: RequestInit = {}) =>
  fetch(hosted.server.origin + path, {
    ...options,
    headers: { authorization: `Bearer ${hosted.server.token}`, ...options.headers },
  });

async function importPath(path: string): Promise<void> {
  const { jobId } = await hosted.client.media.import({ paths: [path], mode: 'copy' });
  expect(await hosted.host.services.jobs.whenEnded(jobId)).toMatchObject({ state: 'done', error: null });
}

beforeAll(async () => {
  folder = makeTemporaryFolder('media-routes');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  hosted = await startHosted('WebSocket');
  await hosted.client.project.create({
    name: 'Media',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48000,
    startFrame: 0,
  });
  const wave = join(folder.path, 'two.wav');
  writeWave(wave, {
    lengthSamples: LENGTH_SAMPLES,
    channelCount: 2,
    sampleAt: (sample, channel) => (channel === 0 ? (sample % 1000) / 2000 : -0.25),
  });
  await importPath(wave);
  sourceId = hosted.host.services.projects.require().reader.all('source')[0]?.id ?? 0;
});

afterAll(async () => {
  await hosted.end();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

describe('samples', () => {
  test('come as they are in the file, silence outside it', async () => {
    const response = await ask(`/media/samples?source=${sourceId}&channel=0&from=-2&count=6`);
    const samples = new Float32Array(await response.arrayBuffer());
    expect([...samples]).toEqual([0, 0, at(0, 0), at(1, 0), at(2, 0), at(3, 0)].map(Math.fround));
  });
});

describe('peaks', () => {
  test('of many tiles come in one answer, in the order asked', async () => {
    const tiles = [
      { sourceId, channel: 0, level: 0, tile: 0 },
      { sourceId, channel: 1, level: 0, tile: 0 },
      { sourceId, channel: 0, level: 0, tile: 1 },
      { sourceId, channel: 7, level: 0, tile: 0 },
      { sourceId: 999, channel: 0, level: 0, tile: 0 },
      { sourceId, channel: 0, level: 20, tile: 0 },
    ];
    const response = await ask('/media/peaks', { method: 'POST', body: JSON.stringify({ tiles }) });
    const peaks = new Int16Array(await response.arrayBuffer());
    expect(peaks.length).toBe(tiles.length * PEAKS_PER_TILE * 2);
    const pair = (tile: number, peak: number) => [...peaks.subarray((tile * PEAKS_PER_TILE + peak) * 2).subarray(0, 2)];
    const lowest = Math.min(...Array.from({ length: 256 }, (_, sample) => at(sample, 0)));
    const highest = Math.max(...Array.from({ length: 256 }, (_, sample) => at(sample, 0)));
    expect(pair(0, 0)).toEqual([Math.floor(lowest * 32768), Math.floor(highest * 32768)]);
    expect(pair(1, 0)).toEqual([Math.floor(at(0, 1) * 32768), Math.floor(at(0, 1) * 32768)]);
    // 384,000 samples are 1,500 peaks: the second tile ends after 476.
    expect(pair(2, 475)).not.toEqual([0, 0]);
    for (const silent of [pair(2, 476), pair(3, 0), pair(4, 0), pair(5, 0)]) expect(silent).toEqual([0, 0]);
  });
});

describe('the preview', () => {
  test('is the mix after the newest commit, and says which that is', async () => {
    const silent = await ask('/media/render?from=0&count=10');
    expect(new Float32Array(await silent.arrayBuffer())).toEqual(new Float32Array(20));
    await hosted.client.document.apply({ command: { kind: 'track.add', name: 'Two', channelCount: 2 } });
    const { seq } = await hosted.client.document.apply({
      command: { kind: 'clip.add', trackId: 1, sourceId, startSample: 5 },
    });
    const heard = await ask('/media/render?from=4&count=4');
    expect(heard.headers.get('x-document-seq')).toBe(String(seq));
    const samples = new Float32Array(await heard.arrayBuffer());
    expect(samples[0]).toBe(0);
    expect([samples[2], samples[3], samples[4], samples[5]]).toEqual(
      [at(0, 0), at(0, 1), at(1, 0), at(1, 1)].map(Math.fround),
    );
    await hosted.client.document.undo();
    const undone = await ask('/media/render?from=4&count=4');
    expect(new Float32Array(await undone.arrayBuffer())).toEqual(new Float32Array(8));
  });
});

describe('the picture', async () => {
  const ffmpeg = await findFfmpeg();
  if (!ffmpeg) console.warn('PICTURE ROUTES SKIPPED: there is no ffmpeg on this machine.');

  test.skipIf(!ffmpeg)('gets a proxy by itself, served with byte ranges and an index of its frames', async () => {
    const movie = join(folder.path, 'A001.mp4');
    const args = ['-y', '-loglevel', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=25:duration=2'];
    await runFfmpeg(movie, [...args, '-c:v', 'libx264', '-pix_fmt', 'yuv420p', movie]);
    expect((await ask('/media/picture/1')).status).toBe(404);
    await importPath(movie);
    const { reader } = hosted.host.services.projects.require();
    await expect
      .poll(() => reader.get('picture', 1)?.proxyPath ?? null, { timeout: 30_000 })
      .toMatch(/^Picture\/A001-/);
    expect(reader.get('picture', 1)?.frameCount).toBe(50);

    const index = (await (await ask('/media/picture-index/1')).json()) as PictureIndex;
    expect(index).toMatchObject({
      widthPixels: 320,
      heightPixels: 180,
      frameRateNumerator: 25,
      frameRateDenominator: 1,
    });
    expect(index.frames).toHaveLength(100);

    const whole = await ask('/media/picture/1');
    expect(whole.headers.get('accept-ranges')).toBe('bytes');
    const bytes = new Uint8Array(await whole.arrayBuffer());
    const [offset = 0, size = 0] = index.frames.slice(60);
    const part = await ask('/media/picture/1', { headers: { range: `bytes=${offset}-${offset + size - 1}` } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes ${offset}-${offset + size - 1}/${bytes.length}`);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(offset, offset + size));
    expect((await ask('/media/picture/1', { headers: { range: `bytes=${bytes.length}-` } })).status).toBe(416);
    expect((await ask('/media/picture/2')).status).toBe(404);
  });

  test.skipIf(!ffmpeg)('a proxy that was made is no step of undo', async () => {
    const history = await hosted.client.document.history({ limit: 1 });
    expect(history[0]?.label).toBe('Make picture proxy');
    expect(hosted.host.services.projects.require().canUndo).toBe('Import A001');
    await hosted.client.document.undo();
    expect((await ask('/media/picture/1')).status).toBe(404);
    await hosted.client.document.redo();
    const { reader } = hosted.host.services.projects.require();
    await expect.poll(() => reader.get('picture', 1)?.proxyPath ?? null, { timeout: 30_000 }).not.toBeNull();
  });
});

describe('an upload', () => {
  test('of a large file arrives whole, is imported, and leaves nothing behind', async () => {
    const wave = join(folder.path, 'large.wav');
    writeWave(wave, { lengthSamples: 7_500_000, channelCount: 2, sampleAt: (sample) => (sample % 321) / 1000 });
    const body = readFileSync(wave);
    expect(body.length).toBeGreaterThan(30_000_000);
    const response = await ask('/media/upload?batch=day1&path=SOUND/large.wav', { method: 'PUT', body });
    const { path } = (await response.json()) as { path: string };
    expect(readFileSync(path).equals(body)).toBe(true);
    const { jobId } = await hosted.client.media.import({ paths: [path], mode: 'link' });
    expect(await hosted.host.services.jobs.whenEnded(jobId)).toMatchObject({ state: 'done' });
    const row = hosted.host.services.projects
      .require()
      .reader.all('source')
      .find(({ name }) => name === 'large');
    expect(row).toMatchObject({ linked: false, path: 'Audio Files/large.wav', lengthSamples: 7_500_000 });
    expect(existsSync(path)).toBe(false);
  });
});
