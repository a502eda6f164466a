import { expect, test, vi } from 'vitest';
import { EngineLink } from '../../../src-renderer/engine/engine-link.ts';
import { withInput } from '../../../src-renderer/engine/input-routing.ts';
import { TrackInputsEditor } from '../../../src-renderer/engine/track-inputs.ts';
import type { EngineStatus, ListedDevice, TrackInput } from '../../../src-shared/engine/live-engine.ts';

const DEVICE = { hostApi: 'ALSA', name: 'Stage box' };

function editor(devices: readonly Partial<ListedDevice>[] = []) {
  const engine = new EngineLink();
  const sent: TrackInput[][] = [];
  const editor = new TrackInputsEditor(engine, {
    setTrackInputs: async (inputs) => {
      await Promise.resolve();
      sent.push(inputs);
      return inputs;
    },
    devices: async () => ({ devices: devices as ListedDevice[], problem: null }),
  });
  const run = (fields: Partial<EngineStatus>) => engine.store.setState({ status: fields as EngineStatus });
  return { engine, editor, sent, run };
}

test('changes in quick succession each build on the one before, and the whole list is sent', async () => {
  const { editor: inputs, sent } = editor();
  await Promise.all([
    inputs.change((list) => withInput(list, 1, { armed: true })),
    inputs.change((list) => withInput(list, 2, { armed: true })),
  ]);
  expect(sent.map((list) => list.map(({ trackId }) => trackId))).toEqual([[1], [1, 2]]);
  expect(inputs.list).toEqual(sent[1]);
});

test('a change that changes nothing sends nothing', async () => {
  const { editor: inputs, sent } = editor();
  await inputs.change((list) => list);
  expect(sent).toEqual([]);
});

test('a refusal is the caller’s to tell and does not stop the next change', async () => {
  const engine = new EngineLink();
  let refuse = true;
  const inputs = new TrackInputsEditor(engine, {
    setTrackInputs: async (list) => {
      if (refuse) throw new Error('refused');
      return list;
    },
    devices: async () => ({ devices: [], problem: null }),
  });
  await expect(inputs.change((list) => withInput(list, 1, { armed: true }))).rejects.toThrow('refused');
  refuse = false;
  await inputs.change((list) => withInput(list, 2, { armed: true }));
  expect(inputs.list.map(({ trackId }) => trackId)).toEqual([2]);
});

test('inputs are called as the device that runs calls them, and there are none while none runs', async () => {
  const { editor: inputs, run } = editor([{ ...DEVICE, inputChannels: ['Boom', 'Lav'] }]);
  run({ state: 'running', input: DEVICE, inputChannels: 3 });
  expect(inputs.names.getState()).toEqual(['Input 1', 'Input 2', 'Input 3']);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(inputs.names.getState()).toEqual(['Boom', 'Lav', 'Input 3']);
  run({ state: 'lost', input: DEVICE, inputChannels: 3 });
  expect(inputs.names.getState()).toEqual([]);
});

test('names that could not be told while the device was being opened are asked for again', async () => {
  vi.useFakeTimers();
  const engine = new EngineLink();
  const answers: (readonly Partial<ListedDevice>[] | Error)[] = [
    new Error('The audio process is busy.'),
    [],
    [{ ...DEVICE, inputChannels: ['Boom', 'Lav'] }],
  ];
  const inputs = new TrackInputsEditor(engine, {
    setTrackInputs: async (list) => list,
    devices: async () => {
      const answer = answers.shift() ?? [];
      if (answer instanceof Error) throw answer;
      return { devices: answer as ListedDevice[], problem: null };
    },
  });
  engine.store.setState({ status: { state: 'running', input: DEVICE, inputChannels: 2 } as EngineStatus });
  await vi.advanceTimersByTimeAsync(0);
  expect(inputs.names.getState()).toEqual(['Input 1', 'Input 2']);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(inputs.names.getState()).toEqual(['Boom', 'Lav']);
  vi.useRealTimers();
});

test('nobody asks on for the names of a device that runs no more', async () => {
  vi.useFakeTimers();
  const engine = new EngineLink();
  let asked = 0;
  const inputs = new TrackInputsEditor(engine, {
    setTrackInputs: async (list) => list,
    devices: async () => {
      asked += 1;
      return { devices: [], problem: null };
    },
  });
  engine.store.setState({ status: { state: 'running', input: DEVICE, inputChannels: 2 } as EngineStatus });
  await vi.advanceTimersByTimeAsync(0);
  inputs.dispose();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(1);
  vi.useRealTimers();
});
