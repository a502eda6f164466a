import { expect, test } from 'vitest';
import { distanceText } from '../../../src-renderer/sync/MatchFacts.tsx';
import { metresOfDelay, nudgeLabels, nudgeStepSamplesAt48k } from '../../../src-renderer/sync/nudge.ts';

const film = { frameRate: { numerator: 24_000, denominator: 1001, drop: false }, sampleRate: 48_000, startFrame: 0 };

test('a nudge is a sample of the project, a quarter of its frame, or a frame', () => {
  expect(nudgeStepSamplesAt48k('sample', film)).toBe(1);
  expect(nudgeStepSamplesAt48k('sample', { ...film, sampleRate: 96_000 })).toBe(0.5);
  expect(nudgeStepSamplesAt48k('frame', film)).toBe(2002);
  expect(nudgeStepSamplesAt48k('quarter', film)).toBe(500.5);
});

test('a nudge is told by where the recorder’s sound went, in samples, milliseconds and frames', () => {
  expect(nudgeLabels(0, film).full).toBe('not nudged');
  expect(nudgeLabels(-1, film).full).toBe('1 sample later · 0.021 ms · 0 fr');
  expect(nudgeLabels(2002 * 2, film).full).toBe('4,004 samples earlier · 83.42 ms · 2 fr');
  expect(nudgeLabels(-24, { ...film, sampleRate: 96_000 }).full).toBe('48 samples later · 0.5 ms · 0.012 fr');
});

test('a nudge is told without its frames where there is little room', () => {
  expect(nudgeLabels(0, film).short).toBe('not nudged');
  expect(nudgeLabels(-2501, film).short).toBe('2,501 smp later · 52.1 ms');
  expect(nudgeLabels(2002 * 2, film).short).toBe('4,004 smp earlier · 83.42 ms');
});

test('ten metres are 29 milliseconds', () => {
  expect(metresOfDelay(29.15)).toBeCloseTo(10, 1);
});

test('what a far camera hears late is called distance where the clock is precise, and nothing where it is not', () => {
  expect(distanceText(11.66, true)).toMatch(
    /about 4\.0 m farther away than the microphone\. That is distance, not an error/,
  );
  expect(distanceText(-5, true)).toMatch(/recorder’s microphone heard it later: about 1\.7 m/);
  expect(distanceText(0.1, true)).toMatch(/same distance/);
  expect(distanceText(20, false)).toMatch(/counts whole frames/);
  expect(distanceText(-33.01, false)).toMatch(/heard it earlier than the recorder, so this is no distance/);
  expect(distanceText(-33.01, false)).not.toMatch(/ m\b/);
});
