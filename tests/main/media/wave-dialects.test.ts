import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { formatTimecode, startFrameOfTimeReference } from '../../../src-shared/time/timecode.ts';
import { ownFolder } from './made-media.ts';
import { DIALECTS, MIXER, WRONG_FORMAT_SIZE } from './recorder-dialects.ts';

const folder = ownFolder();
const path = join(folder, 'take.wav');
const read = (bytes: Buffer) => {
  writeFileSync(path, bytes);
  return readWaveFile(path);
};

describe('recorder files are read in the dialect of', () => {
  it.each(DIALECTS)('$name', async ({ bytes, says }) => {
    const wave = (await read(bytes))!;
    expect(wave).toMatchObject({ container: says.container, frames: says.frames, promisedFrames: null });
    expect(wave.format).toMatchObject({ channelCount: says.channelCount, sampleRate: says.sampleRate });
    const { metadata } = wave;
    expect(metadata).toMatchObject({
      scene: says.scene ?? null,
      take: says.take ?? null,
      tape: says.tape ?? null,
      note: says.note ?? null,
      timeReference: says.timeReference ?? null,
      timestampSampleRate: says.timestampSampleRate ?? says.sampleRate,
      trackNames: says.trackNames ?? null,
    });
    const rate = metadata.frameRate;
    expect(rate && `${rate.numerator}/${rate.denominator}`).toBe(says.rate ?? null);
    expect(rate?.drop ?? false).toBe(says.drop ?? false);
    if (says.startTimecode) {
      const frame = startFrameOfTimeReference(metadata.timeReference!, metadata.timestampSampleRate, rate!);
      expect(formatTimecode(frame, rate!)).toBe(says.startTimecode);
    }
    if (says.date) expect(wave.bext?.date).toBe(says.date);
    if (says.description) expect(wave.bext?.description).toBe(says.description);
  });

  it('a sound’s markers and titles: cue, labels, notes, regions, INFO', async () => {
    const wave = (await read(MIXER.bytes))!;
    expect(wave.cues).toEqual([
      { id: 1, sample: 12_000, label: 'Größe', note: null, lengthSamples: 0 },
      { id: 2, sample: 24_001, label: null, note: 'end board', lengthSamples: 4800 },
    ]);
    expect({ ...wave.info }).toEqual({ INAM: 'Harbour', ICMT: 'windy' });
  });

  it('a group of files: the set and what it counts', async () => {
    const wave = (await read(MIXER.bytes))!;
    expect(wave.ixml).toMatchObject({
      ubits: '01022601',
      fileUid: 'XXMIX0001123959000',
      familyUid: 'XXMIX0001FAMILY',
      fileSetIndex: 'A',
      totalFiles: '1',
    });
    expect(wave.ixml!.tracks[0]).toEqual({
      channelIndex: '5',
      interleaveIndex: '2',
      name: 'Lav Ann',
      function: null,
    });
  });
});

it('a wrong size in the header is one error that names the file and the byte', async () => {
  await expect(read(WRONG_FORMAT_SIZE)).rejects.toMatchObject({
    code: 'media-damaged',
    message: expect.stringMatching(/“take\.wav”.*byte 38/),
  });
});

describe('headers that no sound can be read with name their fault and its byte', () => {
  const withFormat = (at: number, value: number) => {
    const bytes = Buffer.from(DIALECTS.find(({ name }) => name.startsWith('an editor'))!.bytes);
    bytes.writeUInt16LE(value, at);
    return bytes;
  };
  it.each([
    ['0 bits', 34, /0 bits a sample.*byte 34/],
    ['0 channels', 22, /no channels.*byte 22/],
  ] as const)('%s', async (_, at, message) => {
    await expect(read(withFormat(at, 0))).rejects.toMatchObject({
      code: 'media-damaged',
      message: expect.stringMatching(message),
    });
  });
});
