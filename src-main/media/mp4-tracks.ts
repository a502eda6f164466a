import { boxAt, childBoxes, type Mp4Box, tableOf } from './mp4-boxes.ts';

/** A track of a movie, its tables still as boxes. */
export type Mp4Track = {
  /** `vide`, `soun`, `tmcd`, ... */
  readonly handler: string;
  /** Ticks a second of this track's media. */
  readonly timescale: number;
  /** Type and body of the first sample description; null where it has none. */
  readonly description: Mp4Box | null;
  /** Parts of the track are coded in another way than the first. */
  readonly severalDescriptions: boolean;
  readonly sampleTable: Mp4Box;
  /** Edits in the order of presentation: duration in movie ticks, start in media ticks (-1: nothing is shown). */
  readonly edits: readonly { readonly duration: number; readonly mediaTime: number }[];
};

/** Pictures: 46 hours at 30 frames a second. */
const mostFrames = 5_000_000;

/** The tracks of a `moov` box that can be made sense of. */
export function movieTracks(movie: Mp4Box): Mp4Track[] {
  return childBoxes(movie.body)
    .filter((box) => box.type === 'trak')
    .slice(0, 256)
    .flatMap((track) => {
      const mediaHeader = boxAt(track, 'mdia/mdhd')?.body;
      const handler = boxAt(track, 'mdia/hdlr')?.body;
      const sampleTable = boxAt(track, 'mdia/minf/stbl');
      if (!mediaHeader || mediaHeader.length < 24 || !handler || handler.length < 12 || !sampleTable) return [];
      const timescale = mediaHeader[0] === 1 ? mediaHeader.readUInt32BE(20) : mediaHeader.readUInt32BE(12);
      const description = boxAt(sampleTable, 'stsd');
      return timescale > 0
        ? [
            {
              handler: handler.toString('latin1', 8, 12),
              timescale,
              description: description ? (childBoxes(description.body, 8)[0] ?? null) : null,
              severalDescriptions: description !== null && childBoxes(description.body, 8).length > 1,
              sampleTable,
              edits: editsOf(boxAt(track, 'edts/elst')),
            },
          ]
        : [];
    });
}

/** Ticks a second in which edits and the whole movie are counted; 0 where the header is missing. */
export function movieTicksASecond(movie: Mp4Box): number {
  const header = boxAt(movie, 'mvhd')?.body;
  if (!header || header.length < 24) return 0;
  return header[0] === 1 ? header.readUInt32BE(20) : header.readUInt32BE(12);
}

function editsOf(box: Mp4Box | null): Mp4Track['edits'] {
  if (!box || box.body.length < 8) return [];
  const { body } = box;
  const wide = body[0] === 1;
  const width = wide ? 20 : 12;
  const count = Math.min(body.readUInt32BE(4), Math.floor((body.length - 8) / width), 10_000);
  return Array.from({ length: count }, (_, index) => {
    const at = 8 + index * width;
    return wide
      ? { duration: Number(body.readBigUInt64BE(at)), mediaTime: Number(body.readBigInt64BE(at + 8)) }
      : { duration: body.readUInt32BE(at), mediaTime: body.readInt32BE(at + 4) };
  });
}

/** How many frames a picture track has, by its sizes table. */
function frameCountOf(track: Mp4Track): number {
  const sizes = boxAt(track.sampleTable, 'stsz')?.body;
  return sizes && sizes.length >= 12 ? Math.min(sizes.readUInt32BE(8), mostFrames) : 0;
}

/** When each frame of a picture track is presented, in media ticks, in the order of presentation. */
export function presentationTicks(track: Mp4Track): Float64Array {
  const count = frameCountOf(track);
  const ticks = new Float64Array(count);
  const durations = tableOf(boxAt(track.sampleTable, 'stts'), 2);
  let index = 0;
  let time = 0;
  for (let row = 0; row < durations.length; row += 2)
    for (let left = durations[row]!; left > 0 && index < count; left--) {
      ticks[index++] = time;
      time += durations[row + 1]!;
    }
  const used = ticks.subarray(0, index);
  const offsets = tableOf(boxAt(track.sampleTable, 'ctts'), 2);
  index = 0;
  for (let row = 0; row < offsets.length; row += 2)
    // Written as unsigned in version 0, yet negative values occur there too.
    for (let left = offsets[row]!; left > 0 && index < used.length; left--) used[index++]! += offsets[row + 1]! | 0;
  return offsets.length > 0 ? used.sort() : used;
}

