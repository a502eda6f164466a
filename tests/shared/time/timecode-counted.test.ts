import { describe, expect, test } from 'vitest';
import {
  countingBase,
  FRAME_RATES,
  type FrameRate,
  frameToSample,
  sampleToFrame,
} from '../../../src-shared/time/frame-rate.ts';
import { PULLS, pulledSampleRate } from '../../../src-shared/time/pull.ts';
import {
  formatTimecode,
  framesPerDay,
  parseTimecode,
  startFrameOfTimeReference,
} from '../../../src-shared/time/timecode.ts';

/**
 * Timecode against the definition itself: labels are counted up one by one as a generator's dials turn, skipping those
 * that drop-frame leaves out, and samples are computed from the exact fraction. Nothing here is taken from the
 * product's arithmetic.
 */

type Dials = { hours: number; minutes: number; seconds: number; frames: number };

/** Turns the dials to the next label. At `base` 30 two labels are left out each minute but every tenth, 60: four. */
function turn(dials: Dials, base: number, drop: boolean): void {
  dials.frames += 1;
  if (dials.frames < base) return;
  dials.frames = 0;
  dials.seconds += 1;
  if (dials.seconds < 60) return;
  dials.seconds = 0;
  dials.minutes += 1;
  if (dials.minutes === 60) {
    dials.minutes = 0;
    dials.hours += 1;
  }
  if (drop && dials.minutes % 10 !== 0) dials.frames = base / 15;
}

const two = (value: number) => String(value).padStart(2, '0');

function label({ hours, minutes, seconds, frames }: Dials, drop: boolean): string {
  return `${two(hours)}:${two(minutes)}:${two(seconds)}${drop ? ';' : ':'}${two(frames)}`;
}

/** The sample nearest to the start of a frame, halves upwards, by exact integers. */
function nearestSample(frame: number, rate: FrameRate, sampleRate: number): number {
  const top = BigInt(frame) * BigInt(sampleRate) * BigInt(rate.denominator);
  const bottom = BigInt(rate.numerator);
  return Number((2n * top + bottom) / (2n * bottom));
}

/** Frames for which every label is looked at; of the rest of the day one in so many. */
const everyFrameUpTo = 25_000;
const oneIn = 997;

