import { createHash } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { knownHashes } from '../../../src-main/media/import-fields.ts';
import { importFiles } from '../../../src-main/media/import-files.ts';
import { interruptedImports } from '../../../src-main/media/import-journal.ts';
import type {
  ImportedFile,
  ImportItem,
  ImportOptions,
  PictureFields,
  SourceFields,
} from '../../../src-main/media/import-types.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { pictureFieldsSchema, sourceFieldsSchema } from '../../../src-shared/edit/command-fields.ts';
import {
  clickInput,
  countedPicture,
  ffmpeg,
  ownFolder,
  plainFormat,
  rawWave,
  testKey,
  writeWave,
} from './made-media.ts';

const folder = ownFolder();
const card = join(folder, 'card');
mkdirSync(card);
const at = (name: string) => join(card, name);
let projects = 0;

async function imported(paths: string[], options: Partial<ImportOptions> = {}) {
  const projectFolder = options.projectFolder ?? join(folder, `project ${projects++}`);
  mkdirSync(projectFolder, { recursive: true });
  const files: ImportedFile[] = [];
  const seen: ImportItem[] = [];
  const summary = await importFiles({
    paths,
    mode: 'copy',
    projectFolder,
    sampleRate: 48_000,
    key: testKey,
    onImported: (file) => void files.push(file),
    onItem: (item) => void seen.push(item),
    ...options,
  });
  for (const file of files) {
    if (file.source) expect(sourceFieldsSchema.parse(file.source)).toEqual(file.source);
    if (file.picture) expect(pictureFieldsSchema.parse(file.picture)).toEqual(file.picture);
  }
  const audio = join(projectFolder, 'Audio Files');
  const left = () => readdirSync(audio).sort();
  const source = (name: string) => files.find((file) => basename(file.originalPath) === name)?.source as SourceFields;
  const picture = (name: string) =>
    files.find((file) => basename(file.originalPath) === name)?.picture as PictureFields;
  const error = (name: string) => summary.items.find((item) => basename(item.path) === name)?.error;
  return { projectFolder, files, seen, summary, left, source, picture, error };
}

const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

const recorder = writeWave(at('A1-T01.WAV'), {
  channelCount: 3,
  frameCount: 96_000,
  bext: { timeReference: 48_000 * 3600, originator: 'Recorder' },
  ixml: {
    scene: 'A1',
    take: '1',
    tape: 'R1',
    circled: true,
    timeReference: 48_000 * 3600,
    trackNames: ['Boom', 'Lav Ann', ''],
  },
});

describe('a recorder file at the project’s rate', () => {
  it('is copied byte for byte with all that it says', async () => {
    const { files, source, left, projectFolder, summary } = await imported([recorder]);
    expect(files).toHaveLength(1);
    expect(source('A1-T01.WAV')).toMatchObject({
      name: 'A1-T01',
      role: 'recorder',
      path: 'Audio Files/A1-T01.wav',
      linked: false,
      originalPath: recorder,
      contentHash: sha256(recorder),
      sizeBytes: readFileSync(recorder).length,
      channelCount: 3,
      sampleRate: 48_000,
      bitsPerSample: 24,
      lengthSamples: 96_000,
      timeReferenceSamples: 48_000 * 3600,
      scene: 'A1',
      take: '1',
      tape: 'R1',
      circled: true,
      channelNames: '["Boom","Lav Ann",""]',
    });
    expect(left()).toEqual(['A1-T01.wav']);
    expect(readFileSync(join(projectFolder, 'Audio Files/A1-T01.wav')).equals(readFileSync(recorder))).toBe(true);
    expect(summary).toMatchObject({ importedCount: 1, failedCount: 0, cancelled: false });
  });

  it('is linked where it lies, if that is wanted', async () => {
    const { source, left } = await imported([recorder], { mode: 'link' });
    expect(source('A1-T01.WAV')).toMatchObject({ linked: true, path: recorder, contentHash: sha256(recorder) });
    expect(left()).toEqual([]);
  });

  it('has its peaks built when it is whole', async () => {
    const buildPeaks = vi.fn(
      async (audio: { path: string; dataOffsetBytes: number; frameCount: number; contentHash: string }) => {
        expect(existsSync(audio.path)).toBe(true);
      },
    );
    const { projectFolder } = await imported([recorder], { buildPeaks });
    expect(buildPeaks).toHaveBeenCalledTimes(1);
    expect(buildPeaks.mock.calls[0]![0]).toMatchObject({
      path: join(projectFolder, 'Audio Files/A1-T01.wav'),
      frameCount: 96_000,
      channelCount: 3,
      format: 's24',
      contentHash: sha256(recorder),
    });
  });
});

