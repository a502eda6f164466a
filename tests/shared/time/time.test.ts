import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FILM_GAUGES,
  type FilmGauge,
  formatFeetFrames,
  parseFeetFrames,
} from '../../../src-shared/time/feet-frames.ts';
import {
  FRAME_RATES,
  frameRateName,
  frameToSample,
  parseFrameRate,
  sameFrameRate,
  sampleToFrame,
  snapToFrame,
} from '../../../src-shared/time/frame-rate.ts';
import { inversePull, PULLS, pulledLength, pulledSampleRate } from '../../../src-shared/time/pull.ts';
import { convertSamples, floorDivide, roundDivide, toSafeNumber } from '../../../src-shared/time/sample-position.ts';
import {
  formatTimecode,
  framesPerDay,
  parseTimecode,
  positionOfTimecode,
  startFrameOfTimeReference,
  subframesAt,
  timecodeAt,
  timecodeWithSubframesAt,
} from '../../../src-shared/time/timecode.ts';

const anyRate = fc.constantFrom(...Object.values(FRAME_RATES));
const anySampleRate = fc.constantFrom(44100, 47952, 48000, 48048, 88200, 96000, 176400, 192000);
const anyFrame = fc.integer({ min: -10_000_000, max: 10_000_000 });
const anySample = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });

describe('inverses', () => {
  test('a frame’s first sample lies in that frame, and the sample before it in the frame before', () => {
    fc.assert(
      fc.property(anyFrame, anyRate, anySampleRate, (frame, rate, sampleRate) => {
        const first = frameToSample(frame, rate, sampleRate);
        expect(sampleToFrame(first, rate, sampleRate)).toBe(frame);
        expect(sampleToFrame(first - 1, rate, sampleRate)).toBe(frame - 1);
      }),
    );
  });

  test('a sample lies between the first samples of its frame and of the next', () => {
    fc.assert(
      fc.property(anySample, anyRate, anySampleRate, (sample, rate, sampleRate) => {
        const frame = sampleToFrame(sample, rate, sampleRate);
        expect(frameToSample(frame, rate, sampleRate)).toBeLessThanOrEqual(sample);
        expect(frameToSample(frame + 1, rate, sampleRate)).toBeGreaterThan(sample);
        const snapped = snapToFrame(sample, rate, sampleRate);
        expect(snapToFrame(snapped, rate, sampleRate)).toBe(snapped);
        const halfFrame = (sampleRate * rate.denominator) / rate.numerator / 2;
        expect(Math.abs(snapped - sample)).toBeLessThanOrEqual(Math.ceil(halfFrame));
      }),
    );
  });

  test('a label read back is the frame it was made of, within the day', () => {
    fc.assert(
      fc.property(fc.nat(11_000_000), anyRate, (number, rate) => {
        const frame = number % framesPerDay(rate);
        expect(parseTimecode(formatTimecode(frame, rate), rate)).toBe(frame);
        expect(formatTimecode(frame + framesPerDay(rate), rate)).toBe(formatTimecode(frame, rate));
        expect(formatTimecode(frame - framesPerDay(rate), rate)).toBe(formatTimecode(frame, rate));
      }),
    );
  });

  test('a position read back from its label is the first sample of its frame', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 31),
        anyRate,
        anySampleRate,
        fc.nat(100_000),
        (position, frameRate, sampleRate, startFrame) => {
          const clock = { frameRate, sampleRate, startFrame };
          const label = timecodeAt(position, clock);
          const frame = sampleToFrame(position, frameRate, sampleRate);
          fc.pre(startFrame + frame < framesPerDay(frameRate));
          expect(positionOfTimecode(label, clock)).toBe(frameToSample(frame, frameRate, sampleRate));
          expect(subframesAt(position, clock)).toBeGreaterThanOrEqual(0);
          expect(subframesAt(position, clock)).toBeLessThan(100);
          expect(timecodeWithSubframesAt(position, clock).startsWith(`${label}.`)).toBe(true);
        },
      ),
    );
  });

  test('feet and frames read back are the same count, also before the first frame', () => {
    const gauges = fc.constantFrom(...(Object.keys(FILM_GAUGES) as FilmGauge[]));
    fc.assert(
      fc.property(fc.integer({ min: -5_000_000, max: 5_000_000 }), gauges, (frame, gauge) => {
        expect(parseFeetFrames(formatFeetFrames(frame, gauge), gauge)).toBe(frame);
      }),
    );
  });

  test('a pull and its inverse give the length back to the sample', () => {
    const pulls = fc.constantFrom(...Object.values(PULLS));
    fc.assert(
      fc.property(fc.nat(2 ** 40), pulls, (samples, pull) => {
        const back = pulledLength(pulledLength(samples, pull), inversePull(pull));
        expect(Math.abs(back - samples)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('samples converted up in rate and back are the same', () => {
    fc.assert(
      fc.property(anySample, (samples) => {
        for (const rate of [48000, 88200, 96000, 192000]) {
          expect(convertSamples(convertSamples(samples, 44100, rate), rate, 44100)).toBe(samples);
        }
      }),
    );
  });

  test('division floors and rounds by its definition for either sign', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 12n), (a, b) => {
        const floor = floorDivide(a, b);
        expect(floor * b <= a && a < (floor + 1n) * b).toBe(true);
        const distance = 2n * (roundDivide(a, b) * b - a);
        expect(-b < distance && distance <= b).toBe(true);
      }),
    );
  });

  test('a rate read back from its name is the same rate', () => {
    for (const rate of Object.values(FRAME_RATES)) {
      const read = parseFrameRate(frameRateName(rate));
      expect(read && sameFrameRate(read, rate)).toBe(true);
    }
  });
});

