import { describe, expect, it } from 'vitest';
import { gainLineY } from '../../../src-renderer/timeline/clip-geometry.ts';
import { hitTest } from '../../../src-renderer/timeline/hit-test.ts';
import { headerRows, layOutLanes } from '../../../src-renderer/timeline/track-layout.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from './timeline-rows.ts';

// 480 samples a pixel: clip 1 covers pixels 100 to 200 of the first lane, 64 pixels high.
const { mirror, view } = localTimeline(
  rowsWith(
    [
      clipRow(1, 1, 48_000, { fadeInSamples: 9600 }),
      clipRow(2, 2, 48_000, { fadeOutSamples: 24_000 }),
      clipRow(3, 2, 72_000, { fadeInSamples: 24_000 }),
      clipRow(4, 3, 48_000, { lengthSamples: 100 }),
    ],
    { marker: [{ id: 9, atSample: 96_000, name: 'FFOA', comment: '' }] },
  ),
  { samplesPerPixel: 480 },
);
const lanes = layOutLanes(mirror.tracks(), view.getState());
const { lanesTop, markerTop, pictureTop } = headerRows(false);
const hit = (x: number, y: number) => hitTest(x, y, mirror, view.getState(), lanes);
const part = (x: number, y: number) => {
  const found = hit(x, lanesTop + y);
  return found.on === 'clip' ? `${found.clipId} ${found.part}` : found.on;
};

describe('the hit test', () => {
  it('tells the parts of a clip apart', () => {
    expect(part(150, 50)).toBe('1 body');
    expect(part(150, 8)).toBe('1 name');
    expect(part(102, 50)).toBe('1 start');
    expect(part(198, 50)).toBe('1 end');
    expect(part(150, gainLineY(0, 64))).toBe('1 gain');
  });

  it('finds fade handles where the fades end, below the name bar', () => {
    expect(part(122, 18)).toBe('1 fade-in');
    expect(part(197, 18)).toBe('1 fade-out');
    expect(part(102, 18)).toBe('1 start');
  });

  it('gives a crossfade to the later clip', () => {
    expect(part(170, 64 + 50)).toBe('3 body');
    expect(part(130, 64 + 50)).toBe('2 body');
  });

  it('catches a clip narrower than a pixel', () => {
    expect(part(100, 128 + 30)).toMatch(/^4 /);
    expect(part(102, 128 + 30)).toBe('lane');
  });

  it('knows lanes, ruler, markers, and what lies below the last track', () => {
    expect(hit(20, lanesTop + 70)).toEqual({ on: 'lane', trackId: 2 });
    expect(hit(20, 5)).toEqual({ on: 'ruler' });
    expect(hit(203, markerTop + 4)).toEqual({ on: 'marker', markerId: 9 });
    expect(hit(50, markerTop + 4)).toEqual({ on: 'marker-row' });
    expect(hit(50, pictureTop + 4)).toEqual({ on: 'picture-lane' });
    expect(hit(20, lanesTop + 64 * 3 + 1)).toEqual({ on: 'outside' });
  });

  it('follows the vertical scroll', () => {
    const scrolled = hitTest(150, lanesTop + 1, mirror, { ...view.getState(), scrollTop: 64 + 40 }, lanes);
    expect(scrolled).toMatchObject({ on: 'clip', trackId: 2 });
  });
});
