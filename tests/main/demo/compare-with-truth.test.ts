import { describe, expect, it } from 'vitest';
import { compareWithTruth, type SyncVerdict } from '../../../src-main/demo/compare-with-truth.ts';
import type { DemoTruth } from '../../../src-main/demo/demo-shoot.ts';
import type { PictureRow, SourceRow, SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { matchRow } from '../../support/document-samples.ts';

const truth: DemoTruth = {
  sampleRate: 48_000,
  pairs: [
    {
      camera: 'A1',
      recorder: 'R1',
      offsetSamples: 48_000,
      clockOffsetSamples: 48_300,
      driftPpm: 20,
      clapFrame: 10,
      clapRecorderSample: 70_000,
    },
  ],
  unmatched: [
    { camera: 'A2', reason: 'not-recorded' },
    { camera: 'A3', reason: 'no-sound' },
  ],
};

/** Twenty seconds at 48 kHz. */
function source(id: number, name: string): SourceRow {
  return { id, name, lengthSamples: 960_000, sampleRate: 48_000 } as SourceRow;
}

const sources = [source(1, 'A1'), source(2, 'A2'), source(4, 'R1'), source(5, 'R2')];
const pictures = [{ id: 3, name: 'A3' } as PictureRow];

function match(change: Partial<SyncMatchRow>): SyncMatchRow {
  return matchRow(1, { recorderSourceId: 4, offsetSamplesAt48k: 48_000, driftPpm: 20, ...change });
}

const noRecording = match({
  id: 2,
  cameraSourceId: 2,
  recorderSourceId: null,
  status: 'unmatched',
  reason: 'no recorder file sounds like it',
});

function verdictsOf(...matches: SyncMatchRow[]): Record<string, SyncVerdict> {
  return Object.fromEntries(
    compareWithTruth(truth, { sources, pictures, matches }).map((verdict) => [verdict.camera, verdict]),
  );
}

describe('what sync found, held against the truth', () => {
  it('is right when every pair is within a millisecond at both ends and every other clip says why it has none', () => {
    const verdicts = verdictsOf(match({ offsetSamplesAt48k: 48_040, driftPpm: 15 }), noRecording);
    expect(Object.values(verdicts).every(({ right }) => right)).toBe(true);
    expect(verdicts.A1!.errorHeadMs).toBeCloseTo(0.833, 3);
    expect(verdicts.A1!.errorTailMs).toBeCloseTo(0.733, 3);
    expect(verdicts.A2!.reason).toBe('no recorder file sounds like it');
    expect(verdicts.A3!.reason).toContain('no sound');
  });

  it('is wrong when the offset is off by more, or when drift carries the tail away', () => {
    expect(verdictsOf(match({ offsetSamplesAt48k: 48_049 })).A1!.right).toBe(false);
    expect(verdictsOf(match({ driftPpm: -31 })).A1!).toMatchObject({ errorHeadMs: 0, right: false });
  });

  it('is wrong when a pair is missing, rejected, found twice or given a recorder file that is not its own', () => {
    expect(verdictsOf().A1).toMatchObject({ right: false, recorder: null });
    expect(verdictsOf(match({ status: 'rejected' })).A1!.right).toBe(false);
    expect(verdictsOf(match({}), match({ id: 9 })).A1).toMatchObject({ right: false, reason: 'found twice' });
    const wrongFile = compareWithTruth(truth, {
      sources,
      pictures,
      matches: [match({}), match({ recorderSourceId: 5 })],
    });
    expect(wrongFile.find(({ recorder }) => recorder === 'R2')).toMatchObject({ right: false });
  });

  it('is wrong when a clip that nobody recorded is matched, or is left without a reason', () => {
    const swapped = match({ id: 3, cameraSourceId: 2 });
    expect(verdictsOf(match({}), swapped).A2).toMatchObject({ right: false, recorder: 'R1' });
    expect(verdictsOf(match({}), { ...noRecording, reason: '' }).A2!.right).toBe(false);
  });
});
