import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseFfmpegInput } from '../../../src-main/media/ffmpeg-input.ts';
import { probeFile } from '../../../src-main/media/probe-file.ts';
import { clickInput, countedPicture, ffmpeg, ownFolder, writeWave } from './made-media.ts';

const folder = ownFolder();
const at = (name: string) => join(folder, name);
const tone = ['-f', 'lavfi', '-i', 'sine=440:r=48000:d=2'];

const nothingSaid = {
  timeReference: null,
  startTimecode: null,
  frameRate: null,
  dropFrame: null,
  scene: null,
  take: null,
  tape: null,
  circled: null,
  trackNames: null,
};

describe('probe says what the file says and null for what it does not', () => {
  it('of a poly BWF', async () => {
    const frameRate = { numerator: 24000, denominator: 1001, drop: false };
    const path = writeWave(at('poly.wav'), {
      channelCount: 2,
      frameCount: 48_000,
      bext: { timeReference: 2_190_940_753 },
      ixml: {
        scene: 'A101',
        take: '1',
        tape: 'R',
        circled: false,
        timeReference: 2_190_940_753,
        frameRate,
        trackNames: ['MKH', 'Boom'],
      },
    });
    expect(await probeFile(path)).toEqual({
      file: path,
      container: 'bwf',
      sampleRate: 48_000,
      bitsPerSample: 24,
      channels: 2,
      frames: 48_000,
      timeReference: 2_190_940_753,
      startTimecode: '12:39:59:00',
      frameRate: '24000/1001',
      dropFrame: false,
      scene: 'A101',
      take: '1',
      tape: 'R',
      circled: false,
      trackNames: ['MKH', 'Boom'],
      durationSeconds: 1,
    });
  });

  it.each([
    ['wav', ['-c:a', 'pcm_s16le'], { container: 'wav', bitsPerSample: 16, frames: 96_000, durationSeconds: 2 }],
    ['aiff', ['-c:a', 'pcm_s24be'], { container: 'aiff', bitsPerSample: 24, frames: 96_000, durationSeconds: 2 }],
    ['flac', ['-sample_fmt', 's16'], { container: 'flac', bitsPerSample: 16, frames: 96_000, durationSeconds: 2 }],
    ['m4a', ['-c:a', 'aac'], { container: 'm4a', bitsPerSample: null, frames: 96_000, durationSeconds: 2 }],
    ['mp3', [], { container: 'mp3', bitsPerSample: null, frames: null }],
    ['aac', [], { container: 'aac', bitsPerSample: null, frames: null }],
  ])('of %s', async (extension, coding, facts) => {
    const path = at(`tone.${extension}`);
    ffmpeg(...tone, ...coding, path);
    expect(await probeFile(path)).toMatchObject({ ...nothingSaid, sampleRate: 48_000, channels: 1, ...facts });
  });

  it.each([
    ['mov', '30000/1001', '01:00:00;02', true, 107_894],
    ['mp4', '24000/1001', '10:00:00:00', false, 864_000],
    ['mov', '25', '23:59:59:24', false, 2_159_999],
    ['mxf', '25', '01:02:03:04', false, 93_079],
    ['mxf', '30000/1001', '00:59:59;29', true, 107_891],
  ])('of %s at %s with timecode %s', async (extension, rate, timecode, dropFrame, startFrame) => {
    const path = at(`${rate.replace('/', '-')}-${startFrame}.${extension}`);
    const coding =
      extension === 'mxf' ? ['-c:v', 'mpeg2video', '-c:a', 'pcm_s24le'] : ['-c:v', 'libx264', '-c:a', 'aac'];
    ffmpeg(
      ...countedPicture(rate, 2, '128x96'),
      ...tone,
      ...coding,
      '-pix_fmt',
      'yuv420p',
      '-timecode',
      timecode,
      path,
    );
    const frameRate = rate.includes('/') ? rate : `${rate}/1`;
    const report = await probeFile(path);
    expect(report).toMatchObject({ container: extension, startTimecode: timecode, frameRate, dropFrame, channels: 1 });
    expect(report.video).toMatchObject({
      frameRate,
      startFrame,
      widthPixels: 128,
      heightPixels: 96,
      variableFrameRate: false,
    });
  });

  it('counts a start timecode at the picture’s own rate where the two differ', async () => {
    ffmpeg(...countedPicture('60000/1001', 1), '-c:v', 'libx264', at('60.mov'));
    ffmpeg(...countedPicture('30000/1001', 1), '-c:v', 'libx264', '-timecode', '01:00:00:00', at('30.mov'));
    ffmpeg('-i', at('60.mov'), '-i', at('30.mov'), '-map', '0:v', '-map', '1:d', '-c', 'copy', at('both.mov'));
    const report = await probeFile(at('both.mov'));
    expect(report).toMatchObject({ startTimecode: '01:00:00:00', dropFrame: false });
    expect(report.video).toMatchObject({ frameRate: '60000/1001', startFrame: 2 * 108_000 });
  });

  it('whatever the extension claims', async () => {
    copyFileSync(at('poly.wav'), at('poly.mov'));
    expect(await probeFile(at('poly.mov'))).toMatchObject({ container: 'bwf', scene: 'A101' });
  });
});

