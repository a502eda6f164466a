import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSyncAudio } from '../../../src-main/host/sync-audio.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import { recorderSecondsAt, type SyncPair, type SyncSegment } from '../../../src-shared/sync/sync-result.ts';
import { writeSound } from '../../support/sound-files.ts';
import { hear, sampleRate, talk } from '../../support/sync-sounds.ts';

const scratchFolder = mkdtempSync(join(tmpdir(), 'twopop-sync-damage-'));
afterAll(() => rmSync(scratchFolder, { recursive: true, force: true }));

/** Syncs one clip with recorder files. */
async function sync(camera: Float32Array, recorders: Record<string, Float32Array>) {
  const folder = mkdtempSync(join(scratchFolder, 'bin-'));
  const write = (name: string, sound: Float32Array) => {
    writeSound(join(folder, name), sound);
    return { id: name, path: join(folder, name) };
  };
  return syncClips({
    cameras: [write('camera.mov', camera)],
    recorders: Object.entries(recorders).map(([name, sound]) => write(name, sound)),
    openAudio: openSyncAudio,
    scratchFolder,
  });
}

/** Takes `lost` samples out at each place (second of what is left); a negative number repeats so many. */
function without(sound: Float32Array, losses: readonly { readonly at: number; readonly lost: number }[]): Float32Array {
  const kept: number[] = [];
  let from = 0;
  let missing = 0;
  for (const { at, lost } of losses) {
    const cut = Math.round(at * sampleRate) + missing;
    for (let i = from; i < cut; i++) kept.push(sound[i]!);
    from = cut + lost;
    missing += lost;
  }
  for (let i = from; i < sound.length; i++) kept.push(sound[i]!);
  return Float32Array.from(kept);
}

function offsetAt(pair: SyncPair, seconds: number): number {
  const line = (pair.segments ?? []).reduce<SyncPair | SyncSegment>(
    (best, segment) => (segment.fromSeconds <= seconds ? segment : best),
    pair,
  );
  return (
    recorderSecondsAt({ offsetSeconds: line.offsetSamplesAt48k / 48_000, driftPpm: line.driftPpm }, seconds) - seconds
  );
}

describe('a camera that lost sound', () => {
  const scene = talk(48, 31);

  it.each([
    ['1 ms', [{ at: 14, lost: 48 }]],
    ['40 ms', [{ at: 19, lost: 1920 }]],
    ['a quarter second near the end', [{ at: 27, lost: 12_000 }]],
    ['three seconds', [{ at: 15, lost: 144_000 }]],
    ['80 ms twice over (repeated)', [{ at: 16, lost: -3840 }]],
    [
      'sound twice',
      [
        { at: 11, lost: 1024 },
        { at: 24, lost: 9600 },
      ],
    ],
  ])('is parted where it lost %s', async (_, losses) => {
    const heard = hear(scene, { offsetSeconds: 3, seconds: 40, noiseLevel: 0.03 });
    const camera = without(heard, losses).subarray(0, 35 * sampleRate);
    const { pairs } = await sync(camera, { 'T01.wav': scene });
    expect(pairs).toHaveLength(1);
    const segments = pairs[0]!.segments ?? [];
    expect(segments).toHaveLength(losses.length + 1);
    let missing = 0;
    for (const [index, { at, lost }] of losses.entries()) {
      expect(Math.abs(offsetAt(pairs[0]!, at - 2) - 3 - missing / sampleRate)).toBeLessThan(30e-6);
      missing += lost;
      expect(Math.abs(offsetAt(pairs[0]!, at + 2) - 3 - missing / sampleRate)).toBeLessThan(30e-6);
      expect(Math.abs(segments[index + 1]!.fromSeconds - at)).toBeLessThan(0.6);
    }
    expect(pairs[0]!.reason).toContain(losses[0]!.lost > 0 ? 'The camera lost' : 'The camera repeated');
  });

  it.each([
    ['seven seconds', [{ at: 15, lost: 7 * sampleRate }]],
    ['twelve seconds near the head', [{ at: 6, lost: 12 * sampleRate }]],
    [
      'six and five seconds',
      [
        { at: 9, lost: 6 * sampleRate },
        { at: 21, lost: 5 * sampleRate },
      ],
    ],
  ])('is parted where it lost %s at once, more than a path can follow', async (_, losses) => {
    const long = talk(60, 32);
    const heard = hear(long, { offsetSeconds: 3, seconds: 50, noiseLevel: 0.03 });
    const { pairs } = await sync(without(heard, losses).subarray(0, 32 * sampleRate), { 'T01.wav': long });
    expect(pairs).toHaveLength(1);
    expect(pairs[0]!.segments).toHaveLength(losses.length + 1);
    expect(pairs[0]!.alternatives ?? []).toEqual([]);
    let missing = 0;
    for (const { at, lost } of losses) {
      expect(Math.abs(offsetAt(pairs[0]!, at - 2) - 3 - missing / sampleRate)).toBeLessThan(30e-6);
      missing += lost;
      expect(Math.abs(offsetAt(pairs[0]!, at + 2) - 3 - missing / sampleRate)).toBeLessThan(30e-6);
    }
  });

  it('is not parted where it heard echoes and faint words only', async () => {
    const direct = hear(scene, { offsetSeconds: 3, seconds: 35, noiseLevel: 0.05 });
    const echo = hear(scene, { offsetSeconds: 3 - 0.0071, seconds: 35, gain: 0.9 });
    const { pairs } = await sync(
      direct.map((value, index) => value + echo[index]!),
      { 'T01.wav': scene },
    );
    expect(pairs[0]!.segments).toBeUndefined();
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k / 48_000 - 3)).toBeLessThan(30e-6);
  });
});

