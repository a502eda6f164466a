import { expect, test } from 'vitest';
import { otherPlaceWords, standingLabel } from '../../../src-renderer/sync/other-place.ts';

const film = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };
const place = { offsetSamplesAt48k: 411_000, likeness: 0.72 };

test('another place stands by its evidence against the best one’s, and one that was left by that', () => {
  expect(standingLabel(place, false)).toBe('72 % as strong');
  expect(standingLabel(place, true)).toBe('likeness 72 %');
  expect(standingLabel({ ...place, former: {} as never }, false)).toBe('where it lay before');
});

test('another place that is looked at is told with its own offset, and of what is not it', () => {
  expect(otherPlaceWords(place, 'music-16_T01', film)).toBe(
    'Another place, not the match: the camera starts at +00:00:08:13+1000 (+411,000 samples), 72 % as strong as the match on music-16_T01.',
  );
  expect(otherPlaceWords(place, null, film)).toBe(
    'A place where it might belong: the camera starts at +00:00:08:13+1000 (+411,000 samples), likeness 72 %.',
  );
  expect(otherPlaceWords({ ...place, former: {} as never }, 'music-16_T01', film)).toBe(
    'Another place, not the match on music-16_T01: the camera starts at +00:00:08:13+1000 (+411,000 samples), where it lay before.',
  );
});
