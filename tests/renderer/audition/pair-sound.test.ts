import { describe, expect, test } from 'vitest';
import { levellingGain, type PairSettings, renderPair } from '../../../src-renderer/audition/pair-sound.ts';

const CAMERA = Float32Array.from({ length: 1000 }, (_, at) => at / 2000);
const RECORDER = Float32Array.from({ length: 1000 }, (_, at) => -at / 2000);

const fetch = async (sourceId: number, _channel: number, from: number, count: number) =>
  (sourceId === 1 ? CAMERA : RECORDER).slice(from, from + count);
const NEVER = new AbortController().signal;

function settings(change: Partial<PairSettings> = {}): PairSettings {
  return {
    camera: { sourceId: 1, channel: 0, gain: 1 },
    recorder: { sourceId: 2, channel: 0, gain: 1 },
    pieces: [{ fromSample: Number.NEGATIVE_INFINITY, startSample: 100, pace: 1 }],
    ears: 'camera-left',
    ...change,
  };
}

/** Rounded; minus nought is nought. */
const whole = (value: number) => Math.round(value) + 0;

async function render(change: Partial<PairSettings>, from: number, count: number) {
  const mixed = await renderPair(() => settings(change), fetch)(from, count, NEVER);
  const side = (which: 0 | 1) => Array.from({ length: count }, (_, at) => mixed[at * 2 + which]! * 2000);
  return { left: side(0).map(whole), right: side(1).map(whole), exactRight: side(1) };
}

describe('camera and recorder against each other', () => {
  test('are heard left and right, the recorder where the match lays it', async () => {
    const { left, right } = await render({}, 10, 4);
    expect(left).toEqual([10, 11, 12, 13]);
    expect(right).toEqual([-110, -111, -112, -113]);
  });

  test('change ears, and one of them fills both', async () => {
    expect(await render({ ears: 'recorder-left' }, 10, 2)).toMatchObject({ left: [-110, -111], right: [10, 11] });
    expect(await render({ ears: 'camera' }, 10, 2)).toMatchObject({ left: [10, 11], right: [10, 11] });
    expect(await render({ ears: 'recorder' }, 10, 2)).toMatchObject({ left: [-110, -111], right: [-110, -111] });
  });

  test('follow a drift inside a piece, between samples', async () => {
    const pieces = [{ fromSample: Number.NEGATIVE_INFINITY, startSample: 0.5, pace: 1.1 }];
    const { exactRight } = await render({ pieces }, 100, 50);
    for (const [index, value] of exactRight.entries()) expect(value).toBeCloseTo(-(0.5 + (100 + index) * 1.1), 2);
  });

  test('jump where the camera lost samples', async () => {
    const pieces = [
      { fromSample: Number.NEGATIVE_INFINITY, startSample: 100, pace: 1 },
      { fromSample: 12, startSample: 300, pace: 1 },
    ];
    expect((await render({ pieces }, 10, 4)).right).toEqual([-110, -111, -312, -313]);
  });

  test('are silent where one has not begun or is over', async () => {
    const pieces = [{ fromSample: Number.NEGATIVE_INFINITY, startSample: -12, pace: 1 }];
    expect((await render({ pieces }, 10, 4)).right).toEqual([0, 0, 0, -1]);
    expect((await render({}, 998, 4)).left).toEqual([998, 999, 0, 0]);
  });

  test('with polarity righted is turned round', async () => {
    const recorder = { sourceId: 2, channel: 0, gain: -1 };
    expect((await render({ recorder }, 10, 2)).right).toEqual([110, 111]);
  });
});

test('quiet sound is brought to the level of loud sound, but peaks stay under full scale, and silence stays silence', () => {
  const tone = (amplitude: number) => Float32Array.from({ length: 4800 }, (_, at) => Math.sin(at / 7) * amplitude);
  const [quiet, loud] = [levellingGain(tone(0.01)), levellingGain(tone(0.5))];
  expect(quiet * 0.01).toBeCloseTo(loud * 0.5, 3);
  const click = new Float32Array(48_000);
  click[100] = 0.9;
  expect(levellingGain(click) * 0.9).toBeLessThanOrEqual(0.951);
  expect(levellingGain(new Float32Array(100))).toBe(1);
});
