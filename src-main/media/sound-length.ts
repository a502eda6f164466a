import { open } from 'node:fs/promises';
import { readBytes } from './wave-chunks.ts';

/** What an AIFF, AIFC or FLAC file says of its length in its own header. */
export type StatedLength = {
  /** Frames of sound. */
  readonly frames: number;
  /** Bytes that so many frames take, where they are plain PCM; else 0. */
  readonly sampleBytes: number;
};

/** Reads how long an AIFF, AIFC or FLAC file says it is; null for others and where it does not say. */
export async function statedSoundLength(path: string): Promise<StatedLength | null> {
  const file = await open(path, 'r');
  try {
    const head = await readBytes(file, 0, 42);
    if (head.length >= 26 && head.toString('latin1', 0, 4) === 'fLaC') {
      // STREAMINFO: 36 bits of sample count, 108 bits into the block (RFC 9639, 8.2); 0 is "unknown".
      const count = (head[21]! & 0x0f) * 0x1_0000_0000 + head.readUInt32BE(22);
      return count > 0 ? { frames: count, sampleBytes: 0 } : null;
    }
    if (head.toString('latin1', 0, 4) !== 'FORM' || !/^AIF[FC]$/.test(head.toString('latin1', 8, 12))) return null;
    let at = 12;
    for (let count = 0; count < 1000; count++) {
      const chunk = await readBytes(file, at, 16);
      if (chunk.length < 16) return null;
      if (chunk.toString('latin1', 0, 4) === 'COMM') {
        const [channelCount, frames, bits] = [chunk.readUInt16BE(8), chunk.readUInt32BE(10), chunk.readUInt16BE(14)];
        const isPlain = head.toString('latin1', 8, 12) === 'AIFF';
        return { frames, sampleBytes: isPlain ? frames * channelCount * Math.ceil(bits / 8) : 0 };
      }
      const size = chunk.readUInt32BE(4);
      at += 8 + size + (size & 1);
    }
    return null;
  } finally {
    await file.close();
  }
}
