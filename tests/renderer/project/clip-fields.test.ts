import { describe, expect, test } from 'vitest';
import {
  durationLabel,
  gainLabel,
  parseDuration,
  parseGainDb,
  shared,
  timecodeCommand,
} from '../../../src-renderer/project/clip-fields.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';

const clock = { frameRate: { numerator: 25, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 90_000 };
const clip = { id: 7, startSample: 48_000, lengthSamples: 96_000 } as ClipRow;

test('gain is read as people write it', () => {
  expect(['-3', '+1.5 dB', '−6', '0', '2,5 db'].map(parseGainDb)).toEqual([-3, 1.5, -6, 0, 2.5]);
  expect(['loud', '', '30', '-200'].map(parseGainDb)).toEqual([null, null, null, null]);
});

test('a gain that is shown is read back as itself', () => {
  for (const gain of [-144, -6.25, 0, 12]) expect(parseGainDb(gainLabel(gain))).toBe(gain);
});

test('lengths are read in frames, milliseconds, seconds and samples', () => {
  expect(['12', '2 f', '120 ms', '0.5 s', '480 sa'].map((text) => parseDuration(text, clock))).toEqual([
    23_040, 3_840, 5_760, 24_000, 480,
  ]);
  expect(parseDuration('long', clock)).toBeNull();
  expect(durationLabel(5_760, 48_000)).toBe('120 ms');
});

describe('a timecode typed into the inspector', () => {
  test('moves the clip, or trims the edge it belongs to', () => {
    expect(timecodeCommand('01:00:02:00', 'start', clip, clock)).toEqual({
      kind: 'clip.move',
      clipIds: [7],
      deltaSamples: 48_000,
    });
    expect(timecodeCommand('01:00:02:00', 'in', clip, clock)).toEqual({
      kind: 'clip.trim',
      clipIds: [7],
      edge: 'start',
      deltaSamples: 48_000,
    });
    expect(timecodeCommand('01:00:02:00', 'out', clip, clock)).toEqual({
      kind: 'clip.trim',
      clipIds: [7],
      edge: 'end',
      deltaSamples: -48_000,
    });
  });

  test('as plain digits or as a distance counts from the edge it stands for', () => {
    expect(timecodeCommand('200', 'start', clip, clock)).toMatchObject({ deltaSamples: 48_000 });
    expect(timecodeCommand('-5', 'out', clip, clock)).toMatchObject({ edge: 'end', deltaSamples: -5 * 1920 });
    expect(timecodeCommand('+100 smp', 'in', clip, clock)).toMatchObject({ edge: 'start', deltaSamples: 100 });
  });

  test('that is none, or lies before the project’s start, does nothing', () => {
    expect(timecodeCommand('soon', 'start', clip, clock)).toBeNull();
    expect(timecodeCommand('00:59:59:00', 'start', clip, clock)).toBeNull();
  });
});

test('only what all selected rows share is shown', () => {
  expect(shared([{ a: 1 }, { a: 1 }], (row) => row.a)).toBe(1);
  expect(shared([{ a: 1 }, { a: 2 }], (row) => row.a)).toBeNull();
  expect(shared([], () => 1)).toBeNull();
});
