import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { requireFfmpeg } from '../../src-main/media/ffmpeg.ts';
import { readWaveFile } from '../../src-main/media/wave-file.ts';

/** Writes a copy of a camera clip whose sound lost `lostSamples` (at 48 kHz) at `atSeconds`; the picture stays. */
export async function loseSamples(path: string, into: string, atSeconds: number, lostSamples: number): Promise<void> {
  const { path: ffmpeg } = await requireFfmpeg();
  const filter = [
    '[0:a]aresample=48000,asplit[a][b]',
    `[a]atrim=end_sample=${atSeconds * 48_000}[head]`,
    `[b]atrim=start_sample=${atSeconds * 48_000 + lostSamples},asetpts=PTS-STARTPTS[tail]`,
    '[head][tail]concat=n=2:v=0:a=1[sound]',
  ].join(';');
  const streams = ['-map', '0:v', '-map', '[sound]', '-c:v', 'copy', '-c:a', 'pcm_s16le'];
  execFileSync(ffmpeg, ['-v', 'error', '-y', '-i', path, '-filter_complex', filter, ...streams, into]);
}

/** Writes a copy of a 24-bit recorder file with the polarity of one track inverted; all that it says of itself stays. */
export async function invertTrack(path: string, into: string, track: number): Promise<void> {
  const wave = (await readWaveFile(path))!;
  const { channelCount, bitsPerSample } = wave.format;
  if (bitsPerSample !== 24) throw new Error(`${path} has ${bitsPerSample} bits, not 24`);
  const bytes = readFileSync(path);
  const frames = Math.floor(wave.dataSize / (3 * channelCount));
  for (let frame = 0; frame < frames; frame++) {
    const at = wave.dataOffset + 3 * (frame * channelCount + track);
    bytes.writeIntLE(Math.min(8_388_607, -bytes.readIntLE(at, 3)), at, 3);
  }
  writeFileSync(into, bytes);
}
