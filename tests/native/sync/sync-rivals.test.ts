import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownShareOf } from '../../../src-main/sync/own-share.ts';
import { loadSyncKernel } from '../../../src-main/sync/sync-kernel.ts';
import { isLikely } from '../../../src-shared/sync/sync-decision.ts';
import { hear, randomSource, sampleRate, talk } from '../../support/sync-sounds.ts';

const kernel = loadSyncKernel();
const folder = mkdtempSync(join(tmpdir(), 'twopop-sync-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const seconds = 24;
let files = 0;

async function listen(sound: Float32Array) {
  files += 1;
  const source = new kernel.SyncSource(join(folder, `${files}`), 1, [0]);
  await source.push(sound);
  await source.finish();
  return source;
}

/** `sound` as it arrives at a microphone: the direct sound and a few reflections. */
function inRoom(sound: Float32Array, seed: number): Float32Array {
  const random = randomSource(seed);
  const out = sound.slice();
  for (let echo = 0; echo < 12; echo++) {
    const delay = Math.round((0.004 + 0.06 * (random() + 1)) * sampleRate);
    const gain = 0.12 * random();
    for (let i = delay; i < out.length; i++) out[i]! += gain * sound[i - delay]!;
  }
  return out;
}

function mix(...parts: readonly (readonly [Float32Array, number])[]): Float32Array {
  const out = new Float32Array(seconds * sampleRate);
  for (const [sound, gain] of parts) for (let i = 0; i < out.length; i++) out[i]! += gain * (sound[i] ?? 0);
  return out;
}

/** Music does not pause as a talker does. */
const song = mix([talk(seconds, 1), 0.6], [talk(seconds, 5), 0.6], [talk(seconds, 6), 0.6], [talk(seconds, 7), 0.6]);
const [oneVoice, otherVoice, thirdVoice] = [talk(seconds, 2), talk(seconds, 3), talk(seconds, 4)];
const voiceGain = 0.3;
/** Two takes of the playback, each with a voice of its own, on a recorder. */
const takes = [
  mix([inRoom(song, 11), 1], [inRoom(oneVoice, 12), voiceGain]),
  mix([inRoom(song, 13), 1], [inRoom(otherVoice, 14), voiceGain]),
] as const;

/** A camera's sound of the playback under a voice, in noise. */
function filmed(voice: Float32Array): Float32Array {
  const scene = mix([inRoom(song, 15), 1], [inRoom(voice, 16), voiceGain]);
  return hear(scene, { offsetSeconds: 0, seconds, noiseLevel: 0.02 });
}

async function compare(camera: Float32Array, first: Float32Array, second: Float32Array, secondOffsetSeconds = 0) {
  return kernel.syncCompareRivals(
    await listen(camera),
    await listen(first),
    await listen(second),
    {
      cameraFrom: 0,
      cameraTo: seconds,
      first: { offsetSeconds: 0, driftPpm: 0 },
      second: { offsetSeconds: secondOffsetSeconds, driftPpm: 0 },
      mostWindows: 64,
    },
    new Int32Array(new SharedArrayBuffer(4)),
  );
}

/** A match that the comparison window by window leaves in doubt, with what this one says. */
function isMatchWith(ownShare: number | null): boolean {
  return isLikely({
    lineScore: 60,
    directScore: 60,
    overlapSeconds: seconds,
    supporting: 10,
    measured: 10,
    runnerUp: 0.9,
    rivalLead: 2.5,
    ownShare,
    timecodeErrorSeconds: null,
  });
}

describe('two places that hold one song', () => {
  it('are told apart by what only one of them holds', async () => {
    const found = await compare(filmed(oneVoice), ...takes);
    expect(found.found).toBe(true);
    expect(found.firstOwn).toBeLessThan(0.3);
    expect(found.first).toBeGreaterThan(25);
    expect(isMatchWith(ownShareOf(found))).toBe(true);
  });

  it('are told apart from the other side too: the wrong one is no match', async () => {
    const found = await compare(filmed(oneVoice), takes[1], takes[0]);
    expect(found.second).toBeGreaterThan(25);
    expect(isMatchWith(ownShareOf(found))).toBe(false);
  });

  it('are both wrong where the clip holds a third voice', async () => {
    const ownShare = ownShareOf(await compare(filmed(thirdVoice), ...takes));
    expect(isMatchWith(ownShare)).toBe(false);
  });

  it('are told apart where the one is laid by a fraction of a sample and at a slightly other speed', async () => {
    const moved = hear(takes[1], { offsetSeconds: 0, seconds, driftPpm: 3 });
    const found = await compare(filmed(oneVoice), takes[0], moved, 0.4 / 12_000);
    expect(found.first).toBeGreaterThan(25);
    expect(isMatchWith(ownShareOf(found))).toBe(true);
  });

  it.each([0.2, 0.4, 0.8, 2, 5, -0.4, -2, -5])(
    'are told apart alike where the other one is laid %d ms beside its song',
    async (milliseconds) => {
      const beside = milliseconds / 1000;
      expect(isMatchWith(ownShareOf(await compare(filmed(oneVoice), ...takes, beside)))).toBe(true);
      expect(isMatchWith(ownShareOf(await compare(filmed(thirdVoice), ...takes, beside)))).toBe(false);
    },
  );

  it('say nothing where they hold the very same sound, nor where they have nothing in common', async () => {
    expect(ownShareOf(await compare(filmed(oneVoice), takes[0], takes[0]))).toBeNull();
    expect(ownShareOf(await compare(filmed(oneVoice), takes[0], talk(seconds, 9)))).toBeNull();
  });

  it('say nothing of a few seconds, and are not compared when cancelled', async () => {
    const [camera, first, second] = [await listen(filmed(oneVoice)), await listen(takes[0]), await listen(takes[1])];
    const line = { offsetSeconds: 0, driftPpm: 0 };
    const request = { cameraFrom: 0, cameraTo: 4, first: line, second: line, mostWindows: 64 };
    const flag = new Int32Array(new SharedArrayBuffer(4));
    expect((await kernel.syncCompareRivals(camera, first, second, request, flag)).found).toBe(false);
    flag[0] = 1;
    const whole = { ...request, cameraTo: seconds };
    expect((await kernel.syncCompareRivals(camera, first, second, whole, flag)).found).toBe(false);
  });
});
