import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { convertSound } from '../../../src-main/media/convert-sound.ts';
import { readMediaFacts } from '../../../src-main/media/media-facts.ts';
import { readWaveFile, type WaveFile } from '../../../src-main/media/wave-file.ts';
import { ownFolder, plainFormat, rawWave } from './made-media.ts';
import { cueText, DIALECTS, MIXER, rawBext, rawCue, rawList } from './recorder-dialects.ts';

/** What a file says beside its samples is still said, and still true, when its samples are at another rate. */

const folder = ownFolder();
const to = join(folder, 'converted.wav');

async function convertedFile(from: string, sampleRate: number): Promise<WaveFile> {
  rmSync(to, { force: true });
  await convertSound(await readMediaFacts(from), to, { sampleRate, onProgress: () => undefined });
  return (await readWaveFile(to))!;
}

function converted(bytes: Buffer, sampleRate: number): Promise<WaveFile> {
  const from = join(folder, 'from.wav');
  writeFileSync(from, bytes);
  return convertedFile(from, sampleRate);
}

describe('a poly file converted from 48 to 44.1 kHz', async () => {
  const wave = await converted(MIXER.bytes, 44_100);
  const original = join(folder, 'original.wav');
  writeFileSync(original, MIXER.bytes);
  const before = (await readWaveFile(original))!;

  it('keeps its cue points at the same moments, with labels, notes and regions', () => {
    expect(wave.cues).toEqual([
      { id: 1, sample: 11_025, label: 'Größe', note: null, lengthSamples: 0 },
      // 24001 is 22050.9 and 24001 + 4800 is 26460.9: both edges are rounded, not the length.
      { id: 2, sample: 22_051, label: null, note: 'end board', lengthSamples: 4410 },
    ]);
  });

  it('keeps its INFO', () => {
    expect({ ...wave.info }).toEqual({ INAM: 'Harbour', ICMT: 'windy' });
  });

  it('keeps every element of its iXML as it was but those that count samples', () => {
    const timed = /<((?:FILE|DIGITIZER|TIMESTAMP)_SAMPLE\w*|SYNC_POINT_(?:LOW|HIGH|EVENT_DURATION))>[^<]*/g;
    expect(wave.ixmlText!.replace(timed, '<$1>')).toBe(before.ixmlText!.replace(timed, '<$1>'));
    const timeReference = Math.round((2_190_940_753 * 441) / 480);
    expect({ ...wave.ixml!.speed }).toMatchObject({
      TIMECODE_RATE: '24000/1001',
      FILE_SAMPLE_RATE: '44100',
      DIGITIZER_SAMPLE_RATE: '44100',
      TIMESTAMP_SAMPLE_RATE: '44100',
      TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI: '0',
      TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO: String(timeReference),
    });
    expect(wave.ixmlText).toContain('<SYNC_POINT_LOW>22050</SYNC_POINT_LOW>');
    expect(wave.ixmlText).toContain('<SYNC_POINT_EVENT_DURATION>441</SYNC_POINT_EVENT_DURATION>');
    expect(wave.metadata).toMatchObject({
      timeReference,
      timestampSampleRate: 44_100,
      trackNames: MIXER.says.trackNames,
    });
  });

  it('keeps its bext, with one more line of coding history', () => {
    const { timeReference: _, version: __, codingHistory, ...rest } = before.bext!;
    expect(wave.bext).toMatchObject(rest);
    expect(wave.bext!.codingHistory).toBe(`${codingHistory}\r\nA=PCM,F=44100,W=24,T=Twopop`);
  });
});

it.each(DIALECTS)('converted to 96 and 44.1 kHz, a file says the same: $name', async ({ bytes, says }) => {
  for (const rate of [96_000, 44_100]) {
    if (rate === says.sampleRate) continue;
    const wave = await converted(bytes, rate);
    const { metadata } = wave;
    expect(metadata).toMatchObject({
      scene: says.scene ?? null,
      take: says.take ?? null,
      tape: says.tape ?? null,
      note: says.note ?? null,
      trackNames: says.trackNames ?? null,
    });
    expect(metadata.frameRate && `${metadata.frameRate.numerator}/${metadata.frameRate.denominator}`).toBe(
      says.rate ?? null,
    );
    if (says.timeReference === undefined) expect(metadata.timeReference).toBeNull();
    else
      expect(metadata.timeReference! / metadata.timestampSampleRate).toBeCloseTo(
        says.timeReference / (says.timestampSampleRate ?? says.sampleRate),
        4,
      );
  }
});

