import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  byteSpanOf,
  frameAtPosition,
  framesToKeep,
  positionOfFrame,
  sourceTimecodeOfFrame,
} from '../../../src-renderer/picture/picture-frame.ts';
import type { PictureClipRow, PictureRow } from '../../../src-shared/model/rows.ts';

const picture: PictureRow = {
  id: 1,
  name: 'A001',
  originalPath: '/cards/A001.mov',
  proxyPath: 'Picture/A001.mp4',
  contentHash: '',
  frameRateNumerator: 24_000,
  frameRateDenominator: 1_001,
  dropFrame: false,
  variableFrameRate: false,
  frameCount: 500,
  widthPixels: 960,
  heightPixels: 540,
  startFrame: 86_400,
};
const clip: PictureClipRow = {
  id: 1,
  pictureId: 1,
  name: 'A001',
  startSample: 48_000,
  lengthSamples: 480_000,
  sourceInFrame: 10,
};

describe('the frame under the playhead', () => {
  test('is the clip’s first at its first sample and changes exactly where the next begins', () => {
    expect(frameAtPosition(48_000, clip, picture, 48_000)).toBe(10);
    // 48,000 * 1001 / 24,000 = 2002 samples a frame.
    expect(frameAtPosition(48_000 + 2_001, clip, picture, 48_000)).toBe(10);
    expect(frameAtPosition(48_000 + 2_002, clip, picture, 48_000)).toBe(11);
  });

  test('is none outside the clip and past the picture’s end', () => {
    expect(frameAtPosition(47_999, clip, picture, 48_000)).toBeNull();
    expect(frameAtPosition(48_000 + 480_000, clip, picture, 48_000)).toBeNull();
    expect(frameAtPosition(300_000, clip, { ...picture, frameCount: 50 }, 48_000)).toBeNull();
  });

  test('is the one whose own start leads back to it, at any rate', () => {
    const rates = [
      [24, 1],
      [24_000, 1_001],
      [25, 1],
      [30_000, 1_001],
      [60_000, 1_001],
    ] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...rates),
        fc.integer({ min: 0, max: 100_000 }),
        fc.constantFrom(44_100, 48_000, 96_000),
        ([numerator, denominator], frame, sampleRate) => {
          const other = {
            ...picture,
            frameRateNumerator: numerator,
            frameRateDenominator: denominator,
            frameCount: 200_000,
          };
          const long = { ...clip, sourceInFrame: 0, lengthSamples: 2 ** 40 };
          expect(frameAtPosition(positionOfFrame(frame, long, other, sampleRate), long, other, sampleRate)).toBe(frame);
        },
      ),
    );
  });

  test('carries the source’s own timecode, where there is one', () => {
    expect(sourceTimecodeOfFrame(24, picture)).toBe('01:00:01:00');
    expect(sourceTimecodeOfFrame(24, { ...picture, startFrame: null })).toBeNull();
  });
});

describe('frames kept ready', () => {
  test('begin with the wanted one and go the way it plays', () => {
    expect(framesToKeep(100, 1, 500, 3)).toEqual([100, 101, 102, 103, 99]);
    expect(framesToKeep(100, -2, 500, 3)).toEqual([100, 98, 96, 94, 101]);
  });

  test('never lie outside the picture', () => {
    expect(framesToKeep(0, -1, 500, 3)).toEqual([0, 1]);
    expect(framesToKeep(499, 1, 500, 3)).toEqual([499, 498]);
  });
});

test('a block of frames is one span of bytes that holds them all', () => {
  const index = [100, 10, 110, 20, 130, 5, 135, 7];
  expect(byteSpanOf(1, index, 2)).toEqual({ first: 0, last: 1, fromByte: 100, toByte: 130 });
  expect(byteSpanOf(3, index, 3)).toEqual({ first: 3, last: 3, fromByte: 135, toByte: 142 });
});
