import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMediaFacts } from '../../../src-main/media/media-facts.ts';
import { pictureIndex } from '../../../src-main/media/picture-index.ts';
import { makePictureProxy } from '../../../src-main/media/picture-proxy.ts';
import { countedPicture, ffmpeg, ownFolder, shownNumbers } from './made-media.ts';

const folder = ownFolder();
const at = (name: string) => join(folder, name);

async function proxyOf(path: string, options: { signal?: AbortSignal; onProgress?: (fraction: number) => void } = {}) {
  const picture = (await readMediaFacts(path)).picture!;
  const proxy = `${path}.proxy.mp4`;
  const { numerator, denominator } = picture.frameRate;
  const rates = { frameRateNumerator: numerator, frameRateDenominator: denominator };
  const index = await makePictureProxy(path, proxy, { ...rates, frameCount: picture.frameCount, ...options });
  return { picture, proxy, index };
}

describe('a proxy shows every frame of its picture once, at the picture’s rate', () => {
  it.each(['24000/1001', '24', '25', '30000/1001', '30', '50', '60000/1001'])('%s', async (rate) => {
    const path = at(`${rate.replace('/', '-')}.mov`);
    ffmpeg(...countedPicture(rate, 2), '-c:v', 'libx264', '-bf', '2', path);
    const { picture, proxy, index } = await proxyOf(path);
    const [numerator, denominator = 1] = rate.split('/').map(Number) as [number, number?];
    expect(index).toMatchObject({ frameRateNumerator: numerator, frameRateDenominator: denominator });
    expect(index.frames.length / 2).toBe(picture.frameCount);
    expect(shownNumbers(proxy)).toEqual(Array.from({ length: picture.frameCount }, (_, frame) => frame % 25));
  });

  it('from a container without frame tables', async () => {
    const path = at('camera.mxf');
    ffmpeg(
      ...countedPicture('25', 2, '128x96'),
      '-c:v',
      'mpeg2video',
      '-pix_fmt',
      'yuv420p',
      '-g',
      '12',
      '-bf',
      '2',
      path,
    );
    const { proxy } = await proxyOf(path);
    expect(shownNumbers(proxy)).toEqual(Array.from({ length: 50 }, (_, frame) => frame % 25));
  });

  it('beginning with the first frame where the picture starts late', async () => {
    ffmpeg(...countedPicture('25', 1), '-c:v', 'libx264', at('early.mov'));
    ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'sine=440:d=2',
      '-itsoffset',
      '0.5',
      '-i',
      at('early.mov'),
      '-map',
      '1',
      '-map',
      '0',
      '-c:v',
      'copy',
      '-c:a',
      'aac',
      at('late.mov'),
    );
    const { proxy } = await proxyOf(at('late.mov'));
    expect(shownNumbers(proxy)).toEqual(Array.from({ length: 25 }, (_, frame) => frame));
  });
});

describe('uneven frames of a phone or a screen recorder are put on a constant rate, each where it was shown', () => {
  // Frame n at n/30 s, but 40 frames in a row from the 60th are a third of a frame late and 20 after them are missing.
  const select = "select='not(between(n,100,119))',setpts='PTS+if(between(N,60,99),0.35/30/TB,0)'";
  const coding = ['-vf', select, '-fps_mode', 'vfr', '-c:v', 'libx264', '-bf', '2'];
  it.each([
    ['phone.mov', ['-video_track_timescale', '600']],
    ['fragments.mp4', ['-video_track_timescale', '90000', '-movflags', 'frag_keyframe+empty_moov']],
    ['screen.mkv', []],
  ])('%s', async (name, container) => {
    ffmpeg(...countedPicture('30', 6), ...coding, ...container, at(name));
    const { picture, proxy, index } = await proxyOf(at(name));
    expect(picture).toMatchObject({
      variableFrameRate: true,
      frameRate: { numerator: 30, denominator: 1 },
      frameCount: 180,
    });
    expect(index.frames.length / 2).toBe(180);
    const shown = Array.from({ length: 180 }, (_, frame) => (frame >= 100 && frame < 120 ? 99 : frame) % 25);
    expect(shownNumbers(proxy)).toEqual(shown);
  });
});

it('jitter from a coarse timescale is no variable rate', async () => {
  ffmpeg(...countedPicture('24000/1001', 4), '-c:v', 'libx264', '-video_track_timescale', '1000', at('coarse.mov'));
  const { picture } = await readMediaFacts(at('coarse.mov'));
  expect(picture).toMatchObject({ variableFrameRate: false, frameRate: { numerator: 24_000, denominator: 1001 } });
});

it('is upright, of square pixels and at most 960 on its longer side', async () => {
  const wide = ['-f', 'lavfi', '-i', 'testsrc=s=1440x1080:r=25:d=0.2'];
  ffmpeg(...wide, '-vf', 'setsar=4/3', '-c:v', 'libx264', '-preset', 'ultrafast', at('anamorphic.mov'));
  expect((await proxyOf(at('anamorphic.mov'))).index).toMatchObject({ widthPixels: 960, heightPixels: 540 });
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=1080x1920:r=25:d=0.2', '-c:v', 'prores_ks', at('portrait.mov'));
  expect((await proxyOf(at('portrait.mov'))).index).toMatchObject({ widthPixels: 540, heightPixels: 960 });
});

it('its index gives each frame as one key frame that begins with its own length', async () => {
  ffmpeg(...countedPicture('25', 1), '-c:v', 'libx264', at('index.mov'));
  const { proxy } = await proxyOf(at('index.mov'));
  const index = await pictureIndex(proxy);
  const bytes = readFileSync(proxy);
  expect(index.codec).toMatch(/^avc1\.[0-9a-f]{6}$/);
  expect(Buffer.from(index.description, 'base64')[0]).toBe(1);
  for (let frame = 0; frame < 25; frame++) {
    const [offset, size] = [index.frames[frame * 2]!, index.frames[frame * 2 + 1]!];
    let at = offset;
    const kinds: number[] = [];
    while (at < offset + size) {
      kinds.push(bytes[at + 4]! & 0x1f);
      at += 4 + bytes.readUInt32BE(at);
    }
    expect(at).toBe(offset + size);
    expect(kinds).toContain(5);
  }
});

it('cancelling leaves nothing, and a later one works', async () => {
  const path = at('long.mov');
  ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=1280x720:r=25:d=20', '-c:v', 'libx264', '-preset', 'ultrafast', path);
  const stop = new AbortController();
  const work = proxyOf(path, { signal: stop.signal });
  setTimeout(() => stop.abort(), 800);
  await expect(work).rejects.toMatchObject({ code: 'media-cancelled' });
  expect(readdirSync(folder).filter((name) => name.startsWith('long.mov.'))).toEqual([]);
  const fractions: number[] = [];
  const { proxy } = await proxyOf(path, { onProgress: (fraction) => void fractions.push(fraction) });
  expect(existsSync(proxy)).toBe(true);
  expect(fractions.at(-1)).toBe(1);
  expect(fractions.length).toBeGreaterThan(2);
});
