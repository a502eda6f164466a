import { expect, test } from 'vitest';
import { type RecordKeySituation, recordWords } from '../../../src-renderer/record/record-words.ts';

function words(more: Partial<RecordKeySituation> = {}): string {
  return recordWords({
    phase: 'idle',
    punch: null,
    isPunchedIn: false,
    isPlaying: false,
    hasRange: false,
    looping: false,
    punchByHand: false,
    ...more,
  });
}

test('the record button says what a press would record', () => {
  expect(words()).toBe('Record from the cursor on');
  expect(words({ hasRange: true })).toBe('Record the selected range');
  expect(words({ hasRange: true, looping: true })).toBe('Record the selected range lap after lap');
  expect(words({ hasRange: true, punchByHand: true })).toBe('Roll, then punch in and out by hand');
});

test('while it plays, a press records from there on, but within a range that lies ahead', () => {
  expect(words({ isPlaying: true })).toBe('Record from here on');
  expect(words({ isPlaying: true, punchByHand: true, hasRange: true })).toBe('Record from here on');
  expect(words({ isPlaying: true, looping: true, hasRange: true })).toBe('Record from here on');
  expect(words({ isPlaying: true, hasRange: true })).toMatch(/as far as the selected range goes/);
});

test('while something is recorded, a press punches, ends what has its span, or calls off what does not roll yet', () => {
  expect(words({ phase: 'starting', punch: 'now' })).toBe('Call the recording off');
  expect(words({ phase: 'rolling', punch: 'span', isPunchedIn: true })).toBe('End the recording');
  expect(words({ phase: 'rolling', punch: 'now', isPunchedIn: true })).toBe('Punch out');
  expect(words({ phase: 'rolling', punch: 'by-hand' })).toBe('Punch in');
});
