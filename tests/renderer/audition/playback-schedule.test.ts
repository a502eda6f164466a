import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Chunk,
  nextChunk,
  type PlaybackRange,
  positionAt,
  type Speed,
  shapeChunk,
} from '../../../src-renderer/audition/playback-schedule.ts';

const forward: PlaybackRange = { speed: 1, loop: null, endSample: 100_000 };

function play(range: PlaybackRange, fromSample: number, outputFrames: number, pieces: number): Chunk[] {
  const chunks: Chunk[] = [];
  let at = fromSample;
  while (chunks.length < pieces) {
    const chunk = nextChunk(range, at, outputFrames);
    if (!chunk) break;
    chunks.push(chunk);
    at = chunk.nextSample;
  }
  return chunks;
}

describe('pieces of playback', () => {
  test('cover every sample to the end once, in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 100, max: 30_000 }), (from, frames) => {
        let at = from;
        for (const chunk of play(forward, from, frames, 10_000)) {
          expect(chunk.fromSample).toBe(at);
          at += chunk.countSamples;
        }
        expect(at).toBe(100_000);
      }),
      { numRuns: 50 },
    );
  });

  test('run on without an end', () => {
    expect(play({ ...forward, endSample: null }, 500_000, 24_000, 5)).toHaveLength(5);
  });

  test('in reverse reach the start and stop there', () => {
    const chunks = play({ speed: -2, loop: null, endSample: null }, 50_000, 24_000, 10);
    expect(chunks.map(({ fromSample, countSamples }) => [fromSample, countSamples])).toEqual([
      [2_000, 48_000],
      [0, 2_000],
    ]);
  });

  test('of a loop meet its end and go on at its start, to the sample', () => {
    const loop = { fromSample: 1_000, toSample: 11_000 };
    const chunks = play({ speed: 1, loop, endSample: null }, 8_000, 4_000, 6);
    expect(chunks.map((chunk) => chunk.fromSample)).toEqual([8_000, 1_000, 5_000, 9_000, 1_000, 5_000]);
    expect(chunks.map((chunk) => chunk.countSamples)).toEqual([3_000, 4_000, 4_000, 2_000, 4_000, 4_000]);
  });

  test('that begin after a loop’s end begin at its start', () => {
    const loop = { fromSample: 1_000, toSample: 11_000 };
    expect(nextChunk({ speed: 1, loop, endSample: null }, 20_000, 4_000)?.fromSample).toBe(1_000);
  });

  test('at speed 4 take four samples for each one played', () => {
    const chunk = nextChunk({ speed: 4, loop: null, endSample: 1_000_000 }, 0, 24_000);
    expect(chunk).toMatchObject({ countSamples: 96_000, outputFrames: 24_000 });
  });

  test('are whole for every speed', () => {
    for (const speed of [1, 2, 4, -1, -2, -4] as Speed[])
      for (const chunk of play({ speed, loop: null, endSample: 99_999 }, 77_777, 10_001, 50))
        expect(Number.isInteger(chunk.outputFrames)).toBe(true);
  });
});

describe('the position', () => {
  const placed = [
    { chunk: nextChunk(forward, 10_000, 4_800)!, startFrame: 1_000 },
    { chunk: nextChunk(forward, 14_800, 4_800)!, startFrame: 5_800 },
  ];

  test('moves one sample each output frame, across the joint', () => {
    expect(positionAt(placed, 1_000)).toBe(10_000);
    expect(positionAt(placed, 5_799)).toBe(14_799);
    expect(positionAt(placed, 5_800)).toBe(14_800);
  });

  test('rests at the start until the first piece sounds, and at the end of the last one', () => {
    expect(positionAt(placed, 0)).toBe(10_000);
    expect(positionAt(placed, 999_999)).toBe(19_600);
    expect(positionAt([], 5)).toBeNull();
  });

  test('goes back in reverse, twice as fast at speed −2', () => {
    const chunk = nextChunk({ speed: -2, loop: null, endSample: null }, 50_000, 10_000)!;
    expect(positionAt([{ chunk, startFrame: 0 }], 0)).toBe(50_000);
    expect(positionAt([{ chunk, startFrame: 0 }], 100)).toBe(49_800);
  });
});

describe('the sound of a piece', () => {
  const sound = Float32Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? i / 2 : -(i / 2)));

  test('at speed 1 is what was rendered', () => {
    const { left, right } = shapeChunk(sound, {
      fromSample: 0,
      countSamples: 8,
      speed: 1,
      outputFrames: 8,
      nextSample: 8,
    });
    expect([...left]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(right[3]).toBe(-3.5);
  });

  test('in reverse is turned round', () => {
    const { left } = shapeChunk(sound, { fromSample: 0, countSamples: 8, speed: -1, outputFrames: 8, nextSample: 0 });
    expect([...left]).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('at speed 2 is the mean of each two', () => {
    const { left } = shapeChunk(sound, { fromSample: 0, countSamples: 8, speed: 2, outputFrames: 4, nextSample: 8 });
    expect([...left]).toEqual([0.5, 2.5, 4.5, 6.5]);
  });

  test('that is too short is refused', () => {
    expect(() =>
      shapeChunk(sound, { fromSample: 0, countSamples: 9, speed: 1, outputFrames: 9, nextSample: 9 }),
    ).toThrow(RangeError);
  });
});