describe('what is no media is told apart from what is damaged', () => {
  it('text', async () => {
    writeFileSync(at('text.mp3'), 'words '.repeat(1000));
    await expect(probeFile(at('text.mp3'))).rejects.toMatchObject({ code: 'media-not-media' });
  });

  it('a playlist under a movie’s name opens nothing else', async () => {
    writeFileSync(at('list.mov'), `#EXTM3U\n#EXTINF:2,\nfile:${at('tone.mp3')}\n#EXT-X-ENDLIST\n`);
    await expect(probeFile(at('list.mov'))).rejects.toMatchObject({ code: 'media-not-media' });
    writeFileSync(at('list.wav'), `ffconcat version 1.0\nfile '${at('tone.mp3')}'\n`);
    await expect(probeFile(at('list.wav'))).rejects.toMatchObject({ code: 'media-not-media' });
  });

  it.skipIf(process.platform === 'win32')('a pipe, without waiting for it', async () => {
    execFileSync('mkfifo', [at('pipe.wav')]);
    await expect(probeFile(at('pipe.wav'))).rejects.toMatchObject({ code: 'media-not-media' });
  });

  it.skipIf(!existsSync('/dev/zero'))('a device', async () => {
    await expect(probeFile('/dev/zero')).rejects.toMatchObject({ code: 'media-not-media' });
  });
});

it('what ffmpeg prints about a file is read line by line', () => {
  const input = parseFfmpegInput([
    "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'file:a",
    "Stream #0:9: Audio: fake.mov':",
    '  Metadata:',
    '    major_brand     : qt  ',
    '    com.apple.quicktime.make: A: B',
    '  Duration: 01:02:03.45, start: 0.000000, bitrate: 42 kb/s',
    '  Stream #0:0[0x1](und): Video: prores (HQ) (apch / 0x68637061), yuv422p10le(tv, bt709, progressive), 1920x1080, 1 kb/s, SAR 1:1 DAR 16:9, 23.98 fps, 23.98 tbr, 24k tbn (default)',
    '    Metadata:',
    '      timecode        : 10:00:00:00',
    '  Stream #0:1[0x2](und): Audio: pcm_s24le (in24 / 0x34326E69), 48000 Hz, 5.1(side), s32 (24 bit), 1152 kb/s (default)',
    '  Stream #0:2: Audio: flac, 96000 Hz, 12 channels, s32 (24 bit)',
    '  Stream #0:3: Audio: none (apac / 0x63617061), 48000 Hz, 4.0, 343 kb/s',
    '  Stream #0:4: Video: mjpeg, yuvj420p(pc), 300x300, 90k tbr, 90k tbn (attached pic)',
    'At least one output file must be specified',
  ])!;
  expect(input.formatNames[0]).toBe('mov');
  expect(input.durationSeconds).toBeCloseTo(3723.45, 6);
  expect(input.metadata.get('major_brand')).toBe('qt  ');
  expect(input.streams.map(({ index, kind, codec }) => [index, kind, codec])).toEqual([
    [0, 'video', 'prores'],
    [1, 'audio', 'pcm_s24le'],
    [2, 'audio', 'flac'],
    [3, 'audio', 'none'],
    [4, 'video', 'mjpeg'],
  ]);
  expect(input.streams[0]).toMatchObject({
    widthPixels: 1920,
    heightPixels: 1080,
    shownFrameRate: 23.98,
    codecTag: 'apch',
  });
  expect(input.streams[0]!.metadata.get('timecode')).toBe('10:00:00:00');
  expect(input.streams[1]).toMatchObject({ sampleRate: 48_000, channelCount: 6, bitsPerSample: 24 });
  expect(input.streams[2]).toMatchObject({ channelCount: 12, bitsPerSample: 24 });
  expect(input.streams[4]!.attachedPicture).toBe(true);
});

it('a file with a click keeps its channels apart', async () => {
  ffmpeg(...clickInput(44_100, 1), '-ac', '2', '-c:a', 'pcm_f32le', at('float.wav'));
  expect(await probeFile(at('float.wav'))).toMatchObject({ channels: 2, bitsPerSample: 32, sampleRate: 44_100 });
});
