import { expect, test } from 'vitest';
import { otherPlaceWords, standingLabel } from '../../../src-renderer/sync/other-place.ts';

const film = { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };
const place = { offsetSamplesAt48k: 411_000, likeness: 0.72 };

test('another place stands by its evidence against the best one’s, and one that was left by that', () => {
  expect(standingLabel(place, 'match')).toBe('72 % as strong');
  expect(standingLabel(place, 'places')).toBe('72 % as strong as the best');
  expect(standingLabel({ ...place, likeness: 1 }, 'places')).toBe('fits best');
  expect(standingLabel({ ...place, former: {} as never }, 'match')).toBe('where it lay before');
});

test('a place alone stands by what a match takes, and is never told as sure', () => {
  expect(standingLabel(place, 'nothing')).toBe('72 % of what a match takes');
  expect(standingLabel({ ...place, likeness: 1 }, 'nothing')).toBe('not sure enough');
});

test('a place that timecode alone points to tells no likeness: no sound was compared', () => {
  const byClock = { ...place, likeness: 1, byClock: true };
  for (const beside of ['match', 'places', 'nothing'] as const)
    expect(standingLabel(byClock, beside)).toBe('by timecode alone');
  expect(otherPlaceWords(byClock, 'T01', film)).not.toContain('%');
});

test('another place that is looked at is told with its own offset, and of what is not it', () => {
  expect(otherPlaceWords(place, 'music-16_T01', film)).toBe(
    'Another place, not the match: the camera starts at +00:00:08:13+1000 (+411,000 samples), 72 % as strong as the match on music-16_T01.',
  );
  expect(otherPlaceWords(place, null, film)).toBe(
    'A place where it might belong: the camera starts at +00:00:08:13+1000 (+411,000 samples), 72 % of what a match takes.',
  );
  expect(otherPlaceWords({ ...place, former: {} as never }, 'music-16_T01', film)).toBe(
    'Another place, not the match on music-16_T01: the camera starts at +00:00:08:13+1000 (+411,000 samples), where it lay before.',
  );
});
