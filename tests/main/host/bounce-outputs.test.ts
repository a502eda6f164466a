import { describe, expect, test } from 'vitest';
import { planOutputs, safeFileName } from '../../../src-main/host/bounce-outputs.ts';

const track = (name: string, channelCount: 1 | 2) => ({
  name,
  channelCount,
  gain: 1,
  pan: 0,
  points: [],
  stem: 0,
  clips: [],
});
const plan = { stems: ['DX', 'FX'], tracks: [track('Boom', 1), track('Amb', 2), track('boom', 1)] };
const outputs = (contents: 'master' | 'stems' | 'tracks', layout: 'mono' | 'stereo' | 'poly', indexes = [0, 1, 2]) =>
  planOutputs({ name: 'Reel 1', contents, layout }, plan, indexes).map(
    ({ fileName, channelNames }) => `${fileName}: ${channelNames.join(', ')}`,
  );

describe('the files of a bounce', () => {
  test('of the master', () => {
    expect(outputs('master', 'stereo')).toEqual(['Reel 1: Master L, Master R']);
    expect(outputs('master', 'mono')).toEqual(['Reel 1.L: Master L', 'Reel 1.R: Master R']);
    expect(outputs('master', 'poly')).toEqual(['Reel 1: Master L, Master R']);
  });

  test('of stems', () => {
    expect(outputs('stems', 'stereo')).toEqual(['Reel 1_DX: DX L, DX R', 'Reel 1_FX: FX L, FX R']);
    expect(outputs('stems', 'mono')).toHaveLength(4);
    expect(outputs('stems', 'poly')).toEqual(['Reel 1_STEMS: DX L, DX R, FX L, FX R']);
  });

  test('of tracks: a mono track is one channel but in a stereo file, and names that are alike get a number', () => {
    expect(outputs('tracks', 'mono')).toEqual([
      'Reel 1_Boom: Boom',
      'Reel 1_Amb.L: Amb L',
      'Reel 1_Amb.R: Amb R',
      'Reel 1_boom 2: boom',
    ]);
    expect(outputs('tracks', 'stereo', [0])).toEqual(['Reel 1_Boom: Boom L, Boom R']);
    expect(outputs('tracks', 'poly')).toEqual(['Reel 1_TRACKS: Boom, Amb L, Amb R, boom']);
  });

  test('of no tracks is nothing', () => {
    expect(outputs('tracks', 'poly', [])).toEqual([]);
  });

  test.each([
    ['Latin', 'A'.repeat(150), 'B'.repeat(300)],
    ['Japanese', '映'.repeat(150), '音'.repeat(300)],
    ['family emoji', '👩‍👩‍👧‍👦'.repeat(13), '👩‍👩‍👧‍👦'.repeat(30)],
    ['lone surrogates', '\ud83d'.repeat(150), '\udc69'.repeat(300)],
  ])('have names that fit every file system while they are written, also in %s', (_, name, trackName) => {
    const long = { ...plan, tracks: [track(trackName, 2), track(trackName, 2)] };
    for (const contents of ['master', 'stems', 'tracks'] as const) {
      for (const layout of ['mono', 'stereo', 'poly'] as const) {
        const names = planOutputs({ name, contents, layout }, long, [0, 1]).map(({ fileName }) => fileName);
        expect(new Set(names).size).toBe(names.length);
        for (const fileName of names) {
          expect(Buffer.byteLength(`${fileName}.wav.01234567.part.before`)).toBeLessThanOrEqual(255);
          expect(fileName).not.toMatch(/\u200d(_|\.|$)/);
          expect(fileName.isWellFormed()).toBe(true);
        }
      }
    }
  });

  test('keep the number at the end of a name that is cut', () => {
    expect(safeFileName(`${'音'.repeat(100)} 12`, 30)).toBe(`${'音'.repeat(9)} 12`);
    expect(safeFileName(`${'音'.repeat(100)} (12)`, 30)).toBe(`${'音'.repeat(8)} (12)`);
    expect(safeFileName(`${'a'.repeat(29)}. b`, 30)).toBe('a'.repeat(29));
  });

  test.each([
    ['a/b\\c:d', 'a-b-c-d'],
    ['../../x', '-..-x'],
    ['  ', 'Untitled'],
    ['name.', 'name'],
  ])('a name %j becomes %j', (name, safe) => {
    expect(safeFileName(name, 120)).toBe(safe);
  });
});
