import { describe, expect, test } from 'vitest';
import { findPauses } from '../../../src-main/media/find-pauses.ts';
import { randomSource } from '../../support/sync-sounds.ts';

const RATE = 48_000;

/** Talk at `talkDb` with quiet stretches at `quietDb`; stretches in ms, talk first, then quiet, and so on. */
function sound(stretchesMs: readonly number[], talkDb: number, quietDb: number): Float32Array {
  const random = randomSource(7);
  const samples: number[] = [];
  for (const [index, ms] of stretchesMs.entries()) {
    const level = 10 ** ((index % 2 === 0 ? talkDb : quietDb) / 20);
    for (let count = Math.round((ms / 1000) * RATE); count > 0; count--) samples.push(level * random());
  }
  return Float32Array.from(samples);
}

async function* inPieces(samples: Float32Array) {
  for (let at = 0; at < samples.length; at += 10_001) yield samples.subarray(at, at + 10_001);
}

const pauses = async (samples: Float32Array) =>
  (await findPauses(inPieces(samples), RATE)).map((sample) => (sample / RATE) * 1000);

describe('pauses of a sound', () => {
  test('are places of 150 ms and more that are well under speech, away from their edges', async () => {
    const places = await pauses(sound([1000, 400, 800, 100, 900, 200, 1000], -20, -60));
    expect(places).toHaveLength(2);
    expect(places[0]).toBeGreaterThan(1030);
    expect(places[0]).toBeLessThan(1370);
    expect(places[1]).toBeGreaterThan(3230);
    expect(places[1]).toBeLessThan(3370);
  });

  test('are found in a loud place too, where they are the background', async () => {
    const places = await pauses(sound([1000, 400, 1000], -20, -32));
    expect(places).toHaveLength(1);
    expect(places[0]).toBeGreaterThan(1030);
    expect(places[0]).toBeLessThan(1370);
  });

  test('come each second in a long one', async () => {
    const places = await pauses(sound([2000, 5000, 2000], -20, -60));
    expect(places.length).toBeGreaterThanOrEqual(4);
    expect(places.every((place) => place > 2000 && place < 7000)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  test('are none in a sound without any, and in no sound at all', async () => {
    expect(await pauses(sound([3000], -20, -20))).toEqual([]);
    expect(await pauses(new Float32Array(0))).toEqual([]);
  });

  test('are anywhere in silence', async () => {
    expect((await pauses(new Float32Array(3 * RATE))).length).toBeGreaterThanOrEqual(2);
  });

  test('are not hidden by rumble', async () => {
    const samples = sound([1000, 400, 1000], -20, -60);
    const rumbling = samples.map((value, index) => value + 0.3 * Math.sin((2 * Math.PI * 5 * index) / RATE));
    expect(await pauses(rumbling)).toHaveLength(1);
  });
});