/** How long a sound track's samples last, in media ticks, after its edit list's start (codec priming). */
export function soundTicks(track: Mp4Track): number {
  const durations = tableOf(boxAt(track.sampleTable, 'stts'), 2);
  let ticks = 0;
  for (let row = 0; row < durations.length; row += 2) ticks += durations[row]! * durations[row + 1]!;
  const shown = track.edits.find((edit) => edit.mediaTime >= 0);
  return Math.max(0, ticks - (shown?.mediaTime ?? 0));
}

/** Byte offset and size of each frame of a picture track in decoding order, flat: offset0, size0, offset1, ... */
export function frameExtents(track: Mp4Track): number[] {
  const extents: number[] = [];
  const count = frameCountOf(track);
  walkChunks(track, (offset, firstSample, sampleCount, sizeOf) => {
    let at = offset;
    for (let sample = firstSample; sample < firstSample + sampleCount && sample < count; sample++) {
      const size = sizeOf(sample);
      extents.push(at, size);
      at += size;
    }
  });
  return extents;
}

/** Byte offset and frames of each chunk of a sound track whose samples are frames of PCM, flat: offset0, frames0, ... */
export function soundExtents(track: Mp4Track): Float64Array {
  const extents: number[] = [];
  walkChunks(track, (offset, _, sampleCount) => void extents.push(offset, sampleCount));
  return Float64Array.from(extents);
}

/** The first byte of a track's first sample; null where it has none. */
export function firstSampleOffset(track: Mp4Track): number | null {
  return chunkOffsets(track)[0] ?? null;
}

/** The byte after the last sample of a track that its tables name. */
export function endOfSamples(track: Mp4Track): number {
  const sizes = boxAt(track.sampleTable, 'stsz')?.body;
  const constant = sizes && sizes.length >= 12 ? sizes.readUInt32BE(4) : 0;
  let end = 0;
  walkChunks(track, (offset, firstSample, sampleCount, sizeOf) => {
    let size = constant > 1 ? sampleCount * constant : 0;
    // QuickTime sound of version 0 and 1 gives size 1 for a sample of any width: then only the start is certain.
    if (constant === 0) for (let sample = 0; sample < sampleCount; sample++) size += sizeOf(firstSample + sample);
    end = Math.max(end, offset + size);
  });
  return end;
}

function walkChunks(
  track: Mp4Track,
  visit: (offset: number, firstSample: number, sampleCount: number, sizeOf: (sample: number) => number) => void,
): void {
  const sizes = boxAt(track.sampleTable, 'stsz')?.body;
  if (!sizes || sizes.length < 12) return;
  const constant = sizes.readUInt32BE(4);
  const count = constant > 0 ? sizes.readUInt32BE(8) : Math.min(sizes.readUInt32BE(8), (sizes.length - 12) >> 2);
  const sizeOf = (sample: number) => constant || sizes.readUInt32BE(12 + sample * 4);
  const offsets = chunkOffsets(track);
  const runs = tableOf(boxAt(track.sampleTable, 'stsc'), 3);
  let run = 0;
  for (let chunk = 0, sample = 0; chunk < offsets.length && sample < count; chunk++) {
    while (run + 3 < runs.length && runs[run + 3]! <= chunk + 1) run += 3;
    const inChunk = Math.min(runs[run + 1] ?? 0, count - sample);
    visit(offsets[chunk]!, sample, inChunk, sizeOf);
    sample += inChunk;
  }
}

function chunkOffsets(track: Mp4Track): ArrayLike<number> {
  const small = boxAt(track.sampleTable, 'stco');
  if (small) return tableOf(small, 1);
  const words = tableOf(boxAt(track.sampleTable, 'co64'), 2);
  return Float64Array.from({ length: words.length / 2 }, (_, index) => {
    return words[index * 2]! * 0x1_0000_0000 + words[index * 2 + 1]!;
  });
}
