import { expect, test } from 'vitest';
import { type BounceDraft, bounceRequest } from '../../../src-renderer/bounce/bounce-request.ts';
import { bounceRequestSchema } from '../../../src-shared/rpc/schemas.ts';

const draft: BounceDraft = {
  name: 'Reel 1 mix',
  folder: '',
  range: 'reel',
  contents: 'master',
  selectedTracksOnly: false,
  layout: 'stereo',
  sampleFormat: 's24',
  dither: true,
};
const reel = { fromSample: 0, toSample: 480_000 };

test('the whole reel is asked for in the host’s own words', () => {
  const { request } = bounceRequest(draft, reel, null, []);
  expect(bounceRequestSchema.parse(request)).toEqual(request);
  expect(request).toMatchObject({ fromSample: 0, toSample: 480_000, dither: true });
  expect(request).not.toHaveProperty('folder');
});

test('32-bit float is never dithered', () => {
  expect(bounceRequest({ ...draft, sampleFormat: 'f32' }, reel, null, []).request?.dither).toBe(false);
});

test('only tracks can be chosen one by one', () => {
  expect(
    bounceRequest({ ...draft, contents: 'tracks', selectedTracksOnly: true }, reel, null, [3, 4]).request?.trackIds,
  ).toEqual([3, 4]);
  expect(
    bounceRequest({ ...draft, contents: 'stems', selectedTracksOnly: true }, reel, null, [3]).request,
  ).not.toHaveProperty('trackIds');
});

test('what cannot be bounced says why', () => {
  expect(bounceRequest({ ...draft, range: 'selection' }, reel, null, []).problem).toMatch(/selected/);
  expect(bounceRequest(draft, null, null, []).problem).toMatch(/empty/);
  expect(bounceRequest({ ...draft, name: 'a/b' }, reel, null, []).problem).toMatch(/other systems/);
  expect(bounceRequest({ ...draft, contents: 'tracks', selectedTracksOnly: true }, reel, null, []).problem).toMatch(
    /track/,
  );
});
