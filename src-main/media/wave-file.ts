import { type FileHandle, open } from 'node:fs/promises';
import { type BextChunk, parseBext } from './bext-chunk.ts';
import { type IxmlChunk, ixmlText, parseIxml } from './ixml-chunk.ts';
import { fileSystemError, mediaError, shownName } from './media-error.ts';
import { readBytes, readWaveChunks, type WaveChunk, type WaveChunks } from './wave-chunks.ts';
import { joinCues, type MarkerChunk, parseCues, parseList, type WaveCue, type WaveList } from './wave-cues.ts';
import { parseWaveFormat, type WaveFormat } from './wave-format.ts';
import { type RecorderMetadata, recorderMetadata } from './wave-metadata.ts';

/** A WAV, BWF, RF64 or BW64 file: where its samples lie and everything that its chunks say. */
export type WaveFile = {
  readonly path: string;
  readonly sizeBytes: number;
  /** `wav`, `bwf` (RIFF with bext), `rf64` or `bw64`. */
  readonly container: 'wav' | 'bwf' | 'rf64' | 'bw64';
  readonly form: string;
  readonly ds64: WaveChunks['ds64'];
  readonly chunks: readonly WaveChunk[];
  readonly format: WaveFormat;
  readonly dataOffset: number;
  readonly dataSize: number;
  /** Whole frames of sound that are in the file (for codings other than PCM: null). */
  readonly frames: number | null;
  /** Frames that the header promises, where the file ends before them; null when it is whole. */
  readonly promisedFrames: number | null;
  readonly bext: BextChunk | null;
  readonly ixml: IxmlChunk | null;
  readonly ixmlText: string | null;
  readonly cues: readonly WaveCue[];
  /** The `cue ` chunk and the LIST chunks of type adtl and INFO as they lie, to be written again. */
  readonly markerChunks: readonly MarkerChunk[];
  /** LIST INFO texts by four-letter name. */
  readonly info: Readonly<Record<string, string>>;
  readonly metadata: RecorderMetadata;
  readonly notices: readonly string[];
};

const maxMetadataBytes = 4 << 20;
const highestSampleRate = 1_536_000;
const mostChannels = 1024;

/**
 * Reads the headers and metadata of a WAV-family file in bounded memory, whatever its length. Null when it is not of
 * that family. Throws one error for a file that is empty (`media-empty`), damaged (`media-damaged`), of 0 Hz
 * (`media-bad-rate`), without samples (`media-no-samples`) or shorter than its header says (`media-truncated`, unless
 * `allowTruncated`: then `promisedFrames` is set).
 */
export async function readWaveFile(
  path: string,
  options: { readonly allowTruncated?: boolean } = {},
): Promise<WaveFile | null> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    return await readOpenWave(file, path, options.allowTruncated ?? false);
  } catch (error) {
    throw fileSystemError(path, error);
  } finally {
    await file?.close();
  }
}

