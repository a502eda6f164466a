import { open } from 'node:fs/promises';
import { readBytes } from './wave-chunks.ts';

/** How many frames of sound an AIFF, AIFC or FLAC file says it has, from its own header; null for others. */
export async function statedSoundLength(path: string): Promise<number | null> {
  const file = await open(path, 'r');
  try {
    const head = await readBytes(file, 0, 42);
    if (head.length >= 26 && head.toString('latin1', 0, 4) === 'fLaC') {
      // STREAMINFO: 36 bits of sample count, 108 bits into the block (RFC 9639, 8.2); 0 is "unknown".
      const count = (head[21]! & 0x0f) * 0x1_0000_0000 + head.readUInt32BE(22);
      return count > 0 ? count : null;
    }
    if (head.toString('latin1', 0, 4) !== 'FORM' || !/^AIF[FC]$/.test(head.toString('latin1', 8, 12))) return null;
    let at = 12;
    for (let count = 0; count < 1000; count++) {
      const chunk = await readBytes(file, at, 16);
      if (chunk.length < 14) return null;
      if (chunk.toString('latin1', 0, 4) === 'COMM') return chunk.readUInt32BE(10);
      const size = chunk.readUInt32BE(4);
      at += 8 + size + (size & 1);
    }
    return null;
  } finally {
    await file.close();
  }
}