describe('a day counted label by label', () => {
  test.each(Object.entries(FRAME_RATES))('at %s', (_, rate: FrameRate) => {
    const base = Math.round(rate.numerator / rate.denominator);
    const { drop } = rate;
    const dials: Dials = { hours: 0, minutes: 0, seconds: 0, frames: 0 };
    const wrong: string[] = [];
    const check = (holds: boolean, what: string) => {
      if (!holds && wrong.length < 5) wrong.push(what);
    };
    let frame = 0;
    for (; dials.hours < 24; frame++, turn(dials, base, drop)) {
      // Around each new minute is where labels are dropped.
      const isNearMinute = dials.seconds === 0 && dials.frames < 5;
      if (frame > everyFrameUpTo && frame % oneIn !== 0 && !(isNearMinute && dials.minutes % 7 < 2)) continue;
      const text = label(dials, drop);
      check(formatTimecode(frame, rate) === text, `${frame} is ${text}, not ${formatTimecode(frame, rate)}`);
      check(parseTimecode(text, rate) === frame, `${text} is ${frame}, not ${parseTimecode(text, rate)}`);
      for (const sampleRate of [44_100, 48_000, 96_000]) {
        const sample = nearestSample(frame, rate, sampleRate);
        check(frameToSample(frame, rate, sampleRate) === sample, `${frame} at ${sampleRate} is sample ${sample}`);
        check(sampleToFrame(sample, rate, sampleRate) === frame, `sample ${sample} at ${sampleRate} is ${frame}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(framesPerDay(rate)).toBe(frame);
    expect(countingBase(rate)).toBe(base);
  });
});

describe('labels that every book of the field gives', () => {
  test.each([
    ['29.97 DF', 1799, '00:00:59;29'],
    ['29.97 DF', 1800, '00:01:00;02'],
    ['29.97 DF', 17_982, '00:10:00;00'],
    ['29.97 DF', 107_892, '01:00:00;00'],
    ['29.97 NDF', 108_000, '01:00:00:00'],
    ['59.94 DF', 3600, '00:01:00;04'],
    ['59.94 DF', 215_784, '01:00:00;00'],
    ['23.976', 86_400, '01:00:00:00'],
    ['25', 90_000, '01:00:00:00'],
  ] as const)('%s frame %i is %s', (name, frame, text) => {
    expect(formatTimecode(frame, FRAME_RATES[name])).toBe(text);
    expect(parseTimecode(text, FRAME_RATES[name])).toBe(frame);
  });

  test('a day of 29.97 drop-frame has 2589408 frames', () => {
    expect(framesPerDay(FRAME_RATES['29.97 DF'])).toBe(2_589_408);
  });
});

describe('labels that do not exist are refused', () => {
  test.each(['29.97 DF', '30 DF', '59.94 DF', '119.88 DF'] as const)('those that %s drops', (name) => {
    const rate = FRAME_RATES[name];
    const base = Math.round(rate.numerator / rate.denominator);
    for (let minute = 0; minute < 60; minute++)
      for (let frames = 0; frames < base / 15; frames++) {
        const text = label({ hours: 11, minutes: minute, seconds: 0, frames }, true);
        if (minute % 10 === 0) expect(parseTimecode(text, rate)).toBeTypeOf('number');
        else expect(parseTimecode(text, rate)).toBe('dropped-label');
      }
  });

  test.each(Object.entries(FRAME_RATES))('those beyond the dials at %s', (_, rate: FrameRate) => {
    const base = Math.round(rate.numerator / rate.denominator);
    const at = (change: Partial<Dials>) =>
      parseTimecode(label({ hours: 1, minutes: 10, seconds: 1, frames: 5, ...change }, rate.drop), rate);
    expect([at({ minutes: 60 }), at({ seconds: 60 }), at({ frames: base })]).toEqual(['range', 'range', 'range']);
  });
});

describe('the start timecode of a recorder file', () => {
  test.each([
    ['golden: frame exact at 23.976', 2_190_940_753, 48_000, '23.976', '12:39:59:00'],
    ['one sample early is the frame before', 2_190_940_751, 48_000, '23.976', '12:39:58:23'],
    ['four samples late is the same frame', 2_190_940_756, 48_000, '23.976', '12:39:59:00'],
    ['an hour at 25', 172_800_000, 48_000, '25', '01:00:00:00'],
    ['counted at 48048', 172_972_800, 48_048, '24', '01:00:00:00'],
  ] as const)('%s', (_, samples, sampleRate, name, text) => {
    const rate = FRAME_RATES[name];
    const exact = (BigInt(samples) * BigInt(rate.numerator)) / (BigInt(sampleRate) * BigInt(rate.denominator));
    const frame = startFrameOfTimeReference(samples, sampleRate, rate);
    expect(frame).toBe(Number(exact));
    expect(formatTimecode(frame, rate)).toBe(text);
  });
});

test('the pulls of the field are 0.1, 4.1667 and 4.27 per cent', () => {
  const percent = Object.fromEntries(
    Object.entries(PULLS).map(([name, { numerator, denominator }]) => [name, (numerator / denominator - 1) * 100]),
  );
  expect(percent['pull-down']).toBeCloseTo(-0.0999, 4);
  expect(percent['pull-up']).toBeCloseTo(0.1, 4);
  expect(percent['24-to-25']).toBeCloseTo(4.1667, 4);
  expect(percent['25-to-24']).toBeCloseTo(-4, 4);
  expect(percent['23.976-to-25']).toBeCloseTo(4.2708, 4);
  expect(pulledSampleRate(48_048, PULLS['pull-down'])).toBe(48_000);
});