async function readOpenWave(file: FileHandle, path: string, allowTruncated: boolean): Promise<WaveFile | null> {
  const status = await file.stat();
  if (status.isDirectory()) throw Object.assign(new Error('is a folder'), { code: 'EISDIR' });
  const sizeBytes = status.size;
  if (sizeBytes === 0)
    throw mediaError(
      'media-empty',
      `“${shownName(path)}” is empty: it holds no bytes.`,
      'Copy it from the card again; if it is empty there too, leave it out.',
    );
  const found = await readWaveChunks(file, sizeBytes);
  if (!found) return null;
  const formatChunk = found.chunks.find((chunk) => chunk.id === 'fmt ');
  const dataChunk =
    found.chunks.find((chunk) => chunk.id === 'data' && chunk.size > 0) ??
    found.chunks.find((chunk) => chunk.id === 'data');
  if (!formatChunk) throw damaged(path, found, 'it does not say how its samples are written (no “fmt” chunk)');
  if (!dataChunk) throw damaged(path, found, 'no sound was found in it (no “data” chunk)');
  const format = parseWaveFormat(await readBytes(file, formatChunk.offset, Math.min(formatChunk.size, 64)));
  if (!format) throw damaged(path, found, 'its “fmt” chunk is too short');
  checkFormat(path, format, formatChunk.offset);
  const isPcm = format.format !== null;
  const frames = isPcm ? Math.floor(dataChunk.size / format.blockAlign) : null;
  const promisedFrames =
    found.declaredDataSize !== null && isPcm ? Math.floor(found.declaredDataSize / format.blockAlign) : null;
  if (dataChunk.size === 0 || frames === 0) throw noSamples(path, promisedFrames);
  if (found.declaredDataSize !== null && !allowTruncated) throw truncated(path, frames, promisedFrames);

  const read = async (chunk: WaveChunk) => readBytes(file, chunk.offset, Math.min(chunk.size, maxMetadataBytes));
  const chunkOf = async (pattern: RegExp) => {
    const chunk = found.chunks.find((candidate) => pattern.test(candidate.id) && candidate.size > 0);
    return chunk ? read(chunk) : null;
  };
  const bextBytes = await chunkOf(/^bext$/);
  const ixmlBytes = await chunkOf(/^ixml$/i);
  const cueBytes = await chunkOf(/^cue $/);
  const lists: WaveList[] = [];
  const markerChunks: MarkerChunk[] = cueBytes ? [{ id: 'cue ', bytes: cueBytes }] : [];
  for (const chunk of found.chunks.filter(({ id }) => id === 'LIST').slice(0, 16)) {
    const bytes = await read(chunk);
    const list = parseList(bytes);
    if (!list) continue;
    lists.push(list);
    // One that is longer than what is read of it would be written with its end missing.
    if (chunk.size <= maxMetadataBytes) markerChunks.push({ id: 'LIST', bytes });
  }
  const bext = bextBytes && parseBext(bextBytes);
  const text = ixmlBytes && ixmlText(ixmlBytes);
  const ixml = text ? parseIxml(text) : null;
  return {
    path,
    sizeBytes,
    container: found.form === 'RF64' ? 'rf64' : found.form === 'BW64' ? 'bw64' : bext ? 'bwf' : 'wav',
    form: found.form,
    ds64: found.ds64,
    chunks: found.chunks,
    format,
    dataOffset: dataChunk.offset,
    dataSize: dataChunk.size,
    frames,
    promisedFrames,
    bext,
    ixml,
    ixmlText: text,
    cues: cueBytes ? joinCues(parseCues(cueBytes), lists) : [],
    markerChunks,
    info: Object.assign(Object.create(null), ...lists.map((list) => list.info)),
    metadata: recorderMetadata(bext, ixml, format),
    notices: found.notices,
  };
}

/** `offset` is where the fmt chunk's body begins. */
function checkFormat(path: string, format: WaveFormat, offset: number): void {
  const name = shownName(path);
  if (format.sampleRate === 0 || format.sampleRate > highestSampleRate)
    throw mediaError(
      'media-bad-rate',
      `“${name}” says that it runs at ${format.sampleRate} Hz, which is no sample rate (at byte ${offset + 4}).`,
      'Its header is damaged: copy it from the card again, or repair it with the recorder’s own tool.',
    );
  if (format.channelCount > mostChannels)
    throw mediaError(
      'media-too-many-channels',
      `“${name}” says that it has ${format.channelCount} channels; at most ${mostChannels} can be taken (at byte ${offset + 2}).`,
      'Its header may be damaged: copy it from the card again.',
    );
  const isPcm = format.tag === 1 || format.tag === 3;
  const fault =
    format.channelCount === 0
      ? `no channels (at byte ${offset + 2})`
      : isPcm && format.bitsPerSample === 0
        ? `0 bits a sample (at byte ${offset + 14})`
        : format.blockAlign === 0
          ? `frames of 0 bytes (at byte ${offset + 12})`
          : null;
  if (fault)
    throw mediaError(
      'media-damaged',
      `“${name}” is damaged: its header says that it has ${fault}.`,
      'Copy it from the card again, or repair it with the recorder’s own tool.',
    );
}

function damaged(path: string, found: WaveChunks, what: string) {
  const where = found.brokenAt === null ? '' : `; from byte ${found.brokenAt} on its chunks make no sense`;
  return mediaError(
    'media-damaged',
    `“${shownName(path)}” is damaged: ${what}${where}.`,
    'Copy it from the card again, or repair it with the recorder’s own tool.',
  );
}

function noSamples(path: string, promisedFrames: number | null) {
  if (promisedFrames !== null && promisedFrames > 0) return truncated(path, 0, promisedFrames);
  return mediaError(
    'media-no-samples',
    `“${shownName(path)}” is of zero length: it has a header but no sound.`,
    'Leave it out, or copy it from the card again.',
  );
}

function truncated(path: string, frames: number | null, promisedFrames: number | null) {
  const counts = promisedFrames === null ? '' : ` (${frames} of ${promisedFrames} samples are there)`;
  return mediaError(
    'media-truncated',
    `“${shownName(path)}” is cut off: it ends before the length that its header gives${counts}.`,
    'Wait until it is copied to its end, or copy it from the card again.',
  );
}
