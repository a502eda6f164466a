import { describe, expect, test } from 'vitest';
import { proposalsOf } from '../../../src-main/host/sync-proposals.ts';
import { syncMatchFieldsSchema } from '../../../src-shared/edit/sync-commands.ts';
import { readEvidence, syncEvidenceSchema } from '../../../src-shared/sync/sync-evidence.ts';
import type { SyncPair } from '../../../src-shared/sync/sync-result.ts';

const pair: SyncPair = {
  camera: '3',
  recorder: '7',
  offsetSamplesAt48k: 123.456,
  driftPpm: -12.5,
  method: 'timecode+waveform',
  confidence: 0.97,
  reason: 'Both agree.',
  residualHeadMs: 0.01,
  residualMiddleMs: Number.NaN,
  residualTailMs: -0.02,
  inverted: true,
  clockOffsetSamplesAt48k: 100,
  acousticDelayMs: 12,
  residuals: Array.from({ length: 300 }, (_, index) => ({ cameraSeconds: index / 3, lagMs: 1 / 3, weight: 2 })),
  landmark: { cameraSeconds: 3.5, kind: 'clap' },
  segments: [
    { fromSeconds: 0, offsetSamplesAt48k: 123.456, driftPpm: -12.5 },
    { fromSeconds: 30, offsetSamplesAt48k: 1123.456, driftPpm: -12.5 },
  ],
  alternatives: [{ recorder: '8', offsetSamplesAt48k: 5, driftPpm: 0, likeness: 1.2 }],
  suggestedChannel: 1,
  suggestionReason: 'closest and driest',
};

describe('what sync decided, as rows', () => {
  test('holds all that speaks for a match, recorder files by the ids of their sources', () => {
    const [row] = proposalsOf({ camera: '3', pairs: [pair], claps: [3.5, 9.25] });
    expect(syncMatchFieldsSchema.safeParse(row).success).toBe(true);
    expect(row).toMatchObject({
      cameraSourceId: 3,
      recorderSourceId: 7,
      status: 'proposed',
      inverted: true,
      clockOffsetSamplesAt48k: 100,
      residualMiddleMs: 0,
    });
    expect(syncEvidenceSchema.safeParse(JSON.parse(row!.evidence!)).success).toBe(true);
    const evidence = readEvidence(row!.evidence!);
    expect(evidence).toMatchObject({
      segments: pair.segments,
      alternatives: [{ recorderSourceId: 8, offsetSamplesAt48k: 5, driftPpm: 0, likeness: 1 }],
      landmark: { cameraSeconds: 3.5, kind: 'clap' },
      claps: [3.5, 9.25],
      suggestedChannel: 1,
      suggestionReason: 'closest and driest',
      acousticDelayMs: 12,
    });
    expect(evidence.residuals).toHaveLength(200);
    expect(evidence.residuals[1]).toEqual({ cameraSeconds: 0.333, lagMs: 0.33333, weight: 1 });
  });

  test('holds no figure that is none, whatever was measured', () => {
    const nothing = Number.NaN;
    const [row] = proposalsOf({
      camera: '3',
      pairs: [
        {
          ...pair,
          confidence: nothing,
          clockOffsetSamplesAt48k: Number.POSITIVE_INFINITY,
          acousticDelayMs: nothing,
          landmark: { cameraSeconds: nothing, kind: 'clap' },
          segments: [...(pair.segments ?? []), { fromSeconds: nothing, offsetSamplesAt48k: 0, driftPpm: 0 }],
          alternatives: [
            { recorder: '8', offsetSamplesAt48k: nothing, driftPpm: 0, likeness: 0.5 },
            { recorder: '9', offsetSamplesAt48k: 7, driftPpm: 0, likeness: nothing },
          ],
          tracks: [
            {
              channel: 0,
              levelDbfs: Number.NEGATIVE_INFINITY,
              snrDb: nothing,
              directToReverberantDb: nothing,
              clippedSamples: nothing,
              polarity: 0,
              delayMs: nothing,
              mixdown: false,
              fitness: nothing,
              remark: 'silent',
            },
          ],
        },
      ],
      claps: [nothing, 3],
    });
    expect(syncMatchFieldsSchema.safeParse(row).success).toBe(true);
    expect(row).toMatchObject({ confidence: 0, clockOffsetSamplesAt48k: null });
    expect(readEvidence(row!.evidence!)).toMatchObject({
      acousticDelayMs: null,
      landmark: null,
      segments: [],
      alternatives: [{ recorderSourceId: 9, offsetSamplesAt48k: 7, driftPpm: 0, likeness: 0 }],
      tracks: [
        { levelDbfs: -144, snrDb: 0, directToReverberantDb: null, clippedSamples: 0, delayMs: null, fitness: 0 },
      ],
    });
  });

  test('is a row for each recorder file of a clip that goes over two', () => {
    const rows = proposalsOf({ camera: '3', pairs: [pair, { ...pair, recorder: '9' }] });
    expect(rows.map(({ recorderSourceId }) => recorderSourceId)).toEqual([7, 9]);
  });

  test('keeps where an unmatched clip might belong, and is short where there is nothing to say', () => {
    const suggestion = {
      recorder: '8',
      offsetSamplesAt48k: 5,
      driftPpm: 0,
      likeness: 0.4,
      method: 'waveform' as const,
    };
    const [row] = proposalsOf({ camera: '3', reason: 'Too little in common.', suggestion });
    expect(row).toMatchObject({ recorderSourceId: null, status: 'unmatched', reason: 'Too little in common.' });
    expect(readEvidence(row!.evidence!).alternatives).toEqual([
      { recorderSourceId: 8, offsetSamplesAt48k: 5, driftPpm: 0, likeness: 0.4 },
    ]);
    const byClock = { ...suggestion, likeness: 1, method: 'ltc' as const, byClock: true };
    const [clocked] = proposalsOf({ camera: '3', reason: 'Timecode alone.', suggestion: byClock });
    expect(readEvidence(clocked!.evidence!).alternatives[0]).toMatchObject({ recorderSourceId: 8, byClock: true });
    const [nothing] = proposalsOf({ camera: '4', reason: 'The clip has no sound.' });
    expect(nothing!.evidence).toBe('');
    expect(syncMatchFieldsSchema.safeParse(nothing).success).toBe(true);
  });
});
