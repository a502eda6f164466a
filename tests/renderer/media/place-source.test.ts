import { afterEach, describe, expect, test } from 'vitest';
import { useBinSelection } from '../../../src-renderer/media/bin-selection.ts';
import { placeAtTimecode } from '../../../src-renderer/media/place-source.ts';
import type { OpenProject } from '../../../src-renderer/project/open-project.ts';
import { PROJECT_ROW, sourceRow } from '../../support/document-samples.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { rowsWith } from '../timeline/timeline-rows.ts';

const HOUR = 3600 * 48_000;

/** A project that starts at 01:00:00:00 with one source in the bin, selected, of this timecode. */
function projectWith(timeReferenceSamples: number) {
  const rows = rowsWith([], {
    project: [{ ...PROJECT_ROW, frameRateNumerator: 24, frameRateDenominator: 1, startFrame: 86_400 }],
    source: [sourceRow(1, { name: 'T01', lengthSamples: 480_000, timeReferenceSamples })],
  });
  const { mirror, view, context } = localTimeline(rows, { samplesPerPixel: 1000, viewportWidth: 1000 });
  useBinSelection.setState({ keys: new Set(['source/1']), cursorKey: 'source/1' });
  return { mirror, view, apply: context.commands.apply } as unknown as OpenProject;
}

describe('a source that is placed at its timecode', () => {
  afterEach(() => useBinSelection.setState({ keys: new Set(), cursorKey: null }));

  test('far away is brought into sight', async () => {
    const project = projectWith(10 * HOUR);
    await placeAtTimecode(project);
    const at = project.mirror.clipsOfSource(1)[0]!.startSample;
    expect(at).toBe(9 * HOUR);
    const { originSample } = project.view.getState();
    expect(at).toBeGreaterThanOrEqual(originSample);
    expect(at).toBeLessThan(originSample + 1000 * 1000);
  });

  test('in sight leaves the view where it is', async () => {
    const project = projectWith(HOUR + 96_000);
    await placeAtTimecode(project);
    expect(project.mirror.clipsOfSource(1)[0]).toMatchObject({ startSample: 96_000 });
    expect(project.view.getState().originSample).toBe(0);
  });

  test('before the project’s start is not placed, and nothing moves', async () => {
    const project = projectWith(0);
    await placeAtTimecode(project);
    expect(project.mirror.clipsOfSource(1)).toEqual([]);
    expect(project.view.getState().originSample).toBe(0);
  });
});
