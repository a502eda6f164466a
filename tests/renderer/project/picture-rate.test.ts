import { expect, test } from 'vitest';
import { changeRateCommand, disagreeingRate } from '../../../src-renderer/project/picture-rate.ts';
import type { PictureRow } from '../../../src-shared/model/rows.ts';
import { FRAME_RATES } from '../../../src-shared/time/frame-rate.ts';

const clock = { frameRate: FRAME_RATES['24'], sampleRate: 48_000, startFrame: 86_400 };
const at = (numerator: number, denominator: number) =>
  ({ frameRateNumerator: numerator, frameRateDenominator: denominator, dropFrame: false }) as PictureRow;

test('pictures that agree with each other and not with the project are noticed', () => {
  expect(disagreeingRate([at(24_000, 1_001), at(24_000, 1_001)], clock)).toEqual(FRAME_RATES['23.976']);
  expect(disagreeingRate([at(24, 1)], clock)).toBeNull();
  expect(disagreeingRate([at(25, 1), at(24_000, 1_001)], clock)).toBeNull();
  expect(disagreeingRate([], clock)).toBeNull();
});

test('another rate keeps the start’s label', () => {
  expect(changeRateCommand(FRAME_RATES['25'], clock)).toMatchObject({ startFrame: 90_000 });
  expect(changeRateCommand(FRAME_RATES['23.976'], clock)).toMatchObject({ startFrame: 86_400 });
});
