import { chmodSync, closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatsToPcm } from '../../../src-main/media/pcm-samples.ts';
import { makeRecordingHeader, parseRecordingHeader } from '../../../src-main/media/recording-header.ts';
import { repairRecording } from '../../../src-main/media/repair-recording.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { waveFloats } from '../../../src-main/media/wave-samples.ts';
import { findFfprobe, probeSound } from '../../support/ffprobe.ts';
import { ownFolder, plainFormat, rawWave, writeWave } from './made-media.ts';

const folder = ownFolder();
let count = 0;
const fresh = () => join(folder, `${count++}.wav`);
const ffprobe = await findFfprobe();
if (!ffprobe) console.warn('SKIPPED: no ffprobe here; repaired recordings were read with our own reader alone');

const root = process.getuid?.() === 0;
if (root) console.warn('SKIPPED: root may write everything; a recording that may not be written was not tried');

type Format = 's16' | 's24' | 'f32';

function header(format: Format, channelCount: number) {
  return makeRecordingHeader({
    format,
    channelCount,
    sampleRate: 48_000,
    bext: { timeReference: 1_000_000, originator: 'Twopop' },
    ixml: {
      take: '3',
      timeReference: 1_000_000,
      trackNames: Array.from({ length: channelCount }, (_, i) => `Mic ${i}`),
    },
  });
}

const sound = (samples: number) =>
  Float32Array.from({ length: samples }, (_, index) => Math.fround(Math.sin(index) / 2));

/** A recording whose writer was killed: its header promises `promised` frames, `extra` bytes follow the last whole one. */
function killed(format: Format, channelCount: number, frames: number, promised = 0, extra = 0) {
  const { bytes, layout } = header(format, channelCount);
  const samples = floatsToPcm(sound(frames * channelCount), format);
  const view = new DataView(bytes.buffer);
  const dataBytes = (promised * samples.length) / Math.max(frames, 1);
  view.setUint32(4, bytes.length - 8 + dataBytes, true);
  view.setUint32(layout.dataSizeAt, dataBytes, true);
  if (layout.factAt !== null) view.setUint32(layout.factAt, promised, true);
  const path = fresh();
  writeFileSync(path, Buffer.concat([bytes, samples, Buffer.alloc(extra, 0x55)]));
  return { path, samples, headerBytes: bytes.length };
}

async function samplesOf(path: string): Promise<number[]> {
  const all: number[] = [];
  for await (const piece of waveFloats((await readWaveFile(path))!)) all.push(...piece);
  return all;
}

describe('the header of a recording', () => {
  it('says where its sizes lie, with room for ds64 first and the sound last', () => {
    for (const [format, channels] of [
      ['s24', 1],
      ['s24', 8],
      ['f32', 1],
      ['f32', 2],
    ] as const) {
      const { bytes, layout } = header(format, channels);
      const text = Buffer.from(bytes).toString('latin1');
      expect(text.slice(layout.ds64At, layout.ds64At + 4)).toBe('JUNK');
      expect(text.slice(layout.dataSizeAt - 4, layout.dataSizeAt)).toBe('data');
      expect(layout.dataSizeAt + 4).toBe(bytes.length);
      expect(layout.factAt !== null).toBe(format === 'f32');
      if (layout.factAt !== null) expect(text.slice(layout.factAt - 8, layout.factAt - 4)).toBe('fact');
      expect(bytes.length % 16).toBe(0);
    }
  });
});

