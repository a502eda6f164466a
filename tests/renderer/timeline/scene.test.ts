import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ClipPainter } from '../../../src-renderer/timeline/canvas/draw-clip.ts';
import { packLane, type SyncOffset } from '../../../src-renderer/timeline/canvas/pack-scene.ts';
import { PixelSurface, packColor } from '../../../src-renderer/timeline/canvas/pixel-surface.ts';
import { drawScene, type Scene } from '../../../src-renderer/timeline/canvas/scene.ts';
import { STEM_COLORS, TIMELINE_COLORS } from '../../../src-renderer/timeline/stem-colors.ts';
import { headerRows } from '../../../src-renderer/timeline/track-layout.ts';
import { peaksPerTile } from '../../../src-shared/engine/peak-file.ts';
import type { Tables } from '../../../src-shared/model/rows.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, rowsWith } from './timeline-rows.ts';

/** What the browser calls ImageData, as far as painting needs it. */
class Picture {
  readonly data: Uint8ClampedArray;
  constructor(width: number, height: number) {
    this.data = new Uint8ClampedArray(width * height * 4);
  }
}

beforeAll(() => {
  vi.stubGlobal('ImageData', Picture);
});
afterAll(() => {
  vi.unstubAllGlobals();
});

const LANES_TOP = headerRows(false).lanesTop;
const WAVE = packColor(STEM_COLORS.DX);

/** A peak of half scale everywhere. */
function halfScaleTile() {
  const peaks = new Int16Array(peaksPerTile * 2);
  for (let peak = 0; peak < peaksPerTile; peak++) {
    peaks[peak * 2] = -16_384;
    peaks[peak * 2 + 1] = 16_384;
  }
  return peaks;
}

/** A badge's text as a block of six pixels a character; other text is not drawn. */
function stampOf(text: string) {
  if (!/fr|smp|^[Ø≈]$/.test(text)) return null;
  const width = text.length * 6;
  return { width, height: 10, coverage: new Uint8Array(width * 10).fill(255) };
}

/** Paints one lane of 100 pixels' height at 256 samples a pixel and reads it back. */
function paint(
  clips: readonly Tables['clip'][],
  selected: readonly number[] = [],
  silent = false,
  points: readonly Tables['gain_point'][] = [],
  syncOffset: SyncOffset = () => null,
) {
  const { mirror } = localTimeline(rowsWith(clips, { gain_point: points }));
  const surface = new PixelSurface(400, LANES_TOP + 120);
  const peaks = halfScaleTile();
  const stores = {
    peaks: {
      find: (_source: number, _channel: number, level: number, tile: number) => ({ peaks, level, tile }),
      peek: () => peaks,
    },
    samples: { find: () => null },
  };
  const painter: ClipPainter = {
    surface,
    stores: stores as unknown as ClipPainter['stores'],
    text: { get: stampOf } as unknown as ClipPainter['text'],
    pixelRatio: 1,
    samplesPerPixel: 256,
    originPixel: 0,
    waveformScale: 1,
    selected: new Set(selected),
    hoveredClipId: null,
  };
  const scene: Scene = {
    clock: mirror.clock(),
    view: {
      originSample: 0,
      samplesPerPixel: 256,
      scrollTop: 0,
      waveformScale: 1,
      showFeetFrames: false,
      filmGauge: '35mm-4perf',
      hoveredClipId: null,
    },
    lanes: [{ trackId: 1, top: 0, height: 100, color: STEM_COLORS.DX, channelCount: 1, silent }],
    clips: new Map([
      [1, packLane(1, mirror.clipsOfTrack(1), mirror.gainPointsOfTrack(1), mirror, new Set(), syncOffset)],
    ]),
    picture: [],
    markers: [],
  };
  drawScene(scene, painter);
  const column = (x: number) =>
    Array.from({ length: 100 }, (_, y) => surface.pixels[(LANES_TOP + y) * surface.width + x]!);
  return { column, waveHeight: (x: number) => column(x).filter((pixel) => pixel === WAVE).length };
}

// 25,600 samples from 12,800 on: pixels 50 to 150.
const clip = (fields: Partial<Tables['clip']> = {}) => clipRow(1, 1, 12_800, { lengthSamples: 25_600, ...fields });

