import { describe, expect, test } from 'vitest';
import { emptyWords } from '../../../src-renderer/timeline/empty-words.ts';
import type { RecordState } from '../../../src-shared/rpc/record-schemas.ts';
import { sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { takeRow } from '../takes/take-rows.ts';
import { clipRow, rowsWith, trackRow } from './timeline-rows.ts';

const IDLE: RecordState = { phase: 'idle', pass: null, trackIds: [], isPunchedIn: false, punch: null };
const QUIET = { record: IDLE, trackInputs: [] };
const NOTHING = { ...rowsWith([]), source: [], track: [] };
const armed = (trackId: number) => ({ trackId, inputs: [0], mode: 'auto' as const, armed: true });
const mirrorOf = (rows: Parameters<typeof localTimeline>[0]) => localTimeline(rows).mirror;

describe('over an empty timeline', () => {
  const withTrack = mirrorOf({ ...NOTHING, track: [trackRow(1)] });

  test('it says that the project is empty, and with a track how something comes onto it', () => {
    expect(emptyWords(mirrorOf({ ...NOTHING, track: [] }), QUIET)?.title).toBe('This project is empty');
    expect(emptyWords(withTrack, QUIET)).toMatchObject({
      title: 'Nothing is on the timeline yet',
      text: expect.stringContaining('arm a track and record'),
    });
  });

  test('it says how to go on with what was imported', () => {
    const imported = mirrorOf({ ...NOTHING, source: [sourceRow(1, { name: '12T01' })] });
    expect(emptyWords(imported, QUIET)?.text).toContain('Sync the camera clips');
  });

  test('nothing stands over lanes that are armed, recorded onto, or have takes', () => {
    expect(emptyWords(withTrack, { ...QUIET, trackInputs: [armed(1)] })).toBeNull();
    expect(emptyWords(withTrack, { ...QUIET, trackInputs: [armed(9)] })).not.toBeNull();
    expect(emptyWords(withTrack, { ...QUIET, record: { ...IDLE, phase: 'rolling' } })).toBeNull();
    const withTake = mirrorOf({ ...NOTHING, track: [trackRow(1)], take: [takeRow(1)] });
    expect(emptyWords(withTake, QUIET)).toBeNull();
  });
});

test('nothing is said where something lies on the timeline', () => {
  expect(emptyWords(mirrorOf(rowsWith([clipRow(1, 1, 0)])), QUIET)).toBeNull();
});
