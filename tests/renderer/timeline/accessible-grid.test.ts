import { describe, expect, it } from 'vitest';
import { rowsInSight } from '../../../src-renderer/timeline/AccessibleGrid.tsx';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from './timeline-rows.ts';

describe('the accessible grid', () => {
  it('names each clip in sight by clip, in, out and track', () => {
    const { context } = localTimeline(rowsWith([clipRow(1, 2, 48_000), clipRow(2, 2, 200_000, { muted: true })]), {
      samplesPerPixel: 480,
    });
    const row = rowsInSight(context).find(({ trackId }) => trackId === 2)!;
    expect(row.name).toBe('DX 2');
    expect(row.cells.map((cell) => cell.label)).toEqual([
      'clip clip 1, in 01:00:01:00 to out 01:00:02:00, track DX 2',
      'clip clip 2, in 01:00:04:04 to out 01:00:05:04, track DX 2, muted',
    ]);
    expect(row.cells[0]).toMatchObject({ left: 100, width: 100 });
  });

  it('leaves out what is out of sight, to the side and below', () => {
    const clips = [clipRow(1, 1, 0), clipRow(2, 1, 48_000_000), clipRow(3, 3, 0)];
    const { context } = localTimeline(rowsWith(clips), { samplesPerPixel: 480, viewportHeight: 150 });
    expect(rowsInSight(context).flatMap((row) => row.cells.map(({ clip }) => clip.id))).toEqual([1]);
  });

  it('holds at most 600 cells', () => {
    const clips = Array.from({ length: 1000 }, (_, index) =>
      clipRow(index + 1, 1 + (index % 3), index * 1000, { lengthSamples: 900 }),
    );
    const { context } = localTimeline(rowsWith(clips), { samplesPerPixel: 4800 });
    expect(rowsInSight(context).reduce((count, row) => count + row.cells.length, 0)).toBe(600);
  });
});