describe('the painted timeline', () => {
  it('draws a waveform where the clip is and nowhere else', () => {
    const { waveHeight } = paint([clip()]);
    expect(waveHeight(40)).toBe(0);
    expect(waveHeight(160)).toBe(0);
    // Half of a body of 83 pixels.
    expect(waveHeight(100)).toBeGreaterThanOrEqual(40);
    expect(waveHeight(100)).toBeLessThanOrEqual(43);
  });

  it('scales the waveform by clip gain', () => {
    const full = paint([clip()]).waveHeight(100);
    expect(paint([clip({ gainDb: -6.0206 })]).waveHeight(100)).toBeCloseTo(full / 2, -0.7);
    expect(paint([clip({ gainDb: -144 })]).waveHeight(100)).toBeLessThanOrEqual(1);
  });

  it('draws a fade: less waveform inside it, a dark corner above its curve', () => {
    const { waveHeight, column } = paint([clip({ fadeInSamples: 12_800 })]);
    expect(waveHeight(60)).toBeLessThan(waveHeight(75));
    expect(waveHeight(75)).toBeLessThan(waveHeight(120));
    const body = column(120)[20]!;
    expect(column(55)[20]).not.toBe(body);
  });

  it('shows selection by an outline and silence by grey', () => {
    const white = packColor('#ffffff');
    expect(
      paint([clip()], [1])
        .column(50)
        .filter((pixel) => pixel === white).length,
    ).toBeGreaterThan(90);
    expect(paint([clip({ muted: true })]).waveHeight(100)).toBe(0);
    expect(paint([clip()], [], true).waveHeight(100)).toBe(0);
  });

  it('draws the gain of a track as its breakpoints say, held before the first and after the last', () => {
    const point = (id: number, atSample: number, gainDb: number) => ({ id, trackId: 1, atSample, gainDb });
    const { column } = paint([], [], false, [point(1, 25_600, 0), point(2, 51_200, -20)]);
    const empty = paint([]);
    // The brightest pixel of an otherwise empty lane.
    const heightAt = (x: number) => column(x).findIndex((pixel, y) => pixel !== empty.column(x)[y]);
    expect(heightAt(10)).toBe(heightAt(60));
    expect(heightAt(150)).toBeGreaterThan(heightAt(60));
    expect(heightAt(250)).toBeGreaterThan(heightAt(150));
    expect(heightAt(250)).toBe(heightAt(390));
  });

  it('keeps a clip narrower than a pixel visible', () => {
    const empty = paint([]).column(50);
    expect(paint([clip({ lengthSamples: 10 })]).column(50)).not.toEqual(empty);
  });

  describe('of a synced clip', () => {
    const synced = (fields: Partial<Tables['clip']> = {}) => clip({ syncMatchId: 1, ...fields });
    const painted = (offSamples: number | null, fields: Partial<Tables['clip']> = {}) => {
      const { column } = paint([synced(fields)], [], false, [], () => offSamples);
      return (x: number, color: string) => column(x).filter((pixel) => pixel === packColor(color)).length;
    };

    it('shows a quiet mark in sync and no badge', () => {
      const count = painted(0);
      expect(count(57, TIMELINE_COLORS.inSync)).toBeGreaterThan(3);
      expect(count(50, TIMELINE_COLORS.outOfSync)).toBe(0);
    });

    it('shows out of sync by an edge over its whole height and a badge at its head', () => {
      const count = painted(2 * 2000);
      expect(count(51, TIMELINE_COLORS.outOfSync)).toBeGreaterThan(90);
      expect(count(55, TIMELINE_COLORS.outOfSync)).toBeGreaterThan(8);
      expect(count(57, TIMELINE_COLORS.inSync)).toBe(0);
    });

    it('keeps the edge where the clip is too narrow for the badge', () => {
      const count = painted(2 * 2000, { lengthSamples: 10 * 256 });
      expect(count(51, TIMELINE_COLORS.outOfSync)).toBeGreaterThan(90);
      expect(count(56, TIMELINE_COLORS.outOfSync)).toBe(0);
    });

    it('is calm about an asynchrony that was declared', () => {
      const count = painted(12 * 2000, { declaredAsync: true });
      expect(count(51, TIMELINE_COLORS.declaredAsync)).toBeGreaterThan(90);
      expect(count(51, TIMELINE_COLORS.outOfSync)).toBe(0);
    });

    it('claims nothing where its camera is not on the timeline', () => {
      const count = painted(null);
      for (const color of [TIMELINE_COLORS.inSync, TIMELINE_COLORS.outOfSync, TIMELINE_COLORS.declaredAsync])
        for (let x = 50; x < 70; x++) expect(count(x, color)).toBe(0);
    });
  });
});
