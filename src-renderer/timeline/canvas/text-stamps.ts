/** Text as stamps of coverage: a whole string is shaped and smoothed once by the browser, then laid down by copying. */

export type TextStamp = { readonly width: number; readonly height: number; readonly coverage: Uint8Array };

export type TextStyle = 'name' | 'ruler' | 'small';

/** CSS pixels, weight. */
const STYLES: Readonly<Record<TextStyle, { readonly size: number; readonly weight: number }>> = {
  name: { size: 10.5, weight: 500 },
  ruler: { size: 11, weight: 400 },
  small: { size: 10, weight: 400 },
};

const MAX_STAMPS = 4000;
/** Longer names are cut: nobody reads them in a clip, and a stamp of 2,000 pixels costs as much as 40 names. */
const MAX_CHARACTERS = 120;

export class TextStamps {
  readonly #pixelRatio: number;
  readonly #fontFamily: string;
  readonly #context: OffscreenCanvasRenderingContext2D;
  readonly #stamps = new Map<string, TextStamp>();
  #budget = 0;
  #refused = 0;

  constructor(pixelRatio: number, fontFamily: string) {
    this.#pixelRatio = pixelRatio;
    this.#fontFamily = fontFamily;
    const canvas = new OffscreenCanvas(Math.ceil(1100 * pixelRatio), Math.ceil(20 * pixelRatio));
    this.#context = canvas.getContext('2d', { willReadFrequently: true })!;
  }

  /** Allows `count` new stamps from now on; a frame that shows hundreds of new names draws the rest in the next ones. */
  allow(count: number): void {
    this.#budget = count;
    this.#refused = 0;
  }

  /** How many stamps were refused since {@link allow}. */
  get refused(): number {
    return this.#refused;
  }

  /** The stamp of a text; null when this frame may make no more. The empty text has none. */
  get(text: string, style: TextStyle): TextStamp | null {
    if (text === '') return null;
    const key = `${style}${text}`;
    const known = this.#stamps.get(key);
    if (known) return known;
    if (this.#budget <= 0) {
      this.#refused++;
      return null;
    }
    this.#budget--;
    if (this.#stamps.size >= MAX_STAMPS) {
      let count = MAX_STAMPS / 4;
      for (const old of this.#stamps.keys()) {
        if (count-- <= 0) break;
        this.#stamps.delete(old);
      }
    }
    const stamp = this.#draw(text.slice(0, MAX_CHARACTERS), style);
    this.#stamps.set(key, stamp);
    return stamp;
  }

  #draw(text: string, style: TextStyle): TextStamp {
    const context = this.#context;
    const { size, weight } = STYLES[style];
    context.font = `${weight} ${size * this.#pixelRatio}px ${this.#fontFamily}`;
    context.fontKerning = 'normal';
    context.textBaseline = 'alphabetic';
    context.fillStyle = '#fff';
    const height = Math.ceil(size * 1.3 * this.#pixelRatio);
    const width = Math.max(1, Math.min(context.canvas.width, Math.ceil(context.measureText(text).width) + 1));
    context.clearRect(0, 0, width, height);
    context.fillText(text, 0, Math.round(size * 1.02 * this.#pixelRatio));
    const { data } = context.getImageData(0, 0, width, height);
    const coverage = new Uint8Array(width * height);
    for (let at = 0; at < coverage.length; at++) coverage[at] = data[at * 4 + 3]!;
    return { width, height, coverage };
  }
}
