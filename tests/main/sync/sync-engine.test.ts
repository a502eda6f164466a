import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSyncAudio } from '../../../src-main/host/sync-audio.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import type { OpenSyncAudio, SyncInput, SyncOutcome, SyncProgress } from '../../../src-main/sync/sync-input.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { writeSound } from '../../support/sound-files.ts';
import { hear, sampleRate, talk, timecodeSignal } from '../../support/sync-sounds.ts';

const scratchFolder = mkdtempSync(join(tmpdir(), 'twopop-sync-engine-'));
const soundFolder = mkdtempSync(join(tmpdir(), 'twopop-sync-sounds-'));
afterAll(() => {
  for (const folder of [scratchFolder, soundFolder]) rmSync(folder, { recursive: true, force: true });
});

type Sound = { readonly samples: Float32Array; readonly channels?: number } | { readonly error: Error };

/** WAV files by the names of what they stand for, or the error that opening one gives. */
function files(sounds: Record<string, Sound>): { openAudio: OpenSyncAudio; opened: string[] } {
  const opened: string[] = [];
  const folder = mkdtempSync(join(soundFolder, 'bin-'));
  for (const [name, sound] of Object.entries(sounds))
    if (!('error' in sound)) writeSound(join(folder, name), sound.samples, sound.channels);
  return {
    opened,
    openAudio: async (input, options) => {
      opened.push(input.path);
      const sound = sounds[input.path]!;
      if ('error' in sound) throw sound.error;
      return openSyncAudio({ ...input, path: join(folder, input.path) }, options);
    },
  };
}

const inputs = (...names: string[]): SyncInput[] => names.map((name) => ({ id: name, path: name }));
const media = (code: string, message: string) => new TwopopError({ code, message, remedy: 'Leave it out.' });
const noise = (seconds: number, level: number) =>
  hear(new Float32Array(8), { offsetSeconds: 1, seconds, noiseLevel: level });