describe('what is not at the project’s rate', () => {
  it('is converted, its time kept', async () => {
    const path = writeWave(at('at-96k.wav'), {
      sampleRate: 96_000,
      frameCount: 96_000,
      bext: { timeReference: 96_000 * 60 + 1, description: 'sSCENE=9', originator: 'Recorder' },
    });
    const { source, projectFolder } = await imported([path]);
    const fields = source('at-96k.wav');
    expect(fields).toMatchObject({
      lengthSamples: 48_000,
      sampleRate: 48_000,
      bitsPerSample: 24,
      scene: '9',
      role: 'recorder',
    });
    expect(fields.timeReferenceSamples).toBe(48_000 * 60 + 1);
    const file = join(projectFolder, fields.path);
    expect(fields.contentHash).toBe(sha256(file));
    expect(JSON.parse(fields.metadata).original.sha256).toBe(sha256(path));
    const wave = (await readWaveFile(file))!;
    expect(wave.metadata).toMatchObject({ timeReference: 48_000 * 60 + 1, scene: '9' });
    expect(wave.bext).toMatchObject({ originator: 'Recorder', codingHistory: 'A=PCM,F=48000,W=24,T=Twopop' });
  });

  it('stays float where it was float', async () => {
    const path = writeWave(at('float.wav'), { format: 'f32', sampleRate: 44_100, frameCount: 44_100 }, () => 1.5);
    const { source, projectFolder } = await imported([path]);
    expect(source('float.wav')).toMatchObject({ bitsPerSample: 32, lengthSamples: 48_000, role: 'other' });
    expect((await readWaveFile(join(projectFolder, source('float.wav').path)))!.format.format).toBe('f32');
  });

  it.each([
    ['flac', [], 96_000],
    ['aiff', ['-c:a', 'pcm_s24be'], 96_000],
    ['mp3', [], null],
    ['m4a', ['-c:a', 'aac'], null],
  ] as const)('%s becomes BWF', async (extension, coding, length) => {
    const path = at(`tone.${extension}`);
    ffmpeg('-f', 'lavfi', '-i', 'sine=440:r=48000:d=2', ...coding, path);
    const { source } = await imported([path]);
    const fields = source(basename(path));
    expect(fields).toMatchObject({ role: 'other', channelCount: 1, timeReferenceSamples: null });
    if (length) expect(fields.lengthSamples).toBe(length);
    else expect(Math.abs(fields.lengthSamples - 96_000)).toBeLessThan(3000);
  });
});

