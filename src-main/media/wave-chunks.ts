import type { FileHandle } from 'node:fs/promises';

/** A chunk of a RIFF-like file: where its bytes begin (after the 8 bytes of header) and how many there are. */
export type WaveChunk = { readonly id: string; readonly offset: number; readonly size: number };

export type WaveChunks = {
  /** The first four bytes: RIFF, RF64, BW64, or whatever damaged word stands before WAVE. */
  readonly form: string;
  readonly ds64: { readonly riffSize: number; readonly dataSize: number; readonly sampleCount: number } | null;
  readonly chunks: readonly WaveChunk[];
  /** The size that the data chunk's header gives, where it is more than the file holds. */
  readonly declaredDataSize: number | null;
  /** What was odd and how it was taken, for people. */
  readonly notices: readonly string[];
  /** The byte where the walk ended because what stands there is no chunk; null at a clean end. */
  readonly brokenAt: number | null;
};

const unknownSize = 0xffff_ffff;
const maxChunks = 10_000;
const maxDs64Entries = 1000;
const knownChunks: ReadonlySet<string> = new Set(
  'fmt |data|bext|iXML|LIST|cue |fact|JUNK|junk|PAD |FLLR|axml|chna|umid|smpl|inst|id3 |_PMX|minf|elm1|regn'.split('|'),
);

/**
 * Walks the chunks of a WAV, RF64 or BW64 file without reading their contents; null when it is not of that family.
 * Sizes come from `ds64` where the 32-bit field says 0xFFFFFFFF. Missing padding bytes, headers that were never
 * completed and sizes past the end of the file are taken as far as the bytes allow, each with a notice.
 */
export async function readWaveChunks(file: FileHandle, fileSize: number): Promise<WaveChunks | null> {
  const head = await readBytes(file, 0, 12);
  if (head.length < 12 || latin1(head, 8, 12) !== 'WAVE') return null;
  const form = latin1(head, 0, 4);
  const walk = new ChunkWalk(file, fileSize, form);
  await walk.run();
  return walk;
}

class ChunkWalk implements WaveChunks {
  readonly form: string;
  ds64: WaveChunks['ds64'] = null;
  readonly chunks: WaveChunk[] = [];
  declaredDataSize: number | null = null;
  readonly notices: string[] = [];
  brokenAt: number | null = null;
  private readonly file: FileHandle;
  private readonly fileSize: number;
  private readonly largeSizes = new Map<string, number>();

  constructor(file: FileHandle, fileSize: number, form: string) {
    this.file = file;
    this.fileSize = fileSize;
    this.form = form;
    if (!/^(RIFF|RF64|BW64)$/.test(form))
      this.notices.push(`The file begins with “${shownId(form)}” instead of RIFF, RF64 or BW64.`);
  }

  async run(): Promise<void> {
    let at = 12;
    while (at + 8 <= this.fileSize) {
      if (this.chunks.length >= maxChunks) {
        this.notices.push(`Only the first ${maxChunks} chunks were read.`);
        return;
      }
      const header = await readBytes(this.file, at, 8);
      const id = latin1(header, 0, 4);
      if (!isChunkId(id)) {
        this.brokenAt = at;
        return;
      }
      const size = await this.sizeOf(id, header.readUInt32LE(4), at + 8);
      const available = Math.min(size, this.fileSize - at - 8);
      if (available < size && id !== 'data') {
        this.notices.push(`The chunk “${shownId(id)}” at byte ${at} says more bytes than the file holds.`);
        this.brokenAt = at;
        return;
      }
      if (available < size) this.declaredDataSize = size;
      this.chunks.push({ id, offset: at + 8, size: available });
      if (id === 'ds64') await this.readDs64(at + 8, available);
      at = await this.nextAt(at + 8 + available, available);
    }
  }

  private async sizeOf(id: string, written: number, offset: number): Promise<number> {
    const rest = this.fileSize - offset;
    const large = this.largeSizes.get(id);
    if (id !== 'data') return written === unknownSize && large !== undefined ? large : written;
    if (this.ds64 && (written === unknownSize || (this.form !== 'RIFF' && this.ds64.dataSize <= rest)))
      return this.ds64.dataSize;
    if (written === unknownSize) {
      this.notices.push('The header was never completed; the sound is taken up to the end of the file.');
      return rest;
    }
    // A recorder that lost power leaves size 0; what follows is then sound, not a chunk.
    if (written === 0 && rest >= 8 && !isChunkId(latin1(await readBytes(this.file, offset, 8), 0, 4))) {
      this.notices.push('The header was never completed; the sound is taken up to the end of the file.');
      return rest;
    }
    // Past 4 GB some recorders write the size modulo 2^32.
    if (this.fileSize > unknownSize && rest - written >= 0x1_0000_0000) {
      const next = await readBytes(this.file, offset + written + (written & 1), 4);
      if (!isChunkId(latin1(next, 0, 4))) {
        const wraps = Math.floor((rest - written) / 0x1_0000_0000);
        this.notices.push('The size of the sound is written without its upper bits; it was taken from the file’s.');
        return written + wraps * 0x1_0000_0000;
      }
    }
    return written;
  }

  private async readDs64(offset: number, size: number): Promise<void> {
    const bytes = await readBytes(this.file, offset, Math.min(size, 28 + 12 * maxDs64Entries));
    if (bytes.length < 24) return;
    const u64 = (at: number) => bytes.readUInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at);
    this.ds64 ??= { riffSize: u64(0), dataSize: u64(8), sampleCount: u64(16) };
    const count = bytes.length >= 28 ? bytes.readUInt32LE(24) : 0;
    for (let index = 0; index < count && 28 + index * 12 + 12 <= bytes.length; index++)
      this.largeSizes.set(latin1(bytes, 28 + index * 12, 32 + index * 12), u64(32 + index * 12));
  }

  /** Where the next chunk begins: after the padding byte of an odd one, unless its writer left that out. */
  private async nextAt(end: number, size: number): Promise<number> {
    if (size % 2 === 0) return end;
    if (end + 9 > this.fileSize) return end + 1;
    const bytes = await readBytes(this.file, end, 5);
    const padded = latin1(bytes, 1, 5);
    const close = latin1(bytes, 0, 4);
    // The end of one name and the first byte of a size can look like a name: then a name that is known decides.
    if (isChunkId(close) && (!isChunkId(padded) || (knownChunks.has(close) && !knownChunks.has(padded)))) {
      this.notices.push(`The chunk that ends at byte ${end} has no padding byte.`);
      return end;
    }
    return end + 1;
  }
}

/** Reads up to `length` bytes at `offset`; fewer at the end of the file. */
export async function readBytes(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return buffer.subarray(0, done);
}

function latin1(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}

/** Four characters of ASCII that could be seen, not all spaces. */
function isChunkId(id: string): boolean {
  return /^[\x20-\x7e]{4}$/.test(id) && id.trim() !== '';
}

function shownId(id: string): string {
  return id.replace(/[^\x20-\x7e]/g, '?');
}