describe('sync of a bin', () => {
  const [sceneA, sceneB] = [talk(30, 11), talk(30, 12)];

  it('gives each camera its own take, and says why the others have none', async () => {
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 4.2, seconds: 20, driftPpm: 30, noiseLevel: 0.05 }) },
      'b.mov': { samples: hear(sceneB, { offsetSeconds: 1.5, seconds: 20, noiseLevel: 0.05 }) },
      'stranger.mov': { samples: talk(20, 13) },
      'silent.mov': { samples: new Float32Array(10 * sampleRate) },
      'hiss.mov': { samples: noise(15, 0.02) },
      'mos.mov': { error: media('media-no-samples', 'holds no sound') },
      'letter.mov': { error: media('media-not-media', '“letter.mov” is not a media file.') },
      'T01.wav': { samples: sceneA },
      'T02.wav': { samples: sceneB },
      'empty.wav': { error: media('media-empty', '“empty.wav” is empty: it holds no bytes.') },
    });
    const progress: SyncProgress[] = [];
    const result = await syncClips({
      cameras: inputs('a.mov', 'b.mov', 'stranger.mov', 'silent.mov', 'hiss.mov', 'mos.mov', 'letter.mov'),
      recorders: inputs('T01.wav', 'empty.wav', 'T02.wav'),
      openAudio,
      scratchFolder,
      onProgress: (step) => progress.push(step),
    });
    expect(result.pairs.map(({ camera, recorder }) => [camera, recorder])).toEqual([
      ['a.mov', 'T01.wav'],
      ['b.mov', 'T02.wav'],
    ]);
    const [a, b] = result.pairs;
    expect(Math.abs(a!.offsetSamplesAt48k - 4.2 * sampleRate)).toBeLessThan(0.5);
    expect(Math.abs(a!.driftPpm - 30)).toBeLessThan(1);
    expect(Math.abs(b!.offsetSamplesAt48k - 1.5 * sampleRate)).toBeLessThan(0.5);
    for (const pair of result.pairs) {
      expect(pair).toMatchObject({ method: 'waveform', inverted: false });
      expect(pair.confidence).toBeGreaterThan(0.9);
      expect(Math.abs(pair.residualTailMs)).toBeLessThan(0.05);
      expect(pair.segments).toBeUndefined();
    }
    const reasons = Object.fromEntries(result.unmatched.map(({ camera, reason }) => [camera, reason]));
    expect(Object.keys(reasons)).toEqual(['stranger.mov', 'silent.mov', 'hiss.mov', 'mos.mov', 'letter.mov']);
    expect(reasons['stranger.mov']).toMatch(/in common/);
    expect(reasons['silent.mov']).toMatch(/silent/);
    expect(reasons['hiss.mov']).toMatch(/in common/);
    expect(reasons['mos.mov']).toBe('The clip has no sound.');
    expect(reasons['letter.mov']).toBe('“letter.mov” is not a media file.');
    expect(result.skipped).toMatchObject([
      { recorder: 'empty.wav', reason: '“empty.wav” is empty: it holds no bytes.' },
    ]);
    expect(progress.at(-1)).toMatchObject({ stage: 'matching', fraction: 1, done: 10, total: 10 });
    const steps = progress.filter(({ id }) => id === 'a.mov').map(({ stage, fraction }) => ({ stage, fraction }));
    expect(steps[0]).toEqual({ stage: 'listening', fraction: 0 });
    expect(steps.filter(({ stage }) => stage === 'listening').at(-1)?.fraction).toBe(1);
    expect(steps.slice(-2)).toEqual([
      { stage: 'matching', fraction: 0 },
      { stage: 'matching', fraction: 1 },
    ]);
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('lays a clip over two recorder files', async () => {
    const { openAudio } = files({
      'long.mov': { samples: hear(sceneA, { offsetSeconds: 1, seconds: 28, noiseLevel: 0.03 }) },
      'T01.wav': { samples: sceneA.slice(0, 14 * sampleRate) },
      'T02.wav': { samples: sceneA.slice(16 * sampleRate) },
    });
    const { pairs } = await syncClips({
      cameras: inputs('long.mov'),
      recorders: inputs('T01.wav', 'T02.wav'),
      openAudio,
      scratchFolder,
    });
    const offsets = Object.fromEntries(pairs.map((pair) => [pair.recorder, pair.offsetSamplesAt48k]));
    expect(Math.abs(offsets['T01.wav']! - sampleRate)).toBeLessThan(0.5);
    expect(Math.abs(offsets['T02.wav']! + 15 * sampleRate)).toBeLessThan(0.5);
  });

  it('splits a clip whose camera lost samples', async () => {
    const heard = hear(sceneB, { offsetSeconds: 2, seconds: 26, noiseLevel: 0.02 });
    const lost = new Float32Array(heard.length - 2400);
    lost.set(heard.subarray(0, 12 * sampleRate));
    lost.set(heard.subarray(12 * sampleRate + 2400), 12 * sampleRate);
    const { openAudio } = files({ 'lost.mov': { samples: lost }, 'T01.wav': { samples: sceneB } });
    const { pairs } = await syncClips({
      cameras: inputs('lost.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
    });
    const segments = pairs[0]!.segments!;
    expect(segments).toHaveLength(2);
    expect(Math.abs(segments[0]!.offsetSamplesAt48k - 2 * sampleRate)).toBeLessThan(1);
    expect(Math.abs(segments[1]!.offsetSamplesAt48k - 2 * sampleRate - 2400)).toBeLessThan(1);
    expect(Math.abs(segments[1]!.fromSeconds - 12)).toBeLessThan(0.6);
    expect(pairs[0]!.reason).toMatch(/The camera lost [\d.]+ ms of sound/);
  });

  it('takes timecode as a witness, and does not follow it where it lies', async () => {
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 4, seconds: 20, noiseLevel: 0.03 }) },
      'T01.wav': { samples: sceneA },
    });
    const run = (start: number) =>
      syncClips({
        cameras: [{ id: 'a', path: 'a.mov', startSeconds: start }],
        recorders: [{ id: 't', path: 'T01.wav', startSeconds: 36_000 }],
        openAudio,
        scratchFolder,
      });
    const honest = (await run(36_004.02)).pairs[0]!;
    expect(honest.method).toBe('timecode+waveform');
    const lying = (await run(36_011)).pairs[0]!;
    expect(lying.method).toBe('waveform');
    expect(lying.reason).toContain('timecode says otherwise');
    for (const pair of [honest, lying]) expect(Math.abs(pair.offsetSamplesAt48k - 4 * sampleRate)).toBeLessThan(0.5);
  });

  it('lays a camera that recorded timecode alone by its clock, and mixes no timecode into the scratch sound', async () => {
    const timecode = timecodeSignal(25 * 36_003, 250);
    const scratch = hear(sceneA, { offsetSeconds: 3, seconds: 10, noiseLevel: 0.02 });
    const interleave = (left: Float32Array, right: Float32Array) =>
      Float32Array.from({ length: 2 * left.length }, (_, i) => (i % 2 ? right[i >> 1]! : left[i >> 1]!));
    const { openAudio } = files({
      'alone.mov': { samples: interleave(timecode, timecode), channels: 2 },
      'beside.mov': { samples: interleave(scratch, timecode), channels: 2 },
      'T01.wav': { samples: sceneA },
    });
    const result = await syncClips({
      cameras: inputs('alone.mov', 'beside.mov'),
      recorders: [{ id: 'T01.wav', path: 'T01.wav', startSeconds: 36_000 }],
      openAudio,
      scratchFolder,
    });
    expect(result.pairs.map(({ method }) => method)).toEqual(['ltc', 'ltc+waveform']);
    for (const pair of result.pairs) expect(Math.abs(pair.offsetSamplesAt48k - 3 * sampleRate)).toBeLessThan(1);
    expect(result.ltc['alone.mov']).toBeCloseTo(36_003, 4);
  });

  it('takes the offset of the first camera channel that sounds, whatever a late wireless microphone on another says', async () => {
    const interleave = (left: Float32Array, right: Float32Array) =>
      Float32Array.from({ length: 2 * left.length }, (_, i) => (i % 2 ? right[i >> 1]! : left[i >> 1]!));
    const seconds = 14;
    const onboard = hear(sceneA, { offsetSeconds: 3, seconds, noiseLevel: 0.02 });
    const beside = hear(sceneA, { offsetSeconds: 3, seconds, noiseLevel: 0.02, gain: 0.8 });
    const wireless = hear(sceneA, { offsetSeconds: 3 - 0.02, seconds, noiseLevel: 0.001, gain: 0.8 });
    const hiss = noise(seconds, 0.0005);
    const loudHiss = noise(seconds, 0.1);
    const { openAudio, opened } = files({
      'stereo.mov': { samples: interleave(onboard, beside), channels: 2 },
      'wireless.mov': { samples: interleave(onboard, wireless), channels: 2 },
      'unplugged.mov': { samples: interleave(hiss, onboard), channels: 2 },
      'hiss.mov': { samples: interleave(loudHiss, onboard), channels: 2 },
      'T01.wav': { samples: sceneA },
    });
    const { pairs } = await syncClips({
      cameras: inputs('stereo.mov', 'wireless.mov', 'unplugged.mov', 'hiss.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
    });
    expect(pairs.map(({ camera }) => camera)).toEqual(['stereo.mov', 'wireless.mov', 'unplugged.mov', 'hiss.mov']);
    for (const pair of pairs) expect(Math.abs(pair.offsetSamplesAt48k - 3 * sampleRate)).toBeLessThan(5);
    const reasons = pairs.map(({ reason }) => reason);
    expect(reasons[0]).not.toContain('left out');
    expect(reasons[1]).toContain('The offset is that of camera channel 1; camera channel 2 does not run together');
    expect(reasons[2]).not.toContain('left out');
    // The first ten seconds told what to mix: only the clip whose first channel is noise was heard twice.
    expect(opened.toSorted()).toEqual([
      'T01.wav',
      'hiss.mov',
      'hiss.mov',
      'stereo.mov',
      'unplugged.mov',
      'wireless.mov',
    ]);
  });

  it('only offers what timecode alone says where no other clip bears the clocks out, or several files ran then', async () => {
    const timecode = timecodeSignal(25 * 36_003, 250);
    const scratch = hear(sceneA, { offsetSeconds: 3, seconds: 10, noiseLevel: 0.02 });
    const interleave = (left: Float32Array, right: Float32Array) =>
      Float32Array.from({ length: 2 * left.length }, (_, i) => (i % 2 ? right[i >> 1]! : left[i >> 1]!));
    const { openAudio } = files({
      'alone.mov': { samples: interleave(timecode, timecode), channels: 2 },
      'beside.mov': { samples: interleave(scratch, timecode), channels: 2 },
      'T01.wav': { samples: sceneA },
      'other day.wav': { samples: sceneB },
    });
    const recorder = (id: string) => ({ id, path: id, startSeconds: 36_000 });
    const stranger = await syncClips({
      cameras: inputs('alone.mov'),
      recorders: [recorder('other day.wav')],
      openAudio,
      scratchFolder,
    });
    expect(stranger.pairs).toEqual([]);
    expect(stranger.unmatched[0]?.reason).toContain('no other clip shows');
    expect(stranger.unmatched[0]?.suggestion).toMatchObject({
      recorder: 'other day.wav',
      method: 'ltc',
      byClock: true,
    });
    const goneOnWith = await syncClips({
      cameras: inputs('alone.mov'),
      recorders: [recorder('T01.wav')],
      openAudio,
      scratchFolder,
      clocksBorneOut: new Set(['alone.mov']),
    });
    expect(goneOnWith.pairs.map(({ method }) => method)).toEqual(['ltc']);
    const several = await syncClips({
      cameras: inputs('alone.mov', 'beside.mov'),
      recorders: [recorder('other day.wav'), recorder('T01.wav')],
      openAudio,
      scratchFolder,
    });
    expect(several.pairs.map(({ camera }) => camera)).toEqual(['beside.mov']);
    expect(several.unmatched[0]?.reason).toContain('several recorder files were running');
    expect(several.unmatched[0]?.alternatives).toHaveLength(1);
  });

  it('listens past a dead microphone’s hiss to the first recorder track that heard something', async () => {
    const dead = noise(30, 1e-4);
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 4.2, seconds: 20, noiseLevel: 0.05 }) },
      'T01.wav': {
        samples: Float32Array.from({ length: 2 * sceneA.length }, (_, index) =>
          index % 2 === 0 ? (dead[index >> 1] ?? 0) : sceneA[index >> 1]!,
        ),
        channels: 2,
      },
    });
    const { pairs } = await syncClips({
      cameras: inputs('a.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
    });
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k / 48_000 - 4.2)).toBeLessThan(30e-6);
  });

  it('listens to the first recorder track that is not silent', async () => {
    const two = Float32Array.from({ length: 2 * sceneA.length }, (_, i) => (i % 2 ? sceneA[i >> 1]! : 0));
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 2, seconds: 15 }) },
      'T01.wav': { samples: two, channels: 2 },
    });
    const { pairs } = await syncClips({
      cameras: inputs('a.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
    });
    expect(Math.abs(pairs[0]!.offsetSamplesAt48k - 2 * sampleRate)).toBeLessThan(0.5);
  });

  it('says so when no recorder file has sound', async () => {
    const { openAudio } = files({
      'a.mov': { samples: talk(10, 3) },
      'T01.wav': { samples: new Float32Array(5 * sampleRate) },
    });
    const result = await syncClips({
      cameras: inputs('a.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
    });
    expect(result.unmatched).toEqual([
      { camera: 'a.mov', reason: 'There is no recorder file with sound to compare with.' },
    ]);
    expect(result.skipped[0]!.reason).toMatch(/^The file is silent/);
  });

  it('tells of each clip as soon as it is decided, and has told of those when it is cancelled', async () => {
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 4.2, seconds: 20, noiseLevel: 0.05 }) },
      'mos.mov': { error: media('media-no-samples', 'holds no sound') },
      'b.mov': { samples: hear(sceneB, { offsetSeconds: 1.5, seconds: 20, noiseLevel: 0.05 }) },
      'T01.wav': { samples: sceneA },
    });
    const stop = new AbortController();
    const told: SyncOutcome[] = [];
    const run = syncClips({
      cameras: inputs('a.mov', 'mos.mov', 'b.mov'),
      recorders: inputs('T01.wav'),
      openAudio,
      scratchFolder,
      workerCount: 1,
      signal: stop.signal,
      onDecided: (outcome) => {
        told.push(outcome);
        if (told.length === 2) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'sync-cancelled' });
    expect(told.map(({ camera }) => camera)).toEqual(['a.mov', 'mos.mov']);
    expect(told[0]).toMatchObject({ pairs: [{ camera: 'a.mov', recorder: 'T01.wav' }] });
    expect(told[1]).toEqual({ camera: 'mos.mov', reason: 'The clip has no sound.' });
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('opens the next few clips ahead, and gives them their turn when it listens to them', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}.mov`);
    const { openAudio } = files({ 'T01.wav': { samples: sceneA } });
    const opened: string[] = [];
    const turns: string[] = [];
    let mostAhead = 0;
    const result = await syncClips({
      cameras: inputs(...names),
      recorders: inputs('T01.wav'),
      openAudio: async (input, options) => {
        if (input.id === 'T01.wav') {
          // All that may be asked for before a recorder file was heard has been.
          await new Promise((resolve) => setTimeout(resolve, 20));
          expect(opened).toEqual(names.slice(0, 8));
          expect(turns).toEqual([]);
          return openAudio(input, options);
        }
        opened.push(input.id);
        mostAhead = Math.max(mostAhead, opened.length - turns.length);
        await options.turn;
        turns.push(input.id);
        throw media('media-no-samples', 'holds no sound');
      },
      scratchFolder,
      workerCount: 1,
    });
    expect(turns).toEqual(names);
    expect(mostAhead).toBeLessThanOrEqual(9);
    expect(result.unmatched.map(({ camera }) => camera)).toEqual(names);
  });

  it.each([1, 2])('takes a long clip in its place though it is not decoded ahead, in %i lanes', async (workerCount) => {
    const sound = { samples: hear(sceneA, { offsetSeconds: 2, seconds: 5, noiseLevel: 0.05 }) };
    const names = ['a', 'long', ...Array.from({ length: 14 }, (_, index) => `c${index}`)];
    const { openAudio } = files({
      T01: { samples: sceneA },
      ...Object.fromEntries(names.map((name) => [name, sound])),
    });
    const begun: string[] = [];
    await syncClips({
      cameras: inputs(...names),
      recorders: inputs('T01'),
      openAudio: async (input, options) => {
        if (input.id === 'long') {
          options.onPlanned?.({ frames: 1e9, waitsForTurn: true });
          await options.turn;
        }
        return openAudio(input, options);
      },
      scratchFolder,
      workerCount,
      onProgress: ({ stage, id, fraction }) => {
        if (stage === 'listening' && fraction === 0 && id !== 'T01') begun.push(id);
      },
    });
    expect(begun.indexOf('long')).toBeLessThanOrEqual(1);
  });

  it('begins the longest of the last clips first, whether it is decoded or waits for its turn', async () => {
    const sound = (seconds: number) => ({ samples: hear(sceneA, { offsetSeconds: 2, seconds, noiseLevel: 0.05 }) });
    const sounds = { short: sound(4), longer: sound(9), long: sound(6), middle: sound(8) };
    const { openAudio } = files({ T01: { samples: sceneA }, ...sounds });
    const begun: string[] = [];
    await syncClips({
      cameras: inputs(...Object.keys(sounds)),
      recorders: inputs('T01'),
      openAudio: async (input, options) => {
        if (input.id === 'T01') await new Promise((resolve) => setTimeout(resolve, 100));
        if (input.id === 'long') {
          options.onPlanned?.({ frames: 1e9, waitsForTurn: true });
          await options.turn;
        }
        return openAudio(input, options);
      },
      scratchFolder,
      // The second lane finds no recorder file left, and no clip before all of them can be chosen from.
      workerCount: 2,
      onProgress: ({ stage, id, fraction }) => {
        if (stage === 'listening' && fraction === 0 && id !== 'T01') begun.push(id);
      },
    });
    expect(begun.slice(1)).toEqual(['long', 'longer', 'middle', 'short'].filter((name) => name !== begun[0]));
  });

  it('removes what the decoder wrote of a file that it gave up, and ends all lanes when one of them fails', async () => {
    const { openAudio } = files({ 'T01.wav': { samples: sceneA }, 'b.mov': { samples: sceneA } });
    const seen: string[][] = [];
    const run = syncClips({
      cameras: inputs('cut.mov', 'b.mov', 'c.mov'),
      recorders: inputs('T01.wav'),
      openAudio: async (input, options) => {
        if (input.id === 'cut.mov') {
          writeFileSync(options.scratchPath, 'as far as it went');
          throw media('media-not-media', 'cut off');
        }
        if (input.id === 'c.mov') await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
        return openAudio(input, options);
      },
      scratchFolder,
      workerCount: 3,
      onDecided: () => {
        const [own] = readdirSync(scratchFolder);
        seen.push(readdirSync(join(scratchFolder, own!)).filter((name) => name.endsWith('.pcm')));
        throw new Error('the disk of the project is full');
      },
    });
    await expect(run).rejects.toThrow('the disk of the project is full');
    expect(seen).toEqual([[]]);
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('leaves nothing behind where a clip is being decoded ahead when it is cancelled', async () => {
    const { openAudio } = files({ 'T01.wav': { samples: sceneA } });
    const stop = new AbortController();
    let ended = 0;
    const run = syncClips({
      cameras: inputs('a.mov', 'b.mov', 'c.mov'),
      recorders: inputs('T01.wav'),
      openAudio: async (input, options) => {
        if (input.id === 'T01.wav') return openAudio(input, options);
        await new Promise((resolve) => options.signal.addEventListener('abort', resolve));
        await new Promise((resolve) => setTimeout(resolve, 20));
        writeFileSync(options.scratchPath, 'the last that the decoder wrote');
        ended += 1;
        throw new Error('cancelled');
      },
      scratchFolder,
      workerCount: 1,
      onProgress: ({ stage, done }) => {
        if (stage === 'listening' && done === 1) stop.abort();
      },
      signal: stop.signal,
    });
    await expect(run).rejects.toMatchObject({ code: 'sync-cancelled' });
    expect(ended).toBe(3);
    expect(readdirSync(scratchFolder)).toEqual([]);
  });

  it('finds the same whatever the number of workers and the order of the clips', async () => {
    const { openAudio } = files({
      'a.mov': { samples: hear(sceneA, { offsetSeconds: 4.2, seconds: 20, driftPpm: 30, noiseLevel: 0.05 }) },
      'b.mov': { samples: hear(sceneB, { offsetSeconds: 1.5, seconds: 20, noiseLevel: 0.05 }) },
      'faint.mov': { samples: hear(sceneA, { offsetSeconds: 2, seconds: 20, gain: 0.06, noiseLevel: 0.12 }) },
      'stranger.mov': { samples: talk(20, 13) },
      'T01.wav': { samples: sceneA },
      'T02.wav': { samples: sceneB },
    });
    const cameras = inputs('a.mov', 'b.mov', 'faint.mov', 'stranger.mov');
    const run = (workerCount: number, clips: SyncInput[]) =>
      syncClips({ cameras: clips, recorders: inputs('T01.wav', 'T02.wav'), openAudio, scratchFolder, workerCount });
    const alone = await run(1, cameras);
    expect(alone.pairs.map(({ camera }) => camera)).toEqual(['a.mov', 'b.mov', 'faint.mov']);
    expect(await run(4, cameras)).toEqual(alone);
    const turned = await run(3, cameras.toReversed());
    expect(turned.pairs.toReversed()).toEqual(alone.pairs);
    expect(turned.unmatched).toEqual(alone.unmatched);
  });

  it('stops when cancelled, while listening or matching, and leaves no scratch file', async () => {
    const { openAudio } = files({
      'a.mov': { samples: talk(25, 4) },
      'b.mov': { samples: talk(25, 5) },
      'T01.wav': { samples: sceneA },
    });
    for (const stage of ['listening', 'matching'] as const) {
      const stop = new AbortController();
      const run = syncClips({
        cameras: inputs('a.mov', 'b.mov'),
        recorders: inputs('T01.wav'),
        openAudio,
        scratchFolder,
        workerCount: 1,
        signal: stop.signal,
        onProgress: (step) => {
          if (step.stage === stage) stop.abort();
        },
      });
      await expect(run).rejects.toMatchObject({ code: 'sync-cancelled' });
      expect(readdirSync(scratchFolder)).toEqual([]);
    }
    const stopped = AbortSignal.abort();
    await expect(
      syncClips({ cameras: [], recorders: [], openAudio, scratchFolder, signal: stopped }),
    ).rejects.toMatchObject({ code: 'sync-cancelled' });
    expect(existsSync(scratchFolder)).toBe(true);
  });
});
