import { expect, test } from 'vitest';
import { channelWithSound } from '../../../src-renderer/sync/camera-channel.ts';

const SECOND = 48_000;
/** A square wave as timecode on a sound track is, and as much noise as a quiet room. */
const timecode = Float32Array.from({ length: SECOND }, (_, at) => (Math.floor(at / 10) % 2 ? 0.3 : -0.3));
const silence = new Float32Array(SECOND);
const speech = Float32Array.from({ length: SECOND }, (_, at) => Math.sin(at * 0.05) * Math.exp(-(at % 12_000) / 2000));

test('the camera’s channel that is shown is neither timecode nor silence', () => {
  expect(channelWithSound([timecode, speech])).toBe(1);
  expect(channelWithSound([silence, timecode, speech])).toBe(2);
  expect(channelWithSound([speech, speech])).toBe(0);
});

test('where no channel is better the first is shown', () => {
  expect(channelWithSound([timecode, silence])).toBe(0);
  expect(channelWithSound([])).toBe(0);
});
