import { describe, expect, test } from 'vitest';
import {
  countingBase,
  type FrameRate,
  frameToSample,
  parseFrameRate,
  sampleToFrame,
} from '../../../src-shared/time/frame-rate.ts';
import { PULLS, pulledSampleRate, pullOfRates } from '../../../src-shared/time/pull.ts';
import {
  formatTimecode,
  framesPerDay,
  parseTimecode,
  startFrameOfTimeReference,
} from '../../../src-shared/time/timecode.ts';
import { sharedJson } from '../../support/shared-data.ts';

type Tables = {
  tables: {
    rate: string;
    base: number;
    drop: boolean;
    framesPerDay: number;
    rows: {
      frame: number;
      tc: string;
      seconds: string;
      sample48kNearest: number;
      sample44k1Nearest: number;
      sample96kNearest: number;
    }[];
  }[];
};
type Rules = {
  invalid: Record<string, string[]>;
  pull: { name: string; speed: string; sampleRateDeclared?: number; sampleRateRecorded?: number }[];
  ixmlStart: {
    case: string;
    TIMESTAMP_SAMPLE_RATE: number;
    FILE_SAMPLE_RATE: number;
    DIGITIZER_SAMPLE_RATE?: number;
    TIMECODE_RATE: string;
    TIMECODE_FLAG: string;
    samplesSinceMidnight: number;
    startTc: string;
  }[];
};

function rateOf(text: string, drop: boolean): FrameRate {
  const rate = parseFrameRate(text);
  if (!rate) throw new Error(`no frame rate: ${text}`);
  return { ...rate, drop };
}

// Where the tables are not there, `sharedJson` prints that they were skipped.
const tables = sharedJson<Tables>('timecode/frames-tc.json');
const rules = sharedJson<Rules>('timecode/rules.json');

describe.skipIf(!tables)('timecode tables checked by two other implementations', () => {
  test('there are 18 of them', () => expect(tables?.tables).toHaveLength(18));

  test.each(tables?.tables ?? [])('every row of $rate, drop $drop', (table) => {
    const rate = rateOf(table.rate, table.drop);
    expect(countingBase(rate)).toBe(table.base);
    expect(framesPerDay(rate)).toBe(table.framesPerDay);
    expect(table.rows.length).toBeGreaterThan(20);
    for (const row of table.rows) {
      const { frame } = row;
      expect(formatTimecode(frame, rate)).toBe(row.tc);
      expect(parseTimecode(row.tc, rate)).toBe(frame);
      expect(frameToSample(frame, rate, 48000)).toBe(row.sample48kNearest);
      expect(frameToSample(frame, rate, 44100)).toBe(row.sample44k1Nearest);
      expect(frameToSample(frame, rate, 96000)).toBe(row.sample96kNearest);
      for (const sampleRate of [44100, 48000, 96000]) {
        expect(sampleToFrame(frameToSample(frame, rate, sampleRate), rate, sampleRate)).toBe(frame);
      }
      const [numerator = 0, denominator = 1] = row.seconds.split('/').map(Number);
      expect(BigInt(frame) * BigInt(rate.denominator) * BigInt(denominator)).toBe(
        BigInt(numerator) * BigInt(rate.numerator),
      );
    }
  });
});

describe.skipIf(!rules)('timecode rules', () => {
  test.each(Object.entries(rules?.invalid ?? {}))('labels that do not exist at %s are refused', (name, labels) => {
    const rate = rateOf(name.replace(' DF', ''), name.endsWith('DF'));
    for (const label of labels) expect(['dropped-label', 'range']).toContain(parseTimecode(label, rate));
  });

  test.each(rules?.ixmlStart ?? [])('start timecode of a recorder file: $case', (row) => {
    const rate = rateOf(row.TIMECODE_RATE, row.TIMECODE_FLAG === 'DF');
    const frame = startFrameOfTimeReference(row.samplesSinceMidnight, row.TIMESTAMP_SAMPLE_RATE, rate);
    expect(formatTimecode(frame, rate)).toBe(row.startTc);
    const digitizer = row.DIGITIZER_SAMPLE_RATE ?? row.FILE_SAMPLE_RATE;
    expect(pullOfRates(digitizer, row.FILE_SAMPLE_RATE) === null).toBe(digitizer === row.FILE_SAMPLE_RATE);
  });

  test.each(rules?.pull ?? [])('pull: $name', ({ speed, sampleRateRecorded, sampleRateDeclared }) => {
    const [numerator = 0, denominator = 1] = speed.split('/').map(Number);
    const known = Object.values(PULLS).find((pull) => pull.numerator * denominator === pull.denominator * numerator);
    expect(known).toBeDefined();
    if (known && sampleRateRecorded && sampleRateDeclared) {
      expect(pulledSampleRate(sampleRateRecorded, known)).toBe(sampleRateDeclared);
    }
  });
});