describe('figures of the field', () => {
  test('TimeReference 2190940753 at 48 kHz and 24000/1001 is 12:39:59:00', () => {
    const rate = FRAME_RATES['23.976'];
    expect(formatTimecode(startFrameOfTimeReference(2_190_940_753, 48000, rate), rate)).toBe('12:39:59:00');
  });

  test('drop-frame labels skip 00 and 01 except every tenth minute', () => {
    const rate = FRAME_RATES['29.97 DF'];
    expect(formatTimecode(1799, rate)).toBe('00:00:59;29');
    expect(formatTimecode(1800, rate)).toBe('00:01:00;02');
    expect(formatTimecode(17_981, rate)).toBe('00:09:59;29');
    expect(formatTimecode(17_982, rate)).toBe('00:10:00;00');
    expect(parseTimecode('00:01:00;01', rate)).toBe('dropped-label');
  });

  test('a day of 29.97 non-drop labels lasts 24 h 1 min 26.4 s', () => {
    const rate = FRAME_RATES['29.97 NDF'];
    expect(frameToSample(framesPerDay(rate), rate, 48000)).toBe(Math.round((24 * 3600 + 86.4) * 48000));
  });

  test('sound recorded at 48048 and pulled down plays at 48000', () => {
    expect(pulledSampleRate(48048, PULLS['pull-down'])).toBe(48000);
    expect(pulledLength(48000, PULLS['pull-down'])).toBe(48048);
  });

  test('90 feet of 35 mm are a minute, 36 feet of 16 mm too', () => {
    expect(formatFeetFrames(1440, '35mm-4perf')).toBe('90+00');
    expect(formatFeetFrames(1440, '16mm')).toBe('36+00');
    expect(formatFeetFrames(-17, '35mm-4perf')).toBe('-1+01');
    expect(parseFeetFrames('1+16', '35mm-4perf')).toBeNull();
  });

  test.each([
    ['23.976', 24000, 1001, false],
    ['23.98', 24000, 1001, false],
    ['023.976-ND', 24000, 1001, false],
    ['24000/1001', 24000, 1001, false],
    ['29.97DF', 30000, 1001, true],
    ['29.97 NDF', 30000, 1001, false],
    ['59.94', 60000, 1001, false],
    ['25 fps', 25, 1, false],
  ])('reads the rate %s', (text, numerator, denominator, drop) => {
    expect(parseFrameRate(text)).toEqual({ numerator, denominator, drop });
  });

  test.each(['', 'fast', '0', '0/1', '25/0', '23.5', '-24', '1e3'])('reads no rate in "%s"', (text) => {
    expect(parseFrameRate(text)).toBeNull();
  });

  test.each([
    ['1:2:3', 'form'],
    ['01:00:00:00:00', 'form'],
    ['aa:00:00:00', 'form'],
    ['24:00:00:00', 'range'],
    ['00:60:00:00', 'range'],
    ['00:00:60:00', 'range'],
    ['00:00:00:24', 'range'],
  ])('reads no timecode in %s', (text, problem) => {
    expect(parseTimecode(text, FRAME_RATES['24'])).toBe(problem);
  });

  test('a count past 2^53 is refused, not rounded', () => {
    expect(() => toSafeNumber(2n ** 53n)).toThrow(RangeError);
    expect(() => frameToSample(2 ** 52, FRAME_RATES['24'], 192000)).toThrow(RangeError);
  });
});
