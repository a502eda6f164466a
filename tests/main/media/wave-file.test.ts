import { closeSync, ftruncateSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pcmToFloats } from '../../../src-main/media/pcm-samples.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { waveFloats } from '../../../src-main/media/wave-samples.ts';
import { makeWaveHeader, WaveWriter } from '../../../src-main/media/wave-writer.ts';
import type { PcmFormat } from '../../../src-shared/engine/render-plan.ts';
import { ffmpeg, ownFolder, plainFormat, rawWave, writeWave } from './made-media.ts';

const folder = ownFolder();
let count = 0;
const fresh = () => join(folder, `${count++}.wav`);

function written(bytes: Uint8Array): string {
  const path = fresh();
  writeFileSync(path, bytes);
  return path;
}

async function samplesOf(path: string): Promise<number[]> {
  const all: number[] = [];
  for await (const piece of waveFloats((await readWaveFile(path, { allowTruncated: true }))!)) all.push(...piece);
  return all;
}

const mono16 = plainFormat(1, 1, 48_000, 16);
const four = Buffer.from([0, 0, 0, 64, 0, 128, 255, 127]);

describe('files that recorders really write', () => {
  it('are read with the sound before its format', async () => {
    const path = written(
      rawWave([
        ['data', four],
        ['fmt ', mono16],
      ]),
    );
    expect((await readWaveFile(path))!.frames).toBe(4);
    expect(await samplesOf(path)).toEqual([0, 0.5, -1, 32_767 / 32_768]);
  });

  it('are read with a chunk of odd length, padded or not', async () => {
    for (const unpadded of [false, true]) {
      const path = written(
        rawWave(
          [
            ['fmt ', mono16],
            ['odd ', Buffer.from('xyz')],
            ['data', four],
          ],
          { unpadded },
        ),
      );
      expect((await readWaveFile(path))!.frames).toBe(4);
    }
  });

  it('are read to the end of the file where the header was never completed', async () => {
    for (const size of [0, 0xffff_ffff]) {
      const path = written(
        rawWave([
          ['fmt ', mono16],
          ['data', Buffer.concat([Buffer.alloc(16, 1), four]), size],
        ]),
      );
      const wave = (await readWaveFile(path))!;
      expect(wave.frames).toBe(12);
      expect(wave.notices.join()).toContain('never completed');
    }
  });

  it('are refused where the sound is cut off, and say how much is there', async () => {
    const path = written(
      rawWave([
        ['fmt ', mono16],
        ['data', four, 2000],
      ]),
    );
    await expect(readWaveFile(path)).rejects.toMatchObject({
      code: 'media-truncated',
      message: expect.stringContaining('4 of 1000'),
    });
    expect(await readWaveFile(path, { allowTruncated: true })).toMatchObject({ frames: 4, promisedFrames: 1000 });
  });

  it('are read as RF64 without ds64 where the sizes fit', async () => {
    const path = written(
      rawWave(
        [
          ['fmt ', mono16],
          ['data', four],
        ],
        { form: 'RF64' },
      ),
    );
    expect(await readWaveFile(path)).toMatchObject({ container: 'rf64', frames: 4 });
  });

  it('are read as BW64 with the size from ds64', async () => {
    const ds64 = Buffer.alloc(28);
    ds64.writeUInt32LE(8, 8);
    const chunks = [
      ['ds64', ds64],
      ['fmt ', mono16],
      ['data', four, 0xffff_ffff],
      ['LIST', Buffer.from('INFOINAM\x04\0\0\0name', 'latin1')],
    ] as const;
    const path = written(rawWave(chunks, { form: 'BW64' }));
    expect(await readWaveFile(path)).toMatchObject({ container: 'bw64', frames: 4, info: { INAM: 'name' } });
  });
});

