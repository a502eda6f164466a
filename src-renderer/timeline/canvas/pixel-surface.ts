import { rgbOf } from '../stem-colors.ts';

/** An opaque colour as it lies in memory: ABGR on the little-endian machines that browsers run on. */
export function packColor(hex: string): number {
  const [red, green, blue] = rgbOf(hex);
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

/**
 * A picture in memory and the few strokes that a timeline needs. Coordinates are device pixels; everything is cut to
 * the clip rectangle, so callers need not look.
 */
export class PixelSurface {
  readonly width: number;
  readonly height: number;
  readonly image: ImageData;
  readonly pixels: Uint32Array;
  #left = 0;
  #top = 0;
  #right: number;
  #bottom: number;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.image = new ImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.#right = width;
    this.#bottom = height;
  }

  /** Limits all strokes to a rectangle; right and bottom are one past the last pixel. */
  clip(left: number, top: number, right: number, bottom: number): void {
    this.#left = Math.max(0, Math.round(left));
    this.#top = Math.max(0, Math.round(top));
    this.#right = Math.min(this.width, Math.round(right));
    this.#bottom = Math.min(this.height, Math.round(bottom));
  }

  unclip(): void {
    this.clip(0, 0, this.width, this.height);
  }

  /** Fills `[left, right) x [top, bottom)`, edges rounded to whole pixels. */
  fill(left: number, top: number, right: number, bottom: number, color: number): void {
    const x0 = Math.max(this.#left, Math.round(left));
    const x1 = Math.min(this.#right, Math.round(right));
    if (x1 <= x0) return;
    const y1 = Math.min(this.#bottom, Math.round(bottom));
    for (let y = Math.max(this.#top, Math.round(top)); y < y1; y++) {
      const row = y * this.width;
      this.pixels.fill(color, row + x0, row + x1);
    }
  }

  /** Lays a colour over what is there; `alpha` 0 to 255, fractions rounded. */
  blend(left: number, top: number, right: number, bottom: number, color: number, alpha: number): void {
    const whole = Math.round(alpha);
    const x0 = Math.max(this.#left, Math.round(left));
    const x1 = Math.min(this.#right, Math.round(right));
    const y1 = Math.min(this.#bottom, Math.round(bottom));
    for (let y = Math.max(this.#top, Math.round(top)); y < y1; y++) {
      const row = y * this.width;
      for (let at = row + x0; at < row + x1; at++) this.pixels[at] = blended(this.pixels[at]!, color, whole);
    }
  }

  /** A column `[top, bottom)` of one pixel's width; `x` must be whole. */
  column(x: number, top: number, bottom: number, color: number): void {
    if (x < this.#left || x >= this.#right) return;
    const y1 = Math.min(this.#bottom, bottom);
    const { pixels, width } = this;
    for (let y = Math.max(this.#top, top), at = y * width + x; y < y1; y++, at += width) pixels[at] = color;
  }

  /** A column laid over what is there. */
  blendColumn(x: number, top: number, bottom: number, color: number, alpha: number): void {
    const whole = Math.round(alpha);
    if (x < this.#left || x >= this.#right) return;
    const y1 = Math.min(this.#bottom, bottom);
    const { pixels, width } = this;
    for (let y = Math.max(this.#top, top), at = y * width + x; y < y1; y++, at += width)
      pixels[at] = blended(pixels[at]!, color, whole);
  }

  /** The outline of a rectangle, `thickness` pixels inwards. */
  frame(left: number, top: number, right: number, bottom: number, thickness: number, color: number): void {
    this.fill(left, top, right, top + thickness, color);
    this.fill(left, bottom - thickness, right, bottom, color);
    this.fill(left, top, left + thickness, bottom, color);
    this.fill(right - thickness, top, right, bottom, color);
  }

  /** Diagonal stripes, `period` pixels apart and half as wide, that stay put relative to `anchorX`. */
  hatch(
    left: number,
    top: number,
    right: number,
    bottom: number,
    period: number,
    anchorX: number,
    color: number,
  ): void {
    const x0 = Math.max(this.#left, Math.round(left));
    const x1 = Math.min(this.#right, Math.round(right));
    const y1 = Math.min(this.#bottom, Math.round(bottom));
    const anchor = Math.round(anchorX);
    for (let y = Math.max(this.#top, Math.round(top)); y < y1; y++)
      for (let x = x0; x < x1; x++) {
        const phase = (((x - anchor + y) % period) + period) % period;
        if (phase < period / 2) this.pixels[y * this.width + x] = color;
      }
  }

  /** Lays a stamp of coverage (0 to 255) in a colour, its left top at whole pixels. */
  stamp(
    stamp: { width: number; height: number; coverage: Uint8Array },
    left: number,
    top: number,
    color: number,
  ): void {
    const x0 = Math.max(this.#left, left);
    const x1 = Math.min(this.#right, left + stamp.width);
    const y0 = Math.max(this.#top, top);
    const y1 = Math.min(this.#bottom, top + stamp.height);
    for (let y = y0; y < y1; y++) {
      const from = (y - top) * stamp.width - left;
      const row = y * this.width;
      for (let x = x0; x < x1; x++) {
        const alpha = stamp.coverage[from + x]!;
        if (alpha > 250) this.pixels[row + x] = color;
        else if (alpha > 4) this.pixels[row + x] = blended(this.pixels[row + x]!, color, alpha);
      }
    }
  }
}

/** Two channels at a time: red and blue lie 16 bits apart and cannot run into each other while `alpha` is whole. */
function blended(under: number, over: number, alpha: number): number {
  const keep = 256 - alpha;
  const redBlue = (((under & 0xff00ff) * keep + (over & 0xff00ff) * alpha) >>> 8) & 0xff00ff;
  const green = (((under & 0x00ff00) * keep + (over & 0x00ff00) * alpha) >>> 8) & 0x00ff00;
  return (0xff000000 | redBlue | green) >>> 0;
}
