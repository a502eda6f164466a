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
    ['a/b\\c:d', 'a-b-c-d'],
    ['../../x', '-..-x'],
    ['  ', 'Untitled'],
    ['name.', 'name'],
  ])('a name %j becomes %j', (name, safe) => {
    expect(safeFileName(name)).toBe(safe);
  });
});
