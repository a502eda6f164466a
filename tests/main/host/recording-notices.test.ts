import { describe, expect, test } from 'vitest';
import type { FinishedFile } from '../../../src-main/host/finish-recording.ts';
import { endNotices } from '../../../src-main/host/recording-notices.ts';

const BOOM: FinishedFile = {
  path: 'Audio Files/Boom_1.wav',
  name: 'Boom_1',
  trackId: 1,
  pass: 1,
  outcome: 'kept',
  frames: 96_000,
  isPlaced: true,
  error: null,
};
const told = (problems: readonly string[]) =>
  endNotices([BOOM], { problems, isLate: false, sampleRate: 48_000 }).join('\n');

describe('what is told of a recording that was broken off', () => {
  test('says each thing that went wrong once', () => {
    expect(told(['The disk is full.', 'The disk is full.', 'The disk is full'])).toMatch(
      /^Recording stopped: The disk is full\. Kept: “Boom_1” \(/,
    );
  });

  test('has sentences, each with one full stop', () => {
    expect(told(['The device was lost', 'The disk is full. ', ''])).toMatch(
      /^Recording stopped: The device was lost\. The disk is full\. Kept: /,
    );
  });
});