describe('files that are no use say so in one error', () => {
  const refused = async (bytes: Uint8Array) =>
    readWaveFile(written(bytes)).then(
      () => 'read',
      (error) => error.code,
    );
  it.each([
    ['empty', Buffer.alloc(0), 'media-empty'],
    [
      '0 Hz',
      rawWave([
        ['fmt ', plainFormat(1, 1, 0, 16)],
        ['data', four],
      ]),
      'media-bad-rate',
    ],
    [
      'no channels',
      rawWave([
        ['fmt ', plainFormat(1, 0, 48_000, 16)],
        ['data', four],
      ]),
      'media-damaged',
    ],
    [
      'zero length',
      rawWave([
        ['fmt ', mono16],
        ['data', Buffer.alloc(0)],
      ]),
      'media-no-samples',
    ],
    ['no fmt', rawWave([['data', four]]), 'media-damaged'],
    ['no data', rawWave([['fmt ', mono16]]), 'media-damaged'],
    ['only a header', Buffer.from('RIFF\x04\0\0\0WAVE', 'latin1'), 'media-damaged'],
    [
      'short fmt',
      rawWave([
        ['fmt ', Buffer.alloc(4)],
        ['data', four],
      ]),
      'media-damaged',
    ],
    [
      'a chunk larger than the file before the sound',
      rawWave([
        ['fmt ', mono16],
        ['bext', four, 1e9],
        ['data', four],
      ]),
      'media-damaged',
    ],
  ])('%s', async (_, bytes, code) => {
    expect(await refused(bytes)).toBe(code);
  });

  it('what is no WAV is not of this family', async () => {
    expect(await readWaveFile(written(Buffer.from('just some text in a file called .wav')))).toBeNull();
  });
});