it('a file that was pulled still says so, in the proportion it was', async () => {
  const wave = await converted(DIALECTS.at(-1)!.bytes, 96_000);
  expect(wave.metadata).toMatchObject({ digitizerSampleRate: 96_096, timestampSampleRate: 96_000 });
});

it('a time that no clock shows is no reason to drop what else bext says', async () => {
  const wave = await converted(
    rawWave([
      ['bext', rawBext({ description: 'sSCENE=7', originator: 'Mixer', low: 0, high: 9, date: '2026-01-02' })],
      ['fmt ', plainFormat(1, 1, 48_000, 16)],
      ['data', Buffer.alloc(960)],
    ]),
    96_000,
  );
  expect(wave.bext).toMatchObject({
    description: 'sSCENE=7',
    originator: 'Mixer',
    date: '2026-01-02',
    timeReference: 9 * 2 ** 32 * 2,
  });
});

it('a cue past what its chunk can count is left out, the others stay', async () => {
  const wave = await converted(
    rawWave([
      ['fmt ', plainFormat(1, 1, 48_000, 16)],
      [
        'cue ',
        rawCue([
          [1, 100],
          [2, 0xffff_fff0],
        ]),
      ],
      [
        'LIST',
        rawList('adtl', [
          ['labl', cueText(1, 'first')],
          ['labl', cueText(2, 'far')],
        ]),
      ],
      ['data', Buffer.alloc(960)],
    ]),
    96_000,
  );
  expect(wave.cues).toEqual([{ id: 1, sample: 200, label: 'first', note: null, lengthSamples: 0 }]);
});

it('iXML in another encoding than UTF-8 says its own afterwards', async () => {
  const text = '\ufeff<?xml version="1.0" encoding="UTF-16"?><BWFXML><SCENE>Größe</SCENE></BWFXML>';
  const wave = await converted(
    rawWave([
      ['iXML', Buffer.from(text, 'utf16le')],
      ['fmt ', plainFormat(1, 1, 48_000, 16)],
      ['data', Buffer.alloc(960)],
    ]),
    96_000,
  );
  expect(wave.ixmlText).toBe('<?xml version="1.0" encoding="UTF-8"?><BWFXML><SCENE>Größe</SCENE></BWFXML>');
});

it('numbers in a comment are not taken for the speed’s', async () => {
  const ixml =
    '<BWFXML><!-- <SPEED><FILE_SAMPLE_RATE>1</FILE_SAMPLE_RATE></SPEED> --><SCENE>1</SCENE><SPEED><FILE_SAMPLE_RATE>48000</FILE_SAMPLE_RATE></SPEED></BWFXML>';
  const wave = await converted(
    rawWave([
      ['iXML', Buffer.from(ixml)],
      ['fmt ', plainFormat(1, 1, 48_000, 16)],
      ['data', Buffer.alloc(960)],
    ]),
    96_000,
  );
  expect(wave.ixmlText).toBe(ixml.replace('48000', '96000'));
});

const shared = join(import.meta.dirname, '../../../../shared/data/interchange/bwf');
const present = existsSync(shared);
if (!present) console.warn(`SKIPPED: the real recorder files are not at ${shared}; only made dialects were converted`);

describe.skipIf(!present)('real recorder files keep what they say', () => {
  it('cue points with labels', async () => {
    const from = join(shared, '16bit-8kHz-1c-reaper-utf8cue.wav');
    const before = (await readWaveFile(from))!;
    const wave = await convertedFile(from, 48_000);
    expect(before.cues.length).toBeGreaterThan(0);
    expect(wave.cues).toEqual(before.cues.map((cue) => ({ ...cue, sample: cue.sample * 6 })));
  });

  it('identity, history and set', async () => {
    const from = join(shared, 'A101_1.WAV');
    const before = (await readWaveFile(from))!;
    const wave = await convertedFile(from, 44_100);
    const { speed: _, ...fields } = before.ixml!;
    expect(wave.ixml).toMatchObject(fields);
    expect(wave.ixmlText).toContain('<ORIGINAL_FILENAME>A101_1.WAV</ORIGINAL_FILENAME>');
    expect(readFileSync(to).includes('T=Twopop')).toBe(true);
  });
});
