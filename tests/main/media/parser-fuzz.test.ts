import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFfmpegInput } from '../../../src-main/media/ffmpeg-input.ts';
import { importFiles } from '../../../src-main/media/import-files.ts';
import { MEDIA_ERROR_CODES } from '../../../src-main/media/media-error.ts';
import { readMovieFacts } from '../../../src-main/media/movie-facts.ts';
import { readMovieStarts } from '../../../src-main/media/movie-starts.ts';
import { pictureIndex } from '../../../src-main/media/picture-index.ts';
import { statedSoundLength } from '../../../src-main/media/sound-length.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { waveFloats } from '../../../src-main/media/wave-samples.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { clickInput, countedPicture, ffmpeg, ownFolder, testKey, writeWave } from './made-media.ts';
import { DIALECTS } from './recorder-dialects.ts';

/** Damaged files of every kind end in a result or in one clear error, soon, and never in anything else. */

const folder = ownFolder();
const victim = join(folder, 'victim');

/** Overwrites, inserts, cuts and repeats bytes of a file, mostly near its beginning, where headers lie. */
const damage = fc.array(
  fc.record({
    kind: fc.constantFrom('set', 'number', 'cut', 'insert', 'repeat'),
    at: fc.oneof({ weight: 4, arbitrary: fc.nat(2000) }, fc.nat(2 ** 30)),
    value: fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_fffe)),
    length: fc.nat(64),
  }),
  { minLength: 1, maxLength: 6 },
);

function damaged(
  original: Buffer,
  changes: readonly { kind: string; at: number; value: number; length: number }[],
): Buffer {
  let bytes = Buffer.from(original);
  for (const { kind, at, value, length } of changes) {
    const place = bytes.length === 0 ? 0 : at % bytes.length;
    if (kind === 'set') bytes[place] = value & 255;
    else if (kind === 'number' && place + 4 <= bytes.length) {
      if (length % 2 === 0) bytes.writeUInt32LE(value >>> 0, place);
      else bytes.writeUInt32BE(value >>> 0, place);
    } else if (kind === 'cut') bytes = bytes.subarray(0, place);
    else if (kind === 'insert')
      bytes = Buffer.concat([bytes.subarray(0, place), Buffer.alloc(length, value & 255), bytes.subarray(place)]);
    else bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.max(0, place - length))]);
  }
  return bytes;
}

async function endsWell(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof TwopopError) || error.code === 'internal') throw error;
    expect(error.message).toContain('victim');
  }
}

const corpusFolder = join(import.meta.dirname, '../../../../shared/data/interchange/bwf');
const corpus = existsSync(corpusFolder)
  ? readdirSync(corpusFolder)
      .filter((name) => /\.wav$/i.test(name))
      .map((name) => join(corpusFolder, name))
  : [];
if (corpus.length === 0)
  console.warn(`SKIPPED: no real recorder files at ${corpusFolder} to damage; only made dialects were`);
const made = writeWave(join(folder, 'made.wav'), {
  frameCount: 3000,
  channelCount: 3,
  bext: { timeReference: 123_456, description: 'sSCENE=1\r\nsTRK1=Boom' },
  ixml: { scene: '1', timeReference: 123_456, trackNames: ['Boom', 'Lav', ''] },
});

describe('damaged files', () => {
  it('of the WAV family', async () => {
    const files = [...[made, ...corpus].map((path) => readFileSync(path)), ...DIALECTS.map(({ bytes }) => bytes)];
    const originals = files.map((bytes) =>
      Buffer.concat([bytes.subarray(0, 20_000), bytes.subarray(Math.max(20_000, bytes.length - 4000))]),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...originals), damage, async (original, changes) => {
        writeFileSync(victim, damaged(original, changes));
        await endsWell(async () => {
          const wave = await readWaveFile(victim, { allowTruncated: true });
          if (wave?.format.format) for await (const _ of waveFloats(wave)) break;
        });
      }),
      { numRuns: 1500 },
    );
  });

  it('of QuickTime and MP4', async () => {
    const movie = join(folder, 'movie.mov');
    ffmpeg(
      ...countedPicture('25', 1),
      ...clickInput(48_000, 1),
      '-c:v',
      'libx264',
      '-g',
      '1',
      '-timecode',
      '01:00:00:00',
      '-c:a',
      'pcm_s16le',
      '-movflags',
      '+faststart',
      movie,
    );
    const whole = readFileSync(movie);
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        writeFileSync(victim, damaged(whole, changes));
        await endsWell(() => readMovieFacts(victim));
        await endsWell(() => readMovieStarts(victim));
        await endsWell(() => pictureIndex(victim));
      }),
      { numRuns: 1500 },
    );
  });

  it('of AIFF and FLAC', async () => {
    for (const kind of ['aiff', 'flac']) {
      const path = join(folder, `sound.${kind}`);
      ffmpeg('-i', made, '-ac', '1', path);
      const whole = readFileSync(path).subarray(0, 4000);
      await fc.assert(
        fc.asyncProperty(damage, async (changes) => {
          writeFileSync(victim, damaged(whole, changes));
          await endsWell(() => statedSoundLength(victim));
        }),
        { numRuns: 200 },
      );
    }
  });
});

it('a card of damaged files is imported to its end: each is imported or named with one error', {
  timeout: 180_000,
}, async () => {
  const card = join(folder, 'card');
  mkdirSync(card);
  const originals = ['mov', 'mp4', 'mxf', 'flac', 'mp3', 'm4a', 'aiff', 'mkv'].map((extension) => {
    const path = join(folder, `original.${extension}`);
    const picture = /mov|mp4|mxf|mkv/.test(extension) ? countedPicture('25', 1, '128x96') : [];
    const coding = extension === 'mxf' ? ['-c:v', 'mpeg2video'] : [];
    ffmpeg(...picture, ...clickInput(48_000, 1), ...coding, path);
    return { extension, bytes: readFileSync(path) };
  });
  const cases = fc.sample(damage, { numRuns: 48, seed: 20 });
  cases.forEach((changes, index) => {
    const { extension, bytes } = originals[index % originals.length]!;
    writeFileSync(join(card, `${index}.${extension}`), damaged(bytes, changes));
  });
  const projectFolder = join(folder, 'project');
  let count = 0;
  const summary = await importFiles({
    paths: [card],
    mode: 'copy',
    projectFolder,
    sampleRate: 48_000,
    key: testKey,
    onImported: () => void count++,
  });
  expect(summary.items).toHaveLength(48);
  expect(summary.importedCount).toBe(count);
  const codes = new Set(summary.items.flatMap(({ error }) => (error ? [error.code] : [])));
  expect([...codes].filter((code) => !(MEDIA_ERROR_CODES as readonly string[]).includes(code))).toEqual([]);
  expect(summary.items.filter(({ state }) => state !== 'done' && state !== 'failed')).toEqual([]);
  expect(readdirSync(join(projectFolder, 'Audio Files')).filter((name) => !name.endsWith('.wav'))).toEqual([]);
});

it('whatever ffmpeg prints is read or passed over', () => {
  const words = fc.constantFrom(
    'Input #0, ',
    "mov,mp4, from 'x",
    '  Duration: ',
    '00:00:01.00',
    '  Stream #0:',
    '0',
    ': Audio: ',
    'pcm_s24le, ',
    '48000 Hz, ',
    '9 channels',
    '\n',
    '    Metadata:',
    '      timecode : ',
    ', 25 fps',
    ' Video: h264, 1x1',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string()), { maxLength: 60 }), (parts) => {
      parseFfmpegInput(parts.join('').split('\n'));
    }),
    { numRuns: 1000 },
  );
});
