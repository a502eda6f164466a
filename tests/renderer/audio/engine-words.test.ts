import { expect, test } from 'vitest';
import {
  bufferWords,
  calibrationWords,
  devicesOf,
  gainWords,
  megabytes,
  SILENCE_DB,
  samplesAndTime,
  troublesOf,
} from '../../../src-renderer/audio/engine-words.ts';
import type { EngineStatus } from '../../../src-shared/engine/live-engine.ts';

const status = {
  sampleRate: 48_000,
  reportedLatencySamples: { input: 256, output: 512 },
  roundTripSamples: null,
} as EngineStatus;

test('what the engine cannot play is told in a few words, with the files it is about', () => {
  const missing = (at: number) => ({ path: `/sound/${at}.wav`, trouble: 'missing' as const, message: '' });
  expect(troublesOf({ sourceTroubles: [], refusedPlan: null })).toEqual([]);
  const [files] = troublesOf({ sourceTroubles: [missing(1)], refusedPlan: null });
  expect(files?.text).toBe('1 file in trouble');
  expect(files?.about).toContain('1.wav: missing');
  const refusedPlan = { code: 'plan', message: 'It names no file.', remedy: 'Undo it.' };
  const [many, plan] = troublesOf({ sourceTroubles: [1, 2, 3, 4, 5, 6, 7].map(missing), refusedPlan });
  expect(many?.text).toBe('7 files in trouble');
  expect(many?.about).toMatch(/5\.wav: missing\nand 2 more$/);
  expect(plan).toMatchObject({ text: 'edit not played', about: expect.stringContaining('It names no file. Undo it.') });
});

test('samples are told with the time they take', () => {
  expect(samplesAndTime(512, 48_000)).toBe('512 samples (10.67 ms)');
  expect(samplesAndTime(1, 48_000)).toBe('1 sample (0.02 ms)');
  expect(samplesAndTime(48_000, 0)).toBe('48,000 samples');
});

test('a buffer of 0 is the driver’s choice', () => {
  expect(bufferWords(0, 48_000)).toBe('as the driver likes');
  expect(bufferWords(128, 48_000)).toBe('128 samples (2.7 ms)');
});

test('without a calibration it is said that the driver’s word counts, and which it is', () => {
  expect(calibrationWords(status)).toEqual({
    text: 'Not calibrated at this rate and buffer: recordings land by what the driver reports, 768 samples (16.00 ms).',
    isMeasured: false,
  });
  expect(calibrationWords({ ...status, roundTripSamples: 0 })).toEqual({
    text: 'Calibrated: recordings are moved by 0 samples (0.00 ms).',
    isMeasured: true,
  });
});

test('one device both ways is named once', () => {
  const desk = { hostApi: 'ALSA', name: 'Desk' };
  expect(devicesOf({ input: desk, output: desk })).toBe('Desk');
  expect(devicesOf({ input: desk, output: { hostApi: 'ALSA', name: 'Speakers' } })).toBe('Desk → Speakers');
  expect(devicesOf({ input: null, output: null })).toBe('');
});

test('the lowest place of a fader is off', () => {
  expect(gainWords(SILENCE_DB)).toBe('off');
  expect(gainWords(0)).toBe('0.0 dB');
  expect(gainWords(3)).toBe('+3.0 dB');
  expect(gainWords(-12.5)).toBe('−12.5 dB');
});

test('memory is told in megabytes, and in gigabytes where it is many', () => {
  expect(megabytes(268_435_456)).toBe('268 MB');
  expect(megabytes(2_500_000_000)).toBe('2.5 GB');
});