describe('what is written is read again', () => {
  const formats: PcmFormat[] = ['u8', 's16', 's24', 's32', 'f32', 'f64'];
  it.each(formats)('%s, sample for sample, by us and by ffmpeg', async (format) => {
    const value = (frame: number, channel: number) => (((frame * 37 + channel * 11) % 256) - 128) / 128;
    for (const channelCount of [1, 2, 3, 64]) {
      const path = writeWave(fresh(), { format, channelCount, frameCount: 101 }, value);
      const wave = (await readWaveFile(path))!;
      expect(wave.format).toMatchObject({ format, channelCount, sampleRate: 48_000 });
      expect(wave.dataOffset % 16).toBe(0);
      const samples = await samplesOf(path);
      expect(samples).toEqual(
        Array.from({ length: 101 * channelCount }, (_, i) => value(Math.floor(i / channelCount), i % channelCount)),
      );
      if (channelCount === 64) continue;
      const raw = `${path}.f32`;
      ffmpeg('-i', path, '-f', 'f32le', raw);
      const theirs = pcmToFloats(readFileSync(raw), 'f32');
      expect(Math.max(...samples.map((sample, index) => Math.abs(sample - theirs[index]!)))).toBeLessThan(1e-6);
    }
  });

  it('metadata, whatever the text', async () => {
    // XML cannot hold control characters; spaces around a field are not kept.
    const text = fc
      .string({ unit: 'grapheme', maxLength: 40 })
      .map((value) => value.replace(/[\p{Cc}\s\ufffe\uffff]+/gu, ' ').trim());
    await fc.assert(
      fc.asyncProperty(
        text,
        text,
        text,
        fc.option(fc.boolean()),
        fc.nat(2 ** 40),
        fc.array(text, { minLength: 3, maxLength: 3 }),
        async (scene, take, tape, circled, timeReference, trackNames) => {
          const path = writeWave(fresh(), {
            frameCount: 5,
            channelCount: 3,
            bext: { description: scene, originator: 'Twopop', timeReference, date: '2026-01-02', time: '03:04:05' },
            ixml: {
              scene,
              take,
              tape,
              circled,
              timeReference,
              trackNames,
              frameRate: { numerator: 30000, denominator: 1001, drop: true },
            },
          });
          const wave = (await readWaveFile(path))!;
          expect(wave.bext).toMatchObject({
            timeReference,
            version: 2,
            originator: 'Twopop',
            loudness: null,
          });
          const kept = (value: string) => value || null;
          expect(wave.metadata).toMatchObject({
            scene: kept(scene),
            take: kept(take),
            tape: kept(tape),
            circled,
            timeReference,
            timestampSampleRate: 48_000,
            frameRate: { numerator: 30000, denominator: 1001, drop: true },
            dropFrame: true,
          });
          expect(wave.metadata.trackNames ?? ['', '', '']).toEqual(trackNames);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('piece by piece, its length unknown before', async () => {
    const path = fresh();
    const writer = await WaveWriter.create(path, { format: 's24', channelCount: 1, sampleRate: 96_000 });
    for (let piece = 0; piece < 7; piece++) await writer.append(new Float32Array(1001).fill(piece / 10));
    expect(await writer.finish()).toBe(7007);
    const wave = (await readWaveFile(path))!;
    expect(wave).toMatchObject({ frames: 7007, notices: [] });
    expect(wave.sizeBytes % 2).toBe(0);
    await expect(WaveWriter.create(path, { format: 's24', channelCount: 1, sampleRate: 96_000 })).rejects.toThrow();
  });
});

describe('beyond 4 GB', () => {
  it('a file is written as RF64 and read in bounded memory', async () => {
    const fields = { format: 's24', channelCount: 8, sampleRate: 48_000 } as const;
    const frameCount = 250_000_000; // 6 GB, a hole on disk
    const bext = { timeReference: 5_000_000_000 };
    const header = makeWaveHeader({ ...fields, frameCount, bext });
    const path = fresh();
    const file = openSync(path, 'w');
    writeSync(file, header);
    ftruncateSync(file, header.length + frameCount * 24);
    const after = rawWave([['iXML', Buffer.from('<BWFXML><SCENE>9</SCENE></BWFXML>')]]).subarray(12);
    writeSync(file, after, 0, after.length, header.length + frameCount * 24);
    const last = Buffer.from([0, 0, 64]);
    writeSync(file, last, 0, 3, header.length + (frameCount - 1) * 24);
    closeSync(file);
    const before = process.memoryUsage().arrayBuffers;
    const wave = (await readWaveFile(path))!;
    expect(wave).toMatchObject({
      container: 'rf64',
      frames: frameCount,
      ds64: { dataSize: frameCount * 24, sampleCount: frameCount },
      metadata: { scene: '9', timeReference: 5_000_000_000 },
    });
    for await (const piece of waveFloats(wave, { fromFrame: frameCount - 10 })) {
      expect(piece.length).toBe(80);
      expect(piece[72]).toBe(0.5);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });

  it('a RIFF whose size lost its upper bits is read whole', async () => {
    const path = fresh();
    const frames = 3_000_000_000;
    const head = rawWave([
      ['fmt ', mono16],
      ['data', Buffer.alloc(0), (frames * 2) % 0x1_0000_0000],
    ]);
    const file = openSync(path, 'w');
    writeSync(file, head);
    ftruncateSync(file, head.length + frames * 2);
    closeSync(file);
    expect(statSync(path).size).toBeGreaterThan(4e9);
    expect(await readWaveFile(path)).toMatchObject({ frames });
  });

  it('a header under 4 GB stays RIFF with room kept for ds64', () => {
    const header = Buffer.from(makeWaveHeader({ format: 's16', channelCount: 1, sampleRate: 48_000, frameCount: 10 }));
    expect(header.toString('latin1', 0, 4)).toBe('RIFF');
    expect(header.toString('latin1', 12, 16)).toBe('JUNK');
    expect(header.readUInt32LE(16)).toBe(28);
    expect(header.readUInt32LE(4)).toBe(header.length + 20 - 8);
  });
});
