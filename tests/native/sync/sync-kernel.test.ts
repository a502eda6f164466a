import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { floatsToPcm, pcmToFloats } from '../../../src-main/media/pcm-samples.ts';
import { loadSyncKernel, type NativeSyncSource, type SourceSummary } from '../../../src-main/sync/sync-kernel.ts';
import { hear, sampleRate, talk, timecodeSignal } from '../../support/sync-sounds.ts';

const kernel = loadSyncKernel();
const folder = mkdtempSync(join(tmpdir(), 'twopop-sync-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const whole = { cameraFrom: 0, cameraTo: 1e6 };
const go = () => new Int32Array(new SharedArrayBuffer(4));

async function listen(
  sound: Float32Array,
  channels = 1,
  mixed: number[] | null = [0],
): Promise<{ native: NativeSyncSource; summary: SourceSummary; seconds: number }> {
  files += 1;
  const native = new kernel.SyncSource(join(folder, `${files}`), channels, mixed);
  const step = 10_007 * channels;
  for (let at = 0; at < sound.length; at += step) await native.push(sound.slice(at, at + step));
  return { native, summary: await native.finish(), seconds: sound.length / channels / sampleRate };
}

async function find(camera: Float32Array, recorder: Float32Array) {
  const [a, b] = [await listen(camera), await listen(recorder)];
  await b.native.index();
  const [place] = await kernel.syncSearchIndex(a.native, [b.native], { ...whole, most: 3 }, go());
  const track = await kernel.syncTrackLine(
    a.native,
    b.native,
    {
      cameraFrom: 0,
      cameraTo: a.seconds,
      offsetSeconds: place!.offsetSeconds,
      toleranceSeconds: 0.06,
      driftPpm: 0,
      driftRangePpm: 200,
      mostWindows: 64,
    },
    go(),
  );
  const line = await kernel.syncRefineLine(
    a.native,
    b.native,
    {
      cameraFrom: 0,
      cameraTo: a.seconds,
      offsetSeconds: track.offsetSeconds,
      driftPpm: track.driftPpm,
      mostWindows: 72,
      groups: 8,
    },
    go(),
  );
  return { place: place!, track, line };
}

describe('the correlation kernels', () => {
  const scene = talk(24, 1);

  it.each([3.25, 5.100003, 2.0000104, 4.56789])(
    'recover a start of %f s to a tenth of a sample in noise',
    async (start) => {
      const camera = hear(scene, { offsetSeconds: start, seconds: 14, noiseLevel: 0.1 });
      const { line } = await find(camera, scene);
      expect(Math.abs(line.offsetSeconds - start) * sampleRate).toBeLessThan(0.1);
      expect(line.directScore).toBeGreaterThan(8);
      expect(line.inverted).toBe(false);
    },
  );

  it.each([-100, -12, 35, 145])('recover a drift of %d parts per million', async (driftPpm) => {
    const camera = hear(scene, { offsetSeconds: 2.5, seconds: 20, driftPpm, noiseLevel: 0.02 });
    const { line } = await find(camera, scene);
    const atEnd = line.offsetSeconds + 20 * (1 + line.driftPpm * 1e-6) - (2.5 + 20 * (1 + driftPpm * 1e-6));
    expect(Math.abs(atEnd) * sampleRate).toBeLessThan(0.3);
    expect(Math.abs(line.driftPpm - driftPpm)).toBeLessThan(0.5);
  });

  it('find a recorder of the other polarity and say so', async () => {
    const camera = hear(scene, { offsetSeconds: 3.3, seconds: 12, gain: -1, noiseLevel: 0.05 });
    const { track, line } = await find(camera, scene);
    expect(track.inverted).toBe(true);
    expect(line.inverted).toBe(true);
    expect(Math.abs(line.offsetSeconds - 3.3) * sampleRate).toBeLessThan(0.1);
  });

  it('find a camera that started before the recorder', async () => {
    const camera = new Float32Array(16 * sampleRate);
    camera.set(scene.subarray(0, 12 * sampleRate), 4 * sampleRate);
    const { line } = await find(camera, scene);
    expect(Math.abs(line.offsetSeconds + 4) * sampleRate).toBeLessThan(0.1);
  });

  it('give unrelated sounds no more than chance does', async () => {
    for (const seed of [5, 6, 7]) {
      const { place, track, line } = await find(talk(15, seed), scene);
      expect(place.score).toBeLessThan(6);
      expect(track.score).toBeLessThan(6.5);
      expect(line.directScore).toBeLessThan(6.5);
    }
  });

  it('find nothing in silence, and call it silent', async () => {
    const silent = await listen(new Float32Array(10 * sampleRate));
    const recorder = await listen(scene);
    expect(silent.summary).toMatchObject({ peak: 0, rms: 0, soundingShare: 0 });
    await recorder.native.index();
    expect(await kernel.syncSearchIndex(silent.native, [recorder.native], { ...whole, most: 3 }, go())).toEqual([]);
    const track = await kernel.syncTrackLine(
      silent.native,
      recorder.native,
      {
        cameraFrom: 0,
        cameraTo: 10,
        offsetSeconds: 2,
        toleranceSeconds: 0.1,
        driftPpm: 0,
        driftRangePpm: 50,
        mostWindows: 9,
      },
      go(),
    );
    expect(track.found).toBe(false);
  });

  it('take infinite and missing numbers in the sound for silence', async () => {
    const broken = talk(4, 3);
    broken[100] = Number.NaN;
    broken[200] = Number.POSITIVE_INFINITY;
    const { summary } = await listen(broken);
    expect(summary.frames).toBe(4 * sampleRate);
    expect(Number.isFinite(summary.rms)).toBe(true);
  });

  it('stay silent about what lies past the ends of a short file', async () => {
    const [a, b] = [await listen(talk(0.3, 4)), await listen(scene)];
    await b.native.index();
    expect(await kernel.syncSearchIndex(a.native, [b.native], { ...whole, most: 3 }, go())).toEqual([]);
    const far = { cameraFrom: 0, cameraTo: 1, offsetSeconds: 1e6, driftPpm: 0, mostWindows: 4, groups: 2 };
    expect((await kernel.syncRefineLine(a.native, b.native, far, go())).found).toBe(false);
  });

  it('find a whispered scene by its waveform where the envelope says little', async () => {
    const camera = hear(scene, { offsetSeconds: 6.4321, seconds: 16, gain: 0.06, noiseLevel: 0.12 });
    const [a, b] = [await listen(camera), await listen(scene)];
    const request = {
      cameraFrom: 0,
      cameraTo: 16,
      mostWindows: 20,
      mostCandidates: 3,
      offsetFrom: -16,
      offsetTo: 24,
      driftPpm: 0,
    };
    const [best] = await kernel.syncSearchWaveform(a.native, b.native, request, go());
    expect(Math.abs(best!.offsetSeconds - 6.4321)).toBeLessThan(0.012);
  });

  it('find in a day of files what they find in each file alone, best first of each', async () => {
    const files = [talk(40, 31), scene, talk(200, 32), talk(9, 33)];
    const day = await Promise.all(files.map((sound) => listen(sound)));
    for (const { native } of day) await native.index();
    const clip = await listen(hear(files[2]!, { offsetSeconds: 100.4, seconds: 95, noiseLevel: 0.2 }));
    const search = (recorders: NativeSyncSource[], request = { ...whole, most: 3 }) =>
      kernel.syncSearchIndex(clip.native, recorders, request, go());
    const together = await search(day.map(({ native }) => native));
    for (const [index, { native }] of day.entries()) {
      const alone = await search([native]);
      expect(alone).toHaveLength(3);
      expect(together.filter(({ recorder }) => recorder === index)).toEqual(
        alone.map((place) => ({ ...place, recorder: index })),
      );
      expect(alone.map(({ score }) => score)).toEqual(alone.map(({ score }) => score).sort((a, b) => b - a));
    }
    const best = together.reduce((a, b) => (b.score > a.score ? b : a));
    expect(best.recorder).toBe(2);
    expect(Math.abs(best.offsetSeconds - 100.4)).toBeLessThan(0.03);
    // A part of the clip lies where the clip does.
    const [part] = await search([day[2]!.native], { cameraFrom: 60, cameraTo: 80, most: 1 });
    expect(Math.abs(part!.offsetSeconds - 100.4)).toBeLessThan(0.03);
  });

  it('find a clip of six minutes, which is searched in pieces, though its clock runs off', {
    timeout: 60_000,
  }, async () => {
    const take = talk(380, 41);
    const recorder = await listen(take);
    await recorder.native.index();
    const clip = await listen(hear(take, { offsetSeconds: 20, seconds: 350, driftPpm: 140, noiseLevel: 0.3 }));
    const [place] = await kernel.syncSearchIndex(clip.native, [recorder.native], { ...whole, most: 2 }, go());
    expect(Math.abs(place!.offsetSeconds - 20)).toBeLessThan(0.06);
    expect(place!.score).toBeGreaterThan(20);
  });

  it('tell the right one of many places by a few windows, and keep as many as asked', async () => {
    const [recorder, other] = [await listen(scene), await listen(talk(30, 34))];
    const camera = await listen(hear(scene, { offsetSeconds: 6.4321, seconds: 16, gain: 0.06, noiseLevel: 0.12 }));
    const places = Array.from({ length: 60 }, (_, index) => ({ recorder: index % 2, offsetSeconds: index / 5 - 1 }));
    places[37] = { recorder: 0, offsetSeconds: 6.4 };
    const request = {
      cameraFrom: 0,
      cameraTo: 16,
      toleranceSeconds: 0.05,
      driftRangePpm: 150,
      rounds: [
        { windows: 4, kept: 12 },
        { windows: 16, kept: 5 },
      ],
    };
    const check = (flag: Int32Array) =>
      kernel.syncCheckPlaces(camera.native, [recorder.native, other.native], places, request, flag);
    const found = await check(go());
    expect(found).toHaveLength(5);
    expect(found[0]!.place).toBe(37);
    expect(Math.abs(found[0]!.offsetSeconds - 6.4321)).toBeLessThan(0.001);
    expect(found[0]!.score).toBeGreaterThan(1.5 * found[1]!.score);
    const stopped = go();
    Atomics.store(stopped, 0, 1);
    expect(await check(stopped)).toEqual([]);
  });

  it('stop when the flag is set', async () => {
    const [a, b] = [await listen(scene), await listen(scene)];
    const flag = go();
    Atomics.store(flag, 0, 1);
    const request = {
      cameraFrom: 0,
      cameraTo: 24,
      mostWindows: 20,
      mostCandidates: 3,
      offsetFrom: -24,
      offsetTo: 24,
      driftPpm: 0,
    };
    expect(await kernel.syncSearchWaveform(a.native, b.native, request, flag)).toEqual([]);
    await b.native.index();
    expect(await kernel.syncSearchIndex(a.native, [b.native], { ...whole, most: 3 }, flag)).toEqual([]);
  });

  it('read timecode from a channel beside the sound, to the sample', async () => {
    const firstFrame = 25 * (10 * 3600 + 59 * 60 + 58) + 20;
    const timecode = timecodeSignal(firstFrame, 100);
    const both = new Float32Array(timecode.length * 2);
    for (let i = 0; i < timecode.length; i++) {
      both[2 * i] = scene[i]!;
      both[2 * i + 1] = timecode[i]!;
    }
    const { summary } = await listen(both, 2, [0, 1]);
    expect(summary.channels[0]!.ltcWords).toEqual([]);
    const words = summary.channels[1]!.ltcWords;
    expect(words.length).toBeGreaterThan(90);
    for (const word of words) {
      const frame = ((word.hours * 60 + word.minutes) * 60 + word.seconds) * 25 + word.frames;
      expect(Math.abs(word.startSample - (frame - firstFrame) * 1920)).toBeLessThan(1);
    }
  });

  it('hear plain PCM where it lies as they hear what is pushed', async () => {
    const [first, second] = [talk(8, 21), talk(7, 22)];
    const path = join(folder, 'two-tracks.raw');
    // Two big-endian 24-bit tracks in pieces that take turns, the second 1000 frames late.
    const piece = 48_000;
    const parts: Buffer[] = [Buffer.alloc(17)];
    const extents: [number[], number[]] = [[], []];
    let at = 17;
    for (let from = 0; from < first.length; from += piece) {
      for (const [track, sound] of [first, second].entries()) {
        const part = sound.subarray(from, from + piece);
        if (part.length === 0) continue;
        const bytes = Buffer.from(floatsToPcm(part, 's24'));
        for (let byte = 0; byte < bytes.length; byte += 3) bytes.subarray(byte, byte + 3).reverse();
        extents[track]!.push(at, part.length);
        parts.push(bytes);
        at += bytes.length;
      }
    }
    writeFileSync(path, Buffer.concat(parts));
    const layout = (frames: number) => ({
      path,
      channelCount: 2,
      frames,
      tracks: extents.map((flat, track) => ({
        format: 's24' as const,
        bigEndian: true,
        channelCount: 1,
        delayFrames: track * 1000,
        extents: Float64Array.from(flat),
      })),
    });
    const frames = second.length + 1000;
    const both = new Float32Array(frames * 2);
    const rounded = (sound: Float32Array) => pcmToFloats(floatsToPcm(sound, 's24'), 's24');
    for (let i = 0; i < frames; i++) both[2 * i] = rounded(first.subarray(i, i + 1))[0]!;
    for (let i = 0; i < second.length; i++) both[2 * (i + 1000) + 1] = rounded(second.subarray(i, i + 1))[0]!;
    const pushed = await listen(both, 2, [0, 1]);
    const native = new kernel.SyncSource(join(folder, 'heard'), [0, 1], [0, 1], layout(frames));
    expect(await native.hear(100_000)).toBe(frames - 100_000);
    expect(await native.hear(1e9)).toBe(0);
    const summary = await native.finish();
    expect(summary.frames).toBe(pushed.summary.frames);
    expect(summary.peak).toBe(pushed.summary.peak);
    expect(summary.rms).toBeCloseTo(pushed.summary.rms, 6);
    expect(summary.channels[1]!.rms).toBeCloseTo(pushed.summary.channels[1]!.rms, 6);
    const request = {
      cameraFrom: 0,
      cameraTo: 7,
      offsetSeconds: 0.001,
      toleranceSeconds: 0.05,
      driftPpm: 0,
      driftRangePpm: 50,
      mostWindows: 9,
    };
    const track = await kernel.syncTrackLine(native, pushed.native, request, go());
    expect(Math.abs(track.offsetSeconds) * sampleRate).toBeLessThan(4);
    const refine = { cameraFrom: 0, cameraTo: 7, offsetSeconds: 0, driftPpm: 0, mostWindows: 12, groups: 3 };
    const line = await kernel.syncRefineLine(native, pushed.native, refine, go());
    expect(Math.abs(line.offsetSeconds) * sampleRate).toBeLessThan(0.01);
    expect(() => new kernel.SyncSource(join(folder, 'missing'), [2], [0], layout(frames))).toThrow('channel');
    const beyond = layout(frames);
    beyond.tracks[0]!.extents[1] = 1e9;
    expect(() => new kernel.SyncSource(join(folder, 'beyond'), [0], [0], beyond)).toThrow('shorter');
  });

  it('choose what to mix: neither timecode nor a channel that cancels the first', async () => {
    const timecode = timecodeSignal(25 * 3600, 300);
    const noisy = talk(12, 23);
    const three = new Float32Array(timecode.length * 3);
    for (let i = 0; i < timecode.length; i++) {
      three[3 * i] = noisy[i]!;
      three[3 * i + 1] = timecode[i]!;
      three[3 * i + 2] = -0.9 * noisy[i]!;
    }
    const { summary } = await listen(three, 3, null);
    expect(summary.mixed).toEqual([0]);
    expect((await listen(talk(2, 24), 1, null)).summary.mixed).toEqual([0]);
  });

  it('refuse to work on a source that was disposed of', async () => {
    const a = await listen(talk(2, 8));
    a.native.dispose();
    expect(() => kernel.syncSearchIndex(a.native, [a.native], { ...whole, most: 1 }, go())).toThrow('disposed');
    expect(() => a.native.push(new Float32Array(10))).toThrow();
  });
});
