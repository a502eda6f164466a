import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PixelSurface, packColor } from '../../../src-renderer/timeline/canvas/pixel-surface.ts';

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

const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const channels = (packed: number) => [packed & 255, (packed >> 8) & 255, (packed >> 16) & 255];

describe('strokes on the surface', () => {
  it('a blend of any strength stays between the two colours, channel by channel (short fades were once tinted)', () => {
    fc.assert(
      fc.property(hex, hex, fc.double({ min: 0, max: 255, noNaN: true }), (under, over, alpha) => {
        const surface = new PixelSurface(1, 2);
        surface.fill(0, 0, 1, 2, packColor(under));
        surface.blendColumn(0, 0, 1, packColor(over), alpha);
        surface.blend(0, 1, 1, 2, packColor(over), alpha);
        expect(surface.pixels[0]).toBe(surface.pixels[1]);
        const [from, to] = [channels(packColor(under)), channels(packColor(over))];
        for (const [index, value] of channels(surface.pixels[0]!).entries()) {
          expect(value).toBeGreaterThanOrEqual(Math.min(from[index]!, to[index]!) - 1);
          expect(value).toBeLessThanOrEqual(Math.max(from[index]!, to[index]!));
        }
      }),
    );
  });

  it('never leave the clip rectangle', () => {
    const surface = new PixelSurface(10, 10);
    const white = packColor('#ffffff');
    surface.clip(3, 3, 7, 7);
    surface.fill(-5, -5, 50, 50, white);
    surface.column(1, 0, 10, white);
    surface.hatch(0, 0, 10, 10, 4, 0, white);
    surface.stamp({ width: 10, height: 10, coverage: new Uint8Array(100).fill(255) }, 0, 0, white);
    expect(surface.pixels.filter((pixel) => pixel !== 0)).toHaveLength(16);
  });
});