describe('a camera clip', () => {
  const clip = at('B001C003.mov');
  ffmpeg(
    ...countedPicture('24000/1001', 2),
    ...clickInput(48_000, 2),
    '-c:v',
    'libx264',
    '-timecode',
    '10:00:00:00',
    '-c:a',
    'pcm_s16le',
    clip,
  );

  it('gives its picture and its sound on the picture’s time', async () => {
    const { source, picture, projectFolder } = await imported([clip]);
    expect(picture('B001C003.mov')).toEqual({
      name: 'B001C003',
      originalPath: clip,
      proxyPath: null,
      contentHash: sha256(clip),
      frameRateNumerator: 24_000,
      frameRateDenominator: 1001,
      dropFrame: false,
      variableFrameRate: false,
      frameCount: 48,
      widthPixels: 64,
      heightPixels: 48,
      startFrame: 864_000,
    });
    const sound = source('B001C003.mov');
    expect(sound).toMatchObject({
      role: 'camera',
      path: 'Audio Files/B001C003.wav',
      channelCount: 1,
      lengthSamples: 96_000,
    });
    // 864,000 frames of 1001/24000 s.
    expect(sound.timeReferenceSamples).toBe((864_000 * 1001 * 48_000) / 24_000);
    expect((await readWaveFile(join(projectFolder, sound.path)))!.metadata.timeReference).toBe(
      sound.timeReferenceSamples,
    );
  });

  it('without sound gives its picture alone', async () => {
    ffmpeg('-i', clip, '-an', '-c', 'copy', at('silent.mov'));
    const { source, picture, left } = await imported([at('silent.mov')]);
    expect(source('silent.mov')).toBeNull();
    expect(picture('silent.mov')).toMatchObject({ frameCount: 48 });
    expect(left()).toEqual([]);
  });

  it('is the same clip when it is imported again, also under another name and by another project row', async () => {
    copyFileSync(clip, at('copy of B001C003.mov'));
    const first = await imported([clip, at('copy of B001C003.mov')]);
    expect(first.summary).toMatchObject({ importedCount: 1, alreadyThereCount: 1, failedCount: 0 });
    const file = first.files[0]!;
    const known = knownHashes([file.source!], [file.picture!]);
    const again = await imported([clip], { known });
    expect(again.files).toEqual([]);
    expect(again.summary.items[0]).toMatchObject({ state: 'done', note: expect.stringContaining('already') });
    expect(again.left()).toEqual([]);
    const ownSound = join(first.projectFolder, file.source!.path);
    expect((await imported([ownSound], { known })).summary.alreadyThereCount).toBe(1);
  });
});

