import { describe, expect, test } from 'vitest';
import {
  channelLabel,
  channelNames,
  channelOptions,
  deviceOptions,
  hostApiInUse,
  hostApisOf,
  sharedOutputs,
  withDevice,
  withLeft,
} from '../../../src-renderer/audio/device-choice.ts';
import {
  type AudioSettings,
  DEFAULT_AUDIO_SETTINGS,
  type DeviceListing,
  type ListedDevice,
} from '../../../src-shared/engine/live-engine.ts';

function device(hostApi: string, name: string, inputs: number, outputs: number): ListedDevice {
  return {
    hostApi,
    name,
    inputChannels: Array.from({ length: inputs }, (_, at) => `Mic ${at + 1}`),
    outputChannels: Array.from({ length: outputs }, (_, at) => `Line ${at + 1}`),
    defaultSampleRate: 48_000,
    lowInputLatencySeconds: 0,
    lowOutputLatencySeconds: 0,
  };
}

const LISTING: DeviceListing = {
  devices: [
    device('ALSA', 'Desk', 64, 64),
    device('ALSA', 'Speakers', 0, 2),
    device('JACK', 'system', 2, 2),
    device('JACK', 'microphones', 8, 0),
  ],
  problem: null,
};
const DESK = { hostApi: 'ALSA', name: 'Desk' };
const SYSTEM = { hostApi: 'JACK', name: 'system' };

const settings = (part: Partial<AudioSettings> = {}): AudioSettings => ({ ...DEFAULT_AUDIO_SETTINGS, ...part });

describe('choosing a device', () => {
  test('the first device that is chosen serves both ways where it can', () => {
    expect(withDevice(settings(), LISTING, 'input', DESK)).toMatchObject({ input: DESK, output: DESK });
    const microphones = { hostApi: 'JACK', name: 'microphones' };
    expect(withDevice(settings(), LISTING, 'input', microphones)).toMatchObject({ input: microphones, output: null });
  });

  test('the other way stays when it is of the same host API', () => {
    const speakers = { hostApi: 'ALSA', name: 'Speakers' };
    const chosen = withDevice(settings({ input: DESK, output: DESK }), LISTING, 'output', speakers);
    expect(chosen).toMatchObject({ input: DESK, output: speakers });
  });

  test('both ways are of one host API: the other gives way', () => {
    const chosen = withDevice(settings({ input: DESK, output: DESK }), LISTING, 'output', SYSTEM);
    expect(chosen).toMatchObject({ input: SYSTEM, output: SYSTEM });
    const inputOnly = { hostApi: 'JACK', name: 'microphones' };
    expect(withDevice(settings({ input: DESK, output: DESK }), LISTING, 'input', inputOnly)).toMatchObject({
      input: inputOnly,
      output: null,
    });
  });

  test('none can be chosen one way, and is not filled by itself again', () => {
    const outputOnly = withDevice(settings({ input: DESK, output: DESK }), LISTING, 'input', null);
    expect(outputOnly).toMatchObject({ input: null, output: DESK });
    const speakers = { hostApi: 'ALSA', name: 'Speakers' };
    expect(withDevice(outputOnly, LISTING, 'output', speakers)).toMatchObject({ input: null, output: speakers });
  });

  test('choosing twice is as choosing once: it is applied again on what the host answers', () => {
    const once = withDevice(settings({ input: DESK, output: DESK }), LISTING, 'input', SYSTEM);
    expect(withDevice(once, LISTING, 'input', SYSTEM)).toEqual(once);
  });
});

describe('the lists', () => {
  test('hold the devices that have channels this way', () => {
    expect(deviceOptions(LISTING, 'ALSA', 'input', null).map(({ name }) => name)).toEqual(['Desk']);
    expect(deviceOptions(LISTING, 'ALSA', 'output', null)).toEqual([
      { name: 'Desk', channelCount: 64, isThere: true },
      { name: 'Speakers', channelCount: 2, isThere: true },
    ]);
  });

  test('keep a chosen device and its host API that are away', () => {
    const away = { hostApi: 'ASIO', name: 'Rented' };
    expect(hostApisOf(LISTING, away.hostApi)).toEqual(['ALSA', 'JACK', 'ASIO']);
    expect(deviceOptions(LISTING, 'ASIO', 'input', away)).toEqual([
      { name: 'Rented', channelCount: 0, isThere: false },
    ]);
    expect(hostApiInUse(settings({ output: away }), LISTING)).toBe('ASIO');
    expect(hostApiInUse(settings(), LISTING)).toBe('ALSA');
    expect(hostApiInUse(settings(), null)).toBeNull();
  });
});

describe('channels', () => {
  test('are called by number and name, and by the name alone where it is the number', () => {
    expect(channelLabel(['Boom', 'Input 2'], 0)).toBe('1: Boom');
    expect(channelLabel(['Boom', 'Input 2'], 1)).toBe('Input 2');
    expect(channelLabel(['Input 2'], 0)).toBe('1: Input 2');
    expect(channelLabel(['Boom'], 7)).toBe('8 (not on this device)');
    expect(channelLabel([], 7)).toBe('8');
  });

  test('of an open device that is not listed are counted', () => {
    expect(channelNames(LISTING, { hostApi: 'JACK', name: 'gone' }, 'input', 2)).toEqual(['Input 1', 'Input 2']);
    expect(channelNames(LISTING, DESK, 'output', 2)).toHaveLength(64);
  });

  test('that are chosen stay to be seen though the device has them not', () => {
    expect(channelOptions(['a', 'b'], 5)).toEqual([0, 1, 5]);
    expect(channelOptions(['a', 'b'], null)).toEqual([0, 1]);
  });

  test('of a pair stay neighbours when the left one is chosen, unless they were none', () => {
    expect(withLeft([0, 1], 2, 4)).toEqual([2, 3]);
    expect(withLeft(null, 2, 4)).toEqual([2, 3]);
    expect(withLeft([0, 3], 1, 4)).toEqual([1, 3]);
    expect(withLeft([0, 1], 3, 4)).toEqual([3, 3]);
  });

  test('that carry control room and cue at once are found', () => {
    expect(sharedOutputs(settings({ controlRoom: [0, 1], cue: [1, 2] }))).toEqual([1]);
    expect(sharedOutputs(settings({ controlRoom: [0, 1], cue: null }))).toEqual([]);
  });
});
