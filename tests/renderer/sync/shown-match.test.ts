import { describe, expect, test } from 'vitest';
import {
  isInverted,
  referenceChannel,
  shownMatch,
  visibleDelayMs,
  whyNoDelays,
} from '../../../src-renderer/sync/shown-match.ts';
import { NO_EVIDENCE, type TrackAssessment } from '../../../src-shared/sync/sync-evidence.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

const track = (channel: number, change: Partial<TrackAssessment> = {}): TrackAssessment => ({
  channel,
  levelDbfs: -20,
  snrDb: 40,
  directToReverberantDb: null,
  clippedSamples: 0,
  polarity: 1,
  delayMs: 0,
  mixdown: false,
  fitness: 1,
  remark: '',
  ...change,
});

const camera = sourceRow(1, { name: 'A001', role: 'camera', lengthSamples: 480_000, channelCount: 2 });
const recorder = sourceRow(2, { name: '12T01', role: 'recorder', lengthSamples: 960_000, channelCount: 3 });
const rows = { get: (table: string, id: number) => (table === 'source' ? [camera, recorder][id - 1] : null) ?? null };
const reader = rows as Parameters<typeof shownMatch>[0];
const untouched = { draft: null, lookedAt: null, recorderChannel: null };
const evidence = {
  ...NO_EVIDENCE,
  tracks: [track(0), track(1, { delayMs: -1.2, polarity: -1 }), track(2, { levelDbfs: -144, delayMs: null })],
  suggestedChannel: 1,
  alternatives: [{ recorderSourceId: 2, offsetSamplesAt48k: 9_600, driftPpm: 0, likeness: 0.9 }],
};
const match = matchRow(5, {
  cameraSourceId: 1,
  recorderSourceId: 2,
  offsetSamplesAt48k: 4_800,
  nudgeSamplesAt48k: 10,
  evidence: JSON.stringify(evidence),
});

describe('what is shown of a match', () => {
  test('is the line it comes to, with the microphone it was made on, whatever is suggested', () => {
    const shown = shownMatch(reader, match, untouched)!;
    expect(shown.pieces).toMatchObject([{ offsetSamplesAt48k: 4_810 }]);
    expect(shown.recorderChannel).toBe(0);
    expect(shown.covered).toEqual({ from: 0, to: 10 });
  });

  test('is the chosen microphone, and any that is asked for', () => {
    expect(shownMatch(reader, { ...match, chosenChannel: 2 }, untouched)!.recorderChannel).toBe(2);
    expect(shownMatch(reader, match, { ...untouched, recorderChannel: 1 })!.recorderChannel).toBe(1);
  });

  test('moves with a nudge before its command has come back', () => {
    const draft = { matchId: 5, nudgeSamplesAt48k: 2_002 };
    expect(shownMatch(reader, match, { ...untouched, draft })!.pieces[0]!.offsetSamplesAt48k).toBe(6_802);
    expect(shownMatch(reader, match, { ...untouched, draft: { ...draft, matchId: 6 } })!.nudgeSamplesAt48k).toBe(10);
  });

  test('is another place while that is looked at, without the nudge of the match', () => {
    const shown = shownMatch(reader, match, { ...untouched, lookedAt: 0 })!;
    expect(shown.pieces).toMatchObject([{ offsetSamplesAt48k: 9_600, driftPpm: 0 }]);
    expect(shown.lookedAt).toMatchObject({ index: 0, likeness: 0.9 });
    expect(shownMatch(reader, match, untouched)!.lookedAt).toBeNull();
  });

  test('of an unmatched clip is the camera alone', () => {
    const alone = { ...match, recorderSourceId: null, status: 'unmatched' as const };
    expect(shownMatch(reader, alone, untouched)).toMatchObject({ recorder: null, pieces: [] });
    expect(shownMatch(reader, { ...match, cameraSourceId: 99 }, untouched)).toBeNull();
  });

  test('is turned round where an inverted channel is to be righted, and nowhere else', () => {
    const righted = { ...match, rightsPolarity: true };
    expect(shownMatch(reader, righted, { ...untouched, recorderChannel: 1 })!.recorderInverted).toBe(true);
    expect(shownMatch(reader, righted, untouched)!.recorderInverted).toBe(false);
    expect(shownMatch(reader, match, { ...untouched, recorderChannel: 1 })!.recorderInverted).toBe(false);
    expect(isInverted({ ...match, inverted: true }, 0)).toBe(true);
    expect(isInverted({ ...match, inverted: true }, 1)).toBe(false);
  });
});

test('a silent first track is not what is shown', () => {
  expect(referenceChannel({ ...NO_EVIDENCE, tracks: [track(0, { levelDbfs: -144 }), track(1)] })).toBe(1);
  expect(referenceChannel(NO_EVIDENCE)).toBe(0);
});

test('that a microphone hears earlier than the one matched is told, so that nobody takes it for an error', () => {
  expect(visibleDelayMs(evidence, 1)).toBe(-1.2);
  expect(visibleDelayMs(evidence, 0)).toBeNull();
  expect(visibleDelayMs(evidence, 2)).toBeNull();
});

test('why no delays are told is said where track 1 is a mixdown of others, and only there', () => {
  const mixed = [track(0, { mixdown: true, delayMs: null }), track(1, { delayMs: null })];
  expect(whyNoDelays({ ...NO_EVIDENCE, tracks: mixed })).toContain('track 1');
  const silentFirst = [track(0, { levelDbfs: -144 }), track(1, { mixdown: true }), track(2)];
  expect(whyNoDelays({ ...NO_EVIDENCE, tracks: silentFirst })).toContain('track 2');
  expect(whyNoDelays(evidence)).toBeNull();
  expect(whyNoDelays(NO_EVIDENCE)).toBeNull();
  expect(whyNoDelays({ ...NO_EVIDENCE, tracks: [track(0, { mixdown: true })] })).toBeNull();
});