describe('bad input: each is one clear error, the rest is imported, nothing is left half-written', () => {
  it('of every kind at once', async () => {
    const bad = join(folder, 'bad');
    mkdirSync(join(bad, 'deep', 'er'), { recursive: true });
    const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(bad, name), bytes);
    const whole = readFileSync(recorder);
    const four = Buffer.alloc(4000, 7);
    put('empty.wav', '');
    put('truncated.wav', whole.subarray(0, 50_000));
    put('text.wav', 'This is not sound.'.repeat(100));
    put('noise.mov', Buffer.from(Array.from({ length: 9000 }, (_, index) => (index * 7919 + (index >> 3)) & 255)));
    put(
      'zero-hertz.wav',
      rawWave([
        ['fmt ', plainFormat(1, 1, 0, 16)],
        ['data', four],
      ]),
    );
    put(
      'zero-length.wav',
      rawWave([
        ['fmt ', plainFormat(1, 1, 48_000, 16)],
        ['data', Buffer.alloc(0)],
      ]),
    );
    put(
      'wrong-sizes.wav',
      rawWave([
        ['bext', four, 2e9],
        ['fmt ', plainFormat(1, 1, 48_000, 16)],
        ['data', four],
      ]),
    );
    writeWave(join(bad, '64 channels.wav'), { channelCount: 64, frameCount: 1000, format: 's16' });
    writeWave(join(bad, 'line\nbreak 🎬.wav'), { frameCount: 2000, format: 's16' });
    copyFileSync(at('B001C003.mov'), join(bad, 'wav.wav'));
    put('cut-off.mov', readFileSync(at('B001C003.mov')).subarray(0, 9000));
    copyFileSync(recorder, join(bad, 'deep', 'er', 'good.wav'));
    put('notes.txt', 'left alone');
    put('._A1.wav', 'left alone');
    symlinkSync(bad, join(bad, 'deep', 'loop'));
    symlinkSync(join(bad, 'self.wav'), join(bad, 'self.wav'));
    symlinkSync(join(bad, 'nowhere'), join(bad, 'gone.wav'));
    put('locked.wav', whole);
    chmodSync(join(bad, 'locked.wav'), 0);

    const { summary, error, left, source } = await imported([bad, join(folder, 'not there.wav')]);
    expect(summary.items.every((item) => item.state === 'done' || item.state === 'failed')).toBe(true);
    const codes = Object.fromEntries(
      summary.items.filter((item) => item.error).map((item) => [basename(item.path), item.error!.code]),
    );
    expect(codes).toEqual({
      'empty.wav': 'media-empty',
      'truncated.wav': 'media-truncated',
      'text.wav': 'media-not-media',
      'noise.mov': 'media-not-media',
      'zero-hertz.wav': 'media-bad-rate',
      'zero-length.wav': 'media-no-samples',
      'wrong-sizes.wav': 'media-damaged',
      'cut-off.mov': 'media-truncated',
      'self.wav': 'media-unreadable',
      'gone.wav': 'media-missing',
      'not there.wav': 'media-missing',
      // Root may read everything.
      ...(process.getuid?.() === 0 ? {} : { 'locked.wav': 'media-unreadable' }),
    });
    expect(source('64 channels.wav')).toMatchObject({ channelCount: 64, lengthSamples: 1000 });
    expect(source('line\nbreak 🎬.wav')).toMatchObject({
      name: 'line break 🎬',
      path: 'Audio Files/line break 🎬.wav',
    });
    // A clip under a sound file's name is what it is.
    expect(source('wav.wav')).toMatchObject({ role: 'camera' });
    expect(error('empty.wav')!.message).toContain('empty.wav');
    const good = ['64 channels.wav', 'good.wav', 'line break 🎬.wav', 'wav.wav'];
    if (process.getuid?.() === 0)
      expect(left().filter((name) => !/^(good|locked)\.wav$/.test(name))).toEqual(
        good.filter((name) => name !== 'good.wav'),
      );
    else expect(left()).toEqual(good);
  });

  it.each(['flac', 'aiff', 'mxf', 'mov'])('a %s that was cut off in the middle', async (extension) => {
    const path = at(`cut.${extension}`);
    const coding = extension === 'mxf' ? ['-c:v', 'mpeg2video', '-c:a', 'pcm_s24le'] : [];
    const picture = /mxf|mov/.test(extension) ? countedPicture('25', 4, '128x96') : [];
    const noise = ['-f', 'lavfi', '-i', 'anoisesrc=d=4:r=48000'];
    ffmpeg(...picture, ...noise, ...coding, ...(extension === 'mov' ? ['-movflags', '+faststart'] : []), path);
    const whole = readFileSync(path);
    writeFileSync(path, whole.subarray(0, Math.floor(whole.length / 2)));
    const { error, left } = await imported([path]);
    expect(error(basename(path))).toMatchObject({ code: 'media-truncated' });
    expect(left()).toEqual([]);
  });

  it('a file that grows while it is imported', async () => {
    const path = writeWave(at('growing.wav'), { frameCount: 500_000 });
    const { error, left, files } = await imported([path], {
      onItem: (item) => {
        if (item.state === 'running' && item.progress > 0) appendFileSync(path, 'more');
      },
    });
    expect(error('growing.wav')).toMatchObject({ code: 'media-still-being-written' });
    expect(files).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('a file that grows as fast as it is read', async () => {
    const path = writeWave(at('endless.wav'), { frameCount: 1_000_000 });
    const { error, left } = await imported([path], {
      onItem: (item) => {
        if (item.state === 'running') appendFileSync(path, Buffer.alloc(4_000_000));
      },
    });
    expect(error('endless.wav')).toMatchObject({ code: 'media-still-being-written' });
    expect(left()).toEqual([]);
  });

  it('a file whose content is replaced in place', async () => {
    const path = writeWave(at('replaced.wav'), { frameCount: 500_000 });
    const { error, left } = await imported([path], {
      onItem: (item) => {
        if (item.progress > 0.1) utimesSync(path, new Date(), new Date(Date.now() + 5000));
      },
    });
    expect(error('replaced.wav')).toMatchObject({ code: 'media-still-being-written' });
    expect(left()).toEqual([]);
  });

  it('a document that refuses a file leaves nothing of it behind', async () => {
    const { left, summary } = await imported([recorder], {
      onImported: () => {
        throw new Error('read-only');
      },
    });
    expect(summary.failedCount).toBe(1);
    expect(left()).toEqual([]);
  });
});

describe('cancelling', () => {
  it('keeps what is done, leaves nothing half-written and says what was left out', async () => {
    const stop = new AbortController();
    const paths = [
      recorder,
      ...[1, 2, 3, 4].map((n) =>
        writeWave(at(`long-${n}.wav`), { frameCount: 900_000 }, (frame) => Math.sin(frame * n) / 3),
      ),
    ];
    const { summary, left, files } = await imported(paths, {
      signal: stop.signal,
      onItem: (item) => {
        if (item.name === 'A1-T01.WAV' && item.state === 'done') stop.abort();
      },
    });
    expect(summary.cancelled).toBe(true);
    expect(files.map((file) => file.source!.name)).toContain('A1-T01');
    expect(left()).toEqual(files.map((file) => basename(file.source!.path)).sort());
    expect(summary.items.filter((item) => item.state === 'cancelled').length).toBe(5 - files.length);
  });
});

describe('after a crash', () => {
  it('leftovers are swept, what is in the document stays, and the import goes on', async () => {
    const projectFolder = join(folder, 'crashed');
    const audio = join(projectFolder, 'Audio Files');
    mkdirSync(audio, { recursive: true });
    const second = at('long-1.wav');
    const lines = [
      {
        paths: [recorder, second],
        mode: 'copy',
        signature: testKey.sign(JSON.stringify(['import', [recorder, second], 'copy'])),
      },
      { writing: 'A1-T01.wav' },
      { done: recorder, name: 'A1-T01.wav' },
      { writing: 'long-1.wav' },
    ];
    writeFileSync(
      join(audio, '.import-0123456789abcdef.jsonl'),
      `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"writ`,
    );
    writeFileSync(join(audio, 'A1-T01.wav'), 'in the document');
    writeFileSync(join(audio, 'long-1.wav'), 'whole, but never in the document');
    writeFileSync(join(audio, 'half.wav.part'), 'half');
    writeFileSync(join(audio, 'draft.part'), 'somebody else’s');
    writeFileSync(join(audio, 'mine.wav'), 'somebody else’s');
    const found = await interruptedImports(projectFolder, new Set(), testKey);
    const [state, ...more] = found.interrupted;
    expect(found.foreignCount).toBe(0);
    expect(more).toEqual([]);
    expect(state).toMatchObject({ paths: [recorder, second], mode: 'copy', donePaths: [recorder] });
    expect(
      readdirSync(audio)
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual(['A1-T01.wav', 'draft.part', 'mine.wav']);
    const { files, left } = await imported([...state!.paths], { projectFolder, resumeState: state! });
    expect(files.map((file) => file.originalPath)).toEqual([second]);
    expect(left()).toEqual(['A1-T01.wav', 'draft.part', 'long-1.wav', 'mine.wav']);
    expect((await interruptedImports(projectFolder, new Set(), testKey)).interrupted).toEqual([]);
  });
});

it('files of one name from two cards get names of their own', async () => {
  const paths = ['x', 'y'].map((name, index) => {
    mkdirSync(join(folder, name), { recursive: true });
    return writeWave(join(folder, name, index === 0 ? 'TAKE.WAV' : 'take.wav'), { frameCount: 1000 + index });
  });
  const { left } = await imported(paths);
  expect(
    left()
      .map((name) => name.toLowerCase())
      .sort(),
  ).toEqual(['take-2.wav', 'take.wav']);
});

it('progress rises from file to file and ends at one', async () => {
  const fractions: number[] = [];
  const { seen } = await imported([recorder, at('B001C003.mov')], {
    onProgress: (fraction) => void fractions.push(fraction),
  });
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBeCloseTo(1, 9);
  expect(seen.filter((item) => item.state === 'waiting')).toHaveLength(2);
});