describe('a camera far back in a hall', () => {
  it.each([0.031, 0.066])('is laid by the direct sound, though a wall answers louder %f s later', async (later) => {
    const scene = talk(40, 71);
    const direct = hear(scene, { offsetSeconds: 3, seconds: 30, noiseLevel: 0.03 });
    const wall = hear(scene, { offsetSeconds: 3 - later, seconds: 30, gain: 1.08 });
    const { pairs } = await sync(
      direct.map((value, index) => value + wall[index]!),
      { 'T01.wav': scene },
    );
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k / 48_000 - 3)).toBeLessThan(30e-6);
  });
});

describe('clocks', () => {
  const scene = talk(48, 41);

  it.each([1000, -1000, -999, 420])('are found out where the camera was pulled by %i ppm', async (driftPpm) => {
    const camera = hear(scene, { offsetSeconds: 2, seconds: 40, driftPpm, noiseLevel: 0.03 });
    const { pairs } = await sync(camera, { 'T01.wav': scene });
    expect(Math.abs(pairs[0]!.driftPpm - driftPpm)).toBeLessThan(1);
    expect(Math.abs(offsetAt(pairs[0]!, 39) - 2 - 39 * driftPpm * 1e-6)).toBeLessThan(50e-6);
    expect(pairs[0]!.segments).toBeUndefined();
  });

  it('that wander by three milliseconds are followed', async () => {
    const long = talk(200, 43);
    const wander = (seconds: number) => 0.003 * Math.sin((Math.PI * seconds) / 190);
    const camera = new Float32Array(190 * sampleRate);
    // Piecewise over a tenth of a second each the wander is a straight line.
    for (let part = 0; part < 1900; part++) {
      const [from, to] = [wander(part / 10), wander((part + 1) / 10)];
      const heard = hear(long, {
        offsetSeconds: 4 + part / 10 + from,
        seconds: 0.1,
        driftPpm: (to - from) * 1e7,
        noiseLevel: 0.02,
        seed: part,
      });
      camera.set(heard, part * 4800);
    }
    const { pairs } = await sync(camera, { 'T01.wav': long });
    for (const seconds of [3, 40, 95, 150, 187])
      expect(Math.abs(offsetAt(pairs[0]!, seconds) - 4 - wander(seconds))).toBeLessThan(0.0005);
    expect(pairs[0]!.reason).toContain('unevenly');
  });
});

describe('two machines and repeated music', () => {
  it('give a pair each where both recorded the moment', async () => {
    const scene = talk(36, 51);
    const backup = hear(scene, { offsetSeconds: 1.25, seconds: 30, driftPpm: 4, noiseLevel: 0.0005, gain: 0.4 });
    const camera = hear(scene, { offsetSeconds: 3, seconds: 24, noiseLevel: 0.04 });
    const { pairs } = await sync(camera, { 'main.wav': scene, 'backup.wav': backup });
    expect(pairs.map(({ recorder }) => recorder).sort()).toEqual(['backup.wav', 'main.wav']);
    expect(Math.min(...pairs.map(({ confidence }) => confidence))).toBeGreaterThan(0.9);
    const offsets = Object.fromEntries(pairs.map((pair) => [pair.recorder, pair.offsetSamplesAt48k / 48_000]));
    expect(Math.abs(offsets['main.wav']! - 3)).toBeLessThan(30e-6);
    expect(Math.abs(offsets['backup.wav']! - 1.75)).toBeLessThan(30e-6);
  });

  it('are ambiguous where a loop repeats and nothing is said over it, with the places named', async () => {
    const bar = talk(2, 61);
    const loop = new Float32Array(60 * sampleRate);
    for (let at = 0; at < loop.length; at += bar.length) loop.set(bar, at);
    const camera = hear(loop, { offsetSeconds: 20.3, seconds: 20, noiseLevel: 0.03 });
    const { pairs, unmatched } = await sync(camera, { 'T01.wav': loop });
    expect(pairs).toEqual([]);
    expect(unmatched[0]!.reason).toContain('several places nearly alike');
  });

  it('are told apart where a voice speaks over the loop', async () => {
    const bar = talk(2, 62);
    const voice = talk(60, 63);
    const loop = voice.map((value, index) => bar[index % bar.length]! + 0.5 * value);
    const camera = hear(loop, { offsetSeconds: 20.3, seconds: 20, noiseLevel: 0.03 });
    const { pairs } = await sync(camera, { 'T01.wav': loop });
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k / 48_000 - 20.3)).toBeLessThan(30e-6);
    expect(pairs[0]!.confidence).toBeGreaterThan(0.9);
  });
});
