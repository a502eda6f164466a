import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { positionOfTimecode } from '../../../src-shared/time/timecode.ts';
import { exactTimecodeAt, positionOfEntry } from '../../../src-shared/time/timecode-entry.ts';

const at25 = { frameRate: { numerator: 25, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };
const reel = { ...at25, startFrame: 90_000 };
const dropFrame = {
  frameRate: { numerator: 30_000, denominator: 1001, drop: true },
  sampleRate: 48_000,
  startFrame: 107_892,
};
const FRAME = 1920;

describe('a typed timecode', () => {
  test('is filled from the right where it is plain digits', () => {
    expect(positionOfEntry('1000', at25, 0)).toBe(480_000);
    expect(positionOfEntry('12', at25, 0)).toBe(12 * FRAME);
    expect(positionOfEntry('01000000', reel, 0)).toBe(0);
    expect(positionOfEntry('10000', at25, 0)).toBe(60 * 48_000);
  });

  test('without hours lies in the first hour at or behind the project’s start', () => {
    expect(positionOfEntry('1000', reel, 0)).toBe(480_000);
    // A reel that begins with its leader: ten seconds past the full hour, not ten minutes early.
    const withLeader = { ...at25, startFrame: 90_000 - 8 * 25 };
    expect(positionOfEntry('1000', withLeader, 0)).toBe(18 * 48_000);
    expect(positionOfEntry('595900', withLeader, 0)).toBe(7 * 48_000);
  });

  test('with hours before the start is negative, as it was typed', () => {
    expect(positionOfEntry('00:59:59:00', reel, 0)).toBe(-48_000);
  });

  test('may leave fields out at the left', () => {
    expect(positionOfEntry('10:00', at25, 0)).toBe(480_000);
    expect(positionOfEntry('1:10:05', at25, 0)).toBe(70 * 48_000 + 5 * FRAME);
  });

  test('with a sign is a distance from where one is, samples into the frame kept', () => {
    expect(positionOfEntry('+1000', at25, 48_007)).toBe(48_007 + 480_000);
    expect(positionOfEntry('-12', at25, 48_000)).toBe(48_000 - 12 * FRAME);
    expect(positionOfEntry('−480 smp', at25, 48_000)).toBe(47_520);
    expect(positionOfEntry('+99', at25, 0)).toBe(99 * FRAME);
    expect(positionOfEntry('+3 fr', at25, 0)).toBe(3 * FRAME);
  });

  test('that names no frame says why', () => {
    expect(positionOfEntry('soon', at25, 0)).toBe('form');
    expect(positionOfEntry('', at25, 0)).toBe('form');
    expect(positionOfEntry('99', at25, 0)).toBe('range');
    expect(positionOfEntry('+', at25, 0)).toBe('form');
    expect(positionOfEntry('00:00:00:00 +1920 smp', at25, 0)).toBe('range');
    expect(positionOfEntry('01:01:00;00', dropFrame, 0)).toBe('dropped-label');
  });

  test('as it has always been written means what it always meant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 20 * 3600 * 48_000 }),
        fc.constantFrom(at25, reel, dropFrame),
        (at, clock) => {
          const label = exactTimecodeAt(at, clock).slice(0, 11);
          expect(positionOfEntry(label, clock, 0)).toBe(positionOfTimecode(label, clock));
        },
      ),
    );
  });
});

test('a position that is shown is read back to the sample', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 * 3600 * 48_000 }),
      fc.constantFrom(at25, reel, dropFrame),
      (at, clock) => {
        expect(positionOfEntry(exactTimecodeAt(at, clock), clock, 0)).toBe(at);
      },
    ),
  );
  expect(exactTimecodeAt(2 * FRAME - 1, at25)).toBe('00:00:00:01 +1919 smp');
});

test('frames typed as distances add up exactly at rates whose frames are no whole samples', () => {
  let at = 0;
  for (let step = 0; step < 30; step++) at = positionOfEntry('+1', dropFrame, at) as number;
  expect(at).toBe(48_048);
});
