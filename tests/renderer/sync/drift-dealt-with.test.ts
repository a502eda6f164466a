import { expect, test } from 'vitest';
import { driftDealtWith } from '../../../src-renderer/sync/drift-dealt-with.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

const camera = sourceRow(1, { name: 'A001', role: 'camera', lengthSamples: 480_000, sampleRate: 48_000 });
const recorder = sourceRow(2, { name: '12T01', role: 'recorder', lengthSamples: 960_000, sampleRate: 48_000 });
const accepted = matchRow(5, { cameraSourceId: 1, recorderSourceId: 2, status: 'accepted', driftPpm: 200 });

test('an accepted match tells how its drift was dealt with', () => {
  expect(driftDealtWith({ ...accepted, driftCorrection: 'resample' }, camera, recorder)).toBe('resampled');
  expect(driftDealtWith({ ...accepted, driftCorrection: 'cut' }, camera, recorder)).toBe('cut');
  expect(driftDealtWith({ ...accepted, driftCorrection: 'none' }, camera, recorder)).toBe('drift left');
});

test('where the drift is too small to hear over what both files hold, none was there to deal with', () => {
  expect(driftDealtWith({ ...accepted, driftPpm: 1, driftCorrection: 'none' }, camera, recorder)).toBe('no drift');
  expect(driftDealtWith({ ...accepted, driftPpm: 1, driftCorrection: 'none' }, camera, null)).toBe('no drift');
});

test('where it is nowhere half a millisecond off, nothing was to be cut, and that is told', () => {
  expect(driftDealtWith({ ...accepted, driftPpm: 60, driftCorrection: 'none' }, camera, recorder)).toBe('drift ≤ ½ ms');
});

test('a match that is not accepted tells nothing of it', () => {
  expect(driftDealtWith({ ...accepted, status: 'proposed' }, camera, recorder)).toBeNull();
});