describe('a recording whose writer was killed', () => {
  it('keeps every whole frame, whatever was promised and wherever it was cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Format>('s16', 's24', 'f32'),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 500 }),
        fc.nat(),
        fc.nat(),
        async (format, channels, frames, promise, cut) => {
          const stride = { s16: 2, s24: 3, f32: 4 }[format] * channels;
          const promised = promise % (frames + 1);
          const { path, samples, headerBytes } = killed(format, channels, frames, promised, cut % stride);
          const repaired = await repairRecording(path);
          expect(repaired).toMatchObject({
            frames,
            promisedFrames: promised,
            sampleRate: 48_000,
            channelCount: channels,
          });
          const bytes = readFileSync(path);
          expect(bytes.length).toBe(headerBytes + samples.length + (samples.length % 2));
          expect(bytes.subarray(headerBytes, headerBytes + samples.length).equals(samples)).toBe(true);
          const wave = (await readWaveFile(path))!;
          expect(wave).toMatchObject({ frames, promisedFrames: null, notices: [], form: 'RIFF' });
          expect(wave.bext?.timeReference).toBe(1_000_000);
          const before = statSync(path, { bigint: true }).mtimeNs;
          expect(await repairRecording(path)).toMatchObject({ frames, promisedFrames: frames, changed: false });
          expect(statSync(path, { bigint: true }).mtimeNs).toBe(before);
          expect(readFileSync(path).equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.skipIf(!ffprobe)('is read by ffprobe, too', async () => {
    for (const format of ['s24', 'f32'] as const)
      for (const channels of [1, 2, 5]) {
        const { path } = killed(format, channels, 1001, 400, 1);
        await repairRecording(path);
        const probed = probeSound(ffprobe!, path);
        expect(probed).toMatchObject({ frames: 1001, channelCount: channels, sampleRate: 48_000, complaints: '' });
        expect(probed.codec).toBe(format === 's24' ? 'pcm_s24le' : 'pcm_f32le');
        expect(probed.timeReference).toBe(1_000_000);
      }
  });

  it('becomes RF64 where its bytes pass the largest RIFF, and stays so', async () => {
    for (const format of ['s24', 'f32'] as const) {
      const { path } = killed(format, 2, 3001, 12);
      const options = { largestRiffBytes: 10_000 };
      expect(await repairRecording(path, options)).toMatchObject({ frames: 3001, changed: true });
      expect(await repairRecording(path, options)).toMatchObject({
        frames: 3001,
        promisedFrames: 3001,
        changed: false,
      });
      const wave = (await readWaveFile(path))!;
      expect(wave).toMatchObject({ form: 'RF64', frames: 3001, notices: [] });
      expect(wave.ds64).toMatchObject({ sampleCount: 3001, riffSize: wave.sizeBytes - 8 });
      expect(await samplesOf(path)).toHaveLength(6002);
      if (ffprobe) expect(probeSound(ffprobe, path)).toMatchObject({ frames: 3001, complaints: '' });
    }
  });

  it('past 4 GB becomes RF64 by itself', async () => {
    const { path, headerBytes } = killed('f32', 2, 1, 1);
    const frames = 600_000_000;
    const file = openSync(path, 'r+');
    ftruncateSync(file, headerBytes + frames * 8 + 5);
    closeSync(file);
    expect(await repairRecording(path)).toMatchObject({ frames, changed: true });
    const wave = (await readWaveFile(path))!;
    expect(wave).toMatchObject({ form: 'RF64', frames, notices: [], sizeBytes: headerBytes + frames * 8 });
    if (ffprobe) expect(probeSound(ffprobe, path)).toMatchObject({ frames, complaints: '' });
  });

  it('before its first frame is a recording of no frames', async () => {
    const { path } = killed('s24', 1, 0);
    expect(await repairRecording(path)).toMatchObject({ frames: 0, promisedFrames: 0 });
  });
});

describe('a recording that was completed', () => {
  it('is left as it is, also with chunks that another program put behind its sound', async () => {
    const whole = fresh();
    writeWave(whole, { frameCount: 1001, bext: { timeReference: 5 } });
    const { path, samples } = killed('s24', 1, 1000, 1000);
    writeFileSync(
      path,
      Buffer.concat([readFileSync(path), Buffer.from('LIST\x06\0\0\0abcdefnote\x03\0\0\0xyz\0', 'latin1')]),
    );
    for (const [file, frames] of [
      [whole, 1001],
      [path, samples.length / 3],
    ] as const) {
      const before = readFileSync(file);
      expect(await repairRecording(file)).toMatchObject({ frames, changed: false });
      expect(readFileSync(file).equals(before)).toBe(true);
    }
  });
});

describe('what is not a recording of ours', () => {
  it('is refused with one clear error and not touched', async () => {
    const foreign = rawWave([
      ['fmt ', plainFormat(1, 1, 48_000, 16)],
      ['data', Buffer.alloc(20, 1), 8],
    ]);
    const cut = Buffer.from(header('s24', 1).bytes.subarray(0, 300));
    const odd = Buffer.from(header('s24', 1).bytes);
    odd.writeUInt16LE(77, parseRecordingHeader(odd)!.formatAt + 12);
    for (const bytes of [foreign, cut, odd, Buffer.from('not sound at all'), Buffer.alloc(100_000)]) {
      const path = fresh();
      writeFileSync(path, bytes);
      await expect(repairRecording(path)).rejects.toMatchObject({ code: 'media-not-a-recording' });
      expect(readFileSync(path).equals(bytes)).toBe(true);
    }
  });

  it('an empty file and a missing one are told apart', async () => {
    const path = fresh();
    writeFileSync(path, '');
    await expect(repairRecording(path)).rejects.toMatchObject({ code: 'media-empty' });
    await expect(repairRecording(fresh())).rejects.toMatchObject({ code: 'media-missing' });
  });

  it.skipIf(root)('a file that may not be written says so', async () => {
    const { path } = killed('s24', 1, 10);
    chmodSync(path, 0o444);
    await expect(repairRecording(path)).rejects.toMatchObject({ code: 'media-write-failed' });
  });

  it('never makes the repair fail in another way, however its bytes are damaged', async () => {
    const whole = Buffer.from(header('f32', 2).bytes);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 8 }), async (changes) => {
        const bytes = Buffer.concat([whole, Buffer.alloc(801, 3)]);
        for (const [at, value] of changes) bytes[at] = value;
        const path = fresh();
        writeFileSync(path, bytes);
        try {
          expect((await repairRecording(path)).frames).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toMatchObject({ code: 'media-not-a-recording' });
          expect(readFileSync(path).equals(bytes)).toBe(true);
        }
      }),
      { numRuns: 150 },
    );
  });
});
