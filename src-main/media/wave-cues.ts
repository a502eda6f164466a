import { convertSamples } from '../../src-shared/time/sample-position.ts';
import { fieldText } from './bext-chunk.ts';

/** A cue point: a marker, or a region where `lengthSamples` is more than 0. Positions are in the file's samples. */
export type WaveCue = {
  readonly id: number;
  readonly sample: number;
  readonly label: string | null;
  readonly note: string | null;
  readonly lengthSamples: number;
};

const maxCues = 20_000;

/** Reads the points of a `cue ` chunk, as far as they are there. */
export function parseCues(bytes: Uint8Array): { id: number; sample: number }[] {
  if (bytes.length < 4) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.min(view.getUint32(0, true), Math.floor((bytes.length - 4) / 24), maxCues);
  return Array.from({ length: count }, (_, index) => ({
    id: view.getUint32(4 + index * 24, true),
    sample: view.getUint32(4 + index * 24 + 20, true),
  }));
}

export type WaveList = {
  /** `adtl` or `INFO`, as written. */
  readonly type: string;
  readonly labels: ReadonlyMap<number, string>;
  readonly notes: ReadonlyMap<number, string>;
  readonly lengths: ReadonlyMap<number, number>;
  /** INFO: text by four-letter name (INAM, ICMT, ...). */
  readonly info: Readonly<Record<string, string>>;
};

/** Reads a `LIST` chunk of type adtl or INFO; null for other types. Stops quietly where the bytes make no sense. */
export function parseList(bytes: Uint8Array): WaveList | null {
  if (bytes.length < 4) return null;
  const type = fieldText(bytes.subarray(0, 4));
  if (type !== 'adtl' && type !== 'INFO') return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const labels = new Map<number, string>();
  const notes = new Map<number, string>();
  const lengths = new Map<number, number>();
  const info: Record<string, string> = Object.create(null);
  for (let at = 4, count = 0; at + 8 <= bytes.length && count < 3 * maxCues; count++) {
    const id = Buffer.from(bytes.subarray(at, at + 4)).toString('latin1');
    const size = Math.min(view.getUint32(at + 4, true), bytes.length - at - 8);
    const body = bytes.subarray(at + 8, at + 8 + size);
    if (type === 'INFO') info[id] ??= fieldText(body);
    else if (size >= 4) {
      const cue = view.getUint32(at + 8, true);
      if (id === 'labl') labels.set(cue, fieldText(body.subarray(4)));
      else if (id === 'note') notes.set(cue, fieldText(body.subarray(4)));
      else if (id === 'ltxt' && size >= 8) lengths.set(cue, view.getUint32(at + 12, true));
    }
    at += 8 + size + (size & 1);
  }
  return { type, labels, notes, lengths, info };
}

/** Joins cue points with their labels, notes and lengths, in the order of the file. */
export function joinCues(points: readonly { id: number; sample: number }[], lists: readonly WaveList[]): WaveCue[] {
  const adtl = lists.filter((list) => list.type === 'adtl');
  const first = <T>(pick: (list: WaveList) => T | undefined): T | null => {
    for (const list of adtl) {
      const value = pick(list);
      if (value !== undefined) return value;
    }
    return null;
  };
  return points.map(({ id, sample }) => ({
    id,
    sample,
    label: first((list) => list.labels.get(id)),
    note: first((list) => list.notes.get(id)),
    lengthSamples: first((list) => list.lengths.get(id)) ?? 0,
  }));
}

/** A `cue ` or `LIST` chunk as it lies in its file, without the 8 bytes of its header. */
export type MarkerChunk = { readonly id: 'cue ' | 'LIST'; readonly bytes: Uint8Array };

/**
 * The same chunks for sound at another rate: cue points and the lengths of regions moved to it, every other byte as it
 * was. A cue point past what 32 bits count is left out.
 */
export function retimeMarkers(chunks: readonly MarkerChunk[], fromRate: number, toRate: number): MarkerChunk[] {
  const convert = (sample: number) => convertSamples(sample, fromRate, toRate);
  const points = chunks.flatMap(({ id, bytes }) => (id === 'cue ' ? parseCues(bytes) : []));
  const starts = new Map(points.map(({ id, sample }) => [id, sample]));
  return chunks.map(({ id, bytes }) => ({
    id,
    bytes: id === 'cue ' ? retimedCues(bytes, convert) : retimedList(bytes, starts, convert),
  }));
}

function retimedCues(bytes: Uint8Array, convert: (sample: number) => number): Uint8Array {
  const kept = parseCues(bytes).flatMap((point, index) =>
    convert(point.sample) <= 0xffff_ffff ? [{ at: 4 + index * 24, sample: convert(point.sample) }] : [],
  );
  const made = new Uint8Array(4 + kept.length * 24);
  const view = new DataView(made.buffer);
  view.setUint32(0, kept.length, true);
  kept.forEach(({ at, sample }, index) => {
    made.set(bytes.subarray(at, at + 24), 4 + index * 24);
    const position = convert(view.getUint32(4 + index * 24 + 4, true));
    view.setUint32(4 + index * 24 + 4, Math.min(position, 0xffff_ffff), true);
    view.setUint32(4 + index * 24 + 20, sample, true);
  });
  return made;
}

function retimedList(
  bytes: Uint8Array,
  starts: ReadonlyMap<number, number>,
  convert: (sample: number) => number,
): Uint8Array {
  const made = Uint8Array.from(bytes);
  if (fieldText(bytes.subarray(0, 4)) !== 'adtl') return made;
  const view = new DataView(made.buffer);
  for (let at = 4; at + 8 <= made.length; ) {
    const size = Math.min(view.getUint32(at + 4, true), made.length - at - 8);
    if (Buffer.from(made.subarray(at, at + 4)).toString('latin1') === 'ltxt' && size >= 8) {
      const start = starts.get(view.getUint32(at + 8, true)) ?? 0;
      // Both edges of a region are rounded, so that it ends where the next one begins if it did before.
      const length = convert(start + view.getUint32(at + 12, true)) - convert(start);
      view.setUint32(at + 12, Math.min(length, 0xffff_ffff), true);
    }
    at += 8 + size + (size & 1);
  }
  return made;
}
