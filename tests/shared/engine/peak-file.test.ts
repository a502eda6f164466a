import { describe, expect, it } from 'vitest';
import {
  parsePeakHeader,
  peakByteRange,
  peakCountAt,
  peakFileBytes,
  peakHeaderBytes,
  peakLevelCount,
  peakTileRange,
  samplesPerPeakAt,
} from '../../../src-shared/engine/peak-file.ts';

describe('the layout of a peak file', () => {
  it('has a level for each factor of four until one peak covers the source', () => {
    expect(peakLevelCount(0)).toBe(1);
    expect(peakLevelCount(1)).toBe(1);
    expect(peakLevelCount(256)).toBe(1);
    expect(peakLevelCount(257)).toBe(2);
    expect(peakLevelCount(1024)).toBe(2);
    expect(peakLevelCount(1025)).toBe(3);
    expect(samplesPerPeakAt(3)).toBe(16_384);
  });

  it('leaves no gap and no overlap between channels and levels', () => {
    const layout = { channelCount: 3, frameCount: 1_000_001 };
    let at = peakHeaderBytes;
    for (let level = 0; level < peakLevelCount(layout.frameCount); level++) {
      for (let channel = 0; channel < 3; channel++) {
        const count = peakCountAt(layout.frameCount, level);
        expect(peakByteRange(layout, level, channel, 0, count)).toEqual({ offset: at, length: 4 * count });
        at += 4 * count;
      }
    }
    expect(peakFileBytes(layout)).toBe(at);
  });

  it('gives the last tile as short as it is and nothing past the end', () => {
    const layout = { channelCount: 2, frameCount: 256 * 1500 };
    expect(peakTileRange(layout, 0, 1, 1)).toEqual({ offset: 64 + (1500 + 1024) * 4, length: 476 * 4 });
    expect(peakTileRange(layout, 0, 1, 2).length).toBe(0);
  });

  it('stays exact past 4 GB', () => {
    const layout = { channelCount: 64, frameCount: 48_000 * 3600 * 40 };
    expect(peakByteRange(layout, 1, 63, 5, 1)).toEqual({
      offset: 64 + 4 * (27_000_000 * 64 + 6_750_000 * 63 + 5),
      length: 4,
    });
  });

  it('refuses levels, channels and spans that are not there', () => {
    const layout = { channelCount: 1, frameCount: 1000 };
    expect(() => peakByteRange(layout, 2, 0, 0, 1)).toThrow(RangeError);
    expect(() => peakByteRange(layout, 0, 1, 0, 1)).toThrow(RangeError);
    expect(() => peakByteRange(layout, 0, 0, -1, 1)).toThrow(RangeError);
    expect(() => peakByteRange(layout, 0, 0, 0.5, 1)).toThrow(RangeError);
  });

  it('refuses bytes that are not its header', () => {
    expect(() => parsePeakHeader(new Uint8Array(10))).toThrow(/shorter/);
    expect(() => parsePeakHeader(new Uint8Array(64))).toThrow(/not a peak file/);
  });
});
