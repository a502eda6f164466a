import { inflateSync } from 'node:zlib';

/** A picture as decoded pixels: three bytes a pixel, rows from the top. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgb: Uint8Array };

export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Decodes a PNG of 8-bit RGB or RGBA without interlacing, as screenshots are. Throws for any other. */
export function decodePng(file: Buffer): Pixels {
  let width = 0;
  let height = 0;
  let channels = 0;
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const kind = file.toString('latin1', at + 4, at + 8);
    const data = file.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') {
      width = data.readUInt32BE(0);
      height = data.readUInt32BE(4);
      channels = { 2: 3, 6: 4 }[data[9]!] ?? 0;
      if (data[8] !== 8 || channels === 0 || data[12] !== 0) throw new Error('not a PNG of 8-bit RGB');
    } else if (kind === 'IDAT') parts.push(data);
    at += 12 + length;
  }
  const bytes = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const rgb = new Uint8Array(width * height * 3);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const filter = bytes[y * (stride + 1)]!;
    const row = new Uint8Array(bytes.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let i = 0; i < stride; i++) {
      const left = i >= channels ? row[i - channels]! : 0;
      const up = above[i]!;
      const upLeft = i >= channels ? above[i - channels]! : 0;
      row[i] = row[i]! + predicted(filter, left, up, upLeft);
    }
    for (let x = 0; x < width; x++) rgb.set(row.subarray(x * channels, x * channels + 3), (y * width + x) * 3);
    above = row;
  }
  return { width, height, rgb };
}

function predicted(filter: number, left: number, up: number, upLeft: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    default: {
      const estimate = left + up - upLeft;
      const toLeft = Math.abs(estimate - left);
      const toUp = Math.abs(estimate - up);
      const toUpLeft = Math.abs(estimate - upLeft);
      return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
    }
  }
}

/** The colour at a place, each part 0 to 255. */
export function colorAt(pixels: Pixels, x: number, y: number): readonly [number, number, number] {
  const at = (Math.round(y) * pixels.width + Math.round(x)) * 3;
  return [pixels.rgb[at]!, pixels.rgb[at + 1]!, pixels.rgb[at + 2]!];
}

/** How different two colours are: the largest difference of a part. */
export function colorDistance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, index) => Math.abs(value - b[index]!)));
}

/** The mean of all three parts over a rectangle, 0 to 255. */
export function meanBrightness(pixels: Pixels, box: Rectangle): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.max(0, Math.ceil(box.y)); y < Math.min(pixels.height, box.y + box.height); y++)
    for (let x = Math.max(0, Math.ceil(box.x)); x < Math.min(pixels.width, box.x + box.width); x++) {
      const [red, green, blue] = colorAt(pixels, x, y);
      sum += red + green + blue;
      count += 3;
    }
  return count > 0 ? sum / count : 0;
}

/** The share of pixels that differ between two pictures of one size by more than `threshold` in any part. */
export function changedShare(a: Pixels, b: Pixels, threshold = 12): number {
  if (a.width !== b.width || a.height !== b.height) return 1;
  let changed = 0;
  for (let at = 0; at < a.rgb.length; at += 3) {
    const far = (part: number) => Math.abs(a.rgb[at + part]! - b.rgb[at + part]!) > threshold;
    if (far(0) || far(1) || far(2)) changed++;
  }
  return changed / (a.rgb.length / 3);
}

/**
 * How far a waveform reaches in each column of a clip's body: the number of rows, of those between `top` and `bottom`,
 * whose colour is not the one that most rows of the whole box have.
 */
export function waveformHeights(pixels: Pixels, box: Rectangle): number[] {
  const counts = new Map<number, number>();
  const keyAt = (x: number, y: number) => {
    const [red, green, blue] = colorAt(pixels, x, y);
    return (red << 16) | (green << 8) | blue;
  };
  const left = Math.ceil(box.x);
  const right = Math.floor(box.x + box.width);
  const top = Math.ceil(box.y);
  const bottom = Math.floor(box.y + box.height);
  for (let y = top; y < bottom; y++)
    for (let x = left; x < right; x++) counts.set(keyAt(x, y), (counts.get(keyAt(x, y)) ?? 0) + 1);
  const background = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0])[0];
  const plain = [background >> 16, (background >> 8) & 255, background & 255];
  const heights: number[] = [];
  for (let x = left; x < right; x++) {
    let height = 0;
    for (let y = top; y < bottom; y++) if (colorDistance(colorAt(pixels, x, y), plain) > 18) height++;
    heights.push(height);
  }
  return heights;
}
