import { describe, expect, test } from 'vitest';
import {
  armTracks,
  choiceOf,
  disarmed,
  firstFreeInput,
  inputChoices,
  inputOf,
  inputsOfOwnSound,
  isPatched,
  nextMonitorMode,
  withInput,
} from '../../../src-renderer/engine/input-routing.ts';
import { type EngineStatus, type TrackInput, VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';

const input = (trackId: number, inputs: number[], fields: Partial<TrackInput> = {}): TrackInput => ({
  trackId,
  inputs,
  mode: 'auto',
  armed: false,
  ...fields,
});
const mono = (id: number) => ({ id, channelCount: 1 as const });
const stereo = (id: number) => ({ id, channelCount: 2 as const });

describe('a track’s input', () => {
  test('is none, monitored by itself and not armed until it is set', () => {
    expect(inputOf([], 7)).toEqual({ trackId: 7, inputs: [], mode: 'auto', armed: false });
  });

  test('changes alone: the others and their order stay', () => {
    const list = [input(1, [0]), input(2, [1], { mode: 'input' })];
    expect(withInput(list, 2, { armed: true })).toEqual([list[0], input(2, [1], { mode: 'input', armed: true })]);
    expect(withInput(list, 3, { inputs: [4] }).map(({ trackId }) => trackId)).toEqual([1, 2, 3]);
  });

  test('fits when it has a channel of the device for each of the track’s', () => {
    expect(isPatched(input(1, [3]), mono(1), 4)).toBe(true);
    expect(isPatched(input(1, [4]), mono(1), 4)).toBe(false);
    expect(isPatched(input(1, [0]), stereo(1), 4)).toBe(false);
    expect(isPatched(input(1, []), mono(1), 4)).toBe(false);
  });
});

describe('arming', () => {
  test('gives tracks without an input the first ones that are free, in order', () => {
    const { list, patched, refused } = armTracks([input(9, [0])], [mono(1), stereo(2), mono(3)], 8);
    expect(list.filter(({ armed }) => armed).map(({ trackId, inputs }) => [trackId, inputs])).toEqual([
      [1, [1]],
      [2, [2, 3]],
      [3, [4]],
    ]);
    expect(patched.map(({ trackId }) => trackId)).toEqual([1, 2, 3]);
    expect(refused).toEqual([]);
  });

  test('keeps an input that was chosen, and its mode', () => {
    const { list, patched } = armTracks([input(1, [5], { mode: 'off' })], [mono(1)], 8);
    expect(list).toEqual([input(1, [5], { mode: 'off', armed: true })]);
    expect(patched).toEqual([]);
  });

  test('replaces an input that the device does not have', () => {
    expect(armTracks([input(1, [12])], [mono(1)], 2).list).toEqual([input(1, [0], { armed: true })]);
  });

  test('shares the first input when none is free, and leaves tracks that the device is too narrow for', () => {
    expect(firstFreeInput([input(9, [0])], mono(1), 1)).toEqual([0]);
    const { list, refused } = armTracks([], [stereo(1), mono(2)], 1);
    expect(list).toEqual([input(2, [0], { armed: true })]);
    expect(refused).toEqual([stereo(1)]);
  });

  test('chooses no input that hears what goes out, and leaves the choice where only such are left', () => {
    const heard = new Set([0, 1, 2, 3]);
    const { list, refused } = armTracks([], [mono(1), stereo(2), mono(3), mono(4)], 8, heard);
    expect(list.map(({ trackId, inputs }) => [trackId, inputs])).toEqual([
      [1, [4]],
      [2, [6, 7]],
      [3, [5]],
    ]);
    expect(refused).toEqual([mono(4)]);
    // What was chosen by hand is nobody else's business.
    expect(armTracks([input(4, [0])], [mono(4)], 8, heard).list).toEqual([input(4, [0], { armed: true })]);
  });

  test('is taken back from all at once; a list with nothing armed stays the same', () => {
    const list = [input(1, [0], { armed: true }), input(2, [1])];
    expect(disarmed(list)).toEqual([input(1, [0]), list[1]]);
    const quiet = [input(2, [1])];
    expect(disarmed(quiet)).toBe(quiet);
  });
});

test('of the device without hardware as many inputs as it has outputs hear them; of others none is known to', () => {
  const status = { state: 'running', inputChannels: 8, outputChannels: 4 } as EngineStatus;
  expect([...inputsOfOwnSound({ ...status, input: VIRTUAL_DEVICE })]).toEqual([0, 1, 2, 3]);
  expect([...inputsOfOwnSound({ ...status, input: { hostApi: 'ALSA', name: 'Stage box' } })]).toEqual([]);
  expect([...inputsOfOwnSound(null)]).toEqual([]);
});

test('a mono track may have each channel, a stereo one each pair', () => {
  const names = ['Boom', 'Input 2', 'Lav', 'Input 4', 'Spare'];
  expect(inputChoices(1, names).map(({ label }) => label)).toEqual(['1 Boom', 'In 2', '3 Lav', 'In 4', '5 Spare']);
  expect(inputChoices(2, names).map(({ inputs, title }) => [inputs, title])).toEqual([
    [[0, 1], 'Inputs 1–2: Boom'],
    [[2, 3], 'Inputs 3–4: Lav'],
  ]);
});

test('an input that is not on the device is said to be so', () => {
  expect(choiceOf([7], ['Input 1']).title).toBe('Input 8 (not on this device)');
});

test('a pair of inputs that are no neighbours is named by both', () => {
  expect(choiceOf([5, 7], Array(8).fill('')).label).toBe('In 6 + 8');
  expect(choiceOf([0, 1], ['A', 'B']).label).toBe('1–2 A / B');
});

test('monitoring goes round auto, input and off', () => {
  expect([nextMonitorMode('auto'), nextMonitorMode('input'), nextMonitorMode('off')]).toEqual(['input', 'off', 'auto']);
});
