import { describe, expect, it } from 'vitest';
import { syncOffText } from '../../../src-renderer/timeline/readout.ts';

const at24 = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };
const at2997 = { ...at24, frameRate: { numerator: 30_000, denominator: 1001, drop: true } };

describe('how far a clip is out of sync', () => {
  it('is said in samples under a frame', () => {
    expect([1, -37, 1999].map((samples) => syncOffText(samples, at24))).toEqual(['+1 smp', '−37 smp', '+1999 smp']);
  });

  it('is said in whole frames where it is whole, else with a fraction', () => {
    expect([2000, -4000, 2600, 4001].map((samples) => syncOffText(samples, at24))).toEqual([
      '+1 fr',
      '−2 fr',
      '+1.3 fr',
      '+2.0 fr',
    ]);
  });

  it('takes a frame that is no whole number of samples for a whole frame', () => {
    expect([1601, 1602, 3203, -8008].map((samples) => syncOffText(samples, at2997))).toEqual([
      '+1 fr',
      '+1 fr',
      '+2 fr',
      '−5 fr',
    ]);
  });

  it('is said in seconds from more than two on', () => {
    expect(
      [96_000, 96_001, -48_000 * 15 - 19_200, 48_000 * 60 - 1].map((samples) => syncOffText(samples, at24)),
    ).toEqual(['+48 fr', '+2.0 s', '−15.4 s', '+59.9 s']);
  });

  it('is timecode from a minute on', () => {
    expect(syncOffText(-48_000 * 75 - 6000, at24)).toBe('−00:01:15:03');
  });
});
