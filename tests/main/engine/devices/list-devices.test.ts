import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceProblem } from '../../../../src-main/engine/devices/device-problem.ts';
import {
  type AudioLibraryAddon,
  type AudioLibraryDevice,
  findDevice,
  openDeviceLister,
} from '../../../../src-main/engine/devices/list-devices.ts';
import type { Naudiodon, NaudiodonDevice } from '../../../../src-main/engine/devices/naudiodon.ts';

const card: AudioLibraryDevice = {
  index: 0,
  hostApi: 'ALSA',
  name: 'Card',
  inputChannels: ['', ''],
  outputChannels: ['Main L', 'Main R', ''],
  defaultSampleRate: 48000,
  lowInputLatencySeconds: 0.0025,
  lowOutputLatencySeconds: 0.005,
  highInputLatencySeconds: 0.1,
  highOutputLatencySeconds: 0.1,
};

const asNaudiodon = (device: AudioLibraryDevice): NaudiodonDevice => ({
  id: device.index,
  name: device.name,
  hostAPIName: device.hostApi,
  maxInputChannels: device.inputChannels.length,
  maxOutputChannels: device.outputChannels.length,
  defaultSampleRate: device.defaultSampleRate,
});

type Rig = { devices?: readonly AudioLibraryDevice[]; broken?: readonly string[]; failsWith?: Error };

function rig({ devices = [card], broken = [], failsWith }: Rig = {}) {
  const calls: string[] = [];
  const addon: AudioLibraryAddon = {
    openAudioLibrary: (path) => {
      calls.push(`open ${path}`);
      if (broken.includes(path))
        throw Object.assign(new Error(`${path} cannot be loaded`), { code: 'library-missing' });
      return { path, versionText: 'PortAudio V19' };
    },
    audioLibraryDevices: async () => {
      calls.push('list');
      if (failsWith) throw failsWith;
      return devices;
    },
    holdAudioLibrary: (work) => {
      calls.push('hold');
      return work();
    },
  };
  const naudiodon: Naudiodon = {
    getDevices: () => devices.map(asNaudiodon),
    getHostAPIs: () => ({ defaultHostAPI: 0, HostAPIs: [] }),
  };
  const load = () => {
    calls.push('load naudiodon');
    return { naudiodon };
  };
  return { addon, calls, load };
}

const candidates = [
  { path: '/n/libportaudio.so.2', origin: 'bundled' },
  { path: '/usr/lib/libportaudio.so.2', origin: 'system' },
] as const;

describe('the list of devices', () => {
  const before = process.env.JACK_NO_START_SERVER;
  beforeEach(() => {
    delete process.env.JACK_NO_START_SERVER;
  });
  afterEach(() => {
    if (before === undefined) delete process.env.JACK_NO_START_SERVER;
    else process.env.JACK_NO_START_SERVER = before;
  });

  test('the library is opened before naudiodon is loaded, and naudiodon lists while nothing else is inside it', async () => {
    const { addon, calls, load } = rig();
    const lister = openDeviceLister({ addon, candidates, load });
    await lister.list();
    expect(calls).toEqual(['open /n/libportaudio.so.2', 'load naudiodon', 'list', 'hold']);
    expect(lister.libraryPath).toBe('/n/libportaudio.so.2');
    expect(process.env.JACK_NO_START_SERVER).toBe('1');
  });

  test("channels bear the driver's names, or are counted", async () => {
    const { addon, load } = rig();
    const list = await openDeviceLister({ addon, candidates, load }).list();
    const found = findDevice(list, { hostApi: 'ALSA', name: 'Card' });
    expect(found).toMatchObject({
      kind: 'portaudio',
      index: 0,
      inputChannels: ['Input 1', 'Input 2'],
      outputChannels: ['Main L', 'Main R', 'Output 3'],
      lowInputLatencySeconds: 0.0025,
    });
    expect(list.problem).toBeNull();
  });

  test('the virtual device is always there, by an honest name', async () => {
    const { addon, load } = rig({ devices: [] });
    const list = await openDeviceLister({ addon, candidates, load }).list();
    expect(list.hostApis).toEqual(['Virtual']);
    expect(list.devices.map(({ name, kind }) => [name, kind])).toEqual([['Loop-back (no hardware)', 'virtual']]);
  });

  test('without naudiodon the library lists by itself', async () => {
    const { addon } = rig();
    const list = await openDeviceLister({ addon, candidates, load: () => ({ reason: 'not installed' }) }).list();
    expect(list.hostApis).toEqual(['ALSA', 'Virtual']);
  });

  test('a library that does not load is passed over for the next', async () => {
    const { addon, load } = rig({ broken: ['/n/libportaudio.so.2'] });
    const lister = openDeviceLister({ addon, candidates, load });
    expect(lister.libraryPath).toBe('/usr/lib/libportaudio.so.2');
    expect((await lister.list()).problem).toBeNull();
  });

  test('with no library at all the virtual device is left, and the reason is told', async () => {
    const { addon, calls, load } = rig();
    const list = await openDeviceLister({ addon, candidates: [], load }).list();
    expect(list.library).toBeNull();
    expect(list.devices).toHaveLength(1);
    expect(list.problem?.code).toBe('library-missing');
    expect(list.problem?.remedy).toContain('TWOPOP_PORTAUDIO');
    expect(calls).toEqual([]);
  });

  test('a library named by TWOPOP_PORTAUDIO that does not load, or is no absolute path, is told by its name', async () => {
    const { addon, load } = rig({ broken: ['/opt/mine.so'] });
    for (const [path, words] of [
      ['/opt/mine.so', '/opt/mine.so cannot be loaded (named by TWOPOP_PORTAUDIO)'],
      ['mine.so', 'TWOPOP_PORTAUDIO is "mine.so", which is no absolute path'],
    ] as const) {
      const list = await openDeviceLister({ addon, candidates: [{ path, origin: 'chosen' }], load }).list();
      expect(list.problem?.message).toContain(words);
    }
  });

  test('a driver that fails while it is listed leaves the virtual device and its words', async () => {
    const failsWith = Object.assign(new Error('the audio driver does not answer'), { code: 'device-hung' });
    const { addon, load } = rig({ failsWith });
    const list = await openDeviceLister({ addon, candidates, load }).list();
    expect(list.devices).toHaveLength(1);
    expect(list.problem).toMatchObject({ code: 'device-hung', message: 'The audio driver does not answer.' });
  });

  test('where the two lists differ the one whose indices open devices counts', async () => {
    const { addon } = rig();
    const other = { ...asNaudiodon(card), name: 'Another', maxInputChannels: 64 };
    const naudiodon: Naudiodon = {
      getDevices: () => [other],
      getHostAPIs: () => ({ defaultHostAPI: 0, HostAPIs: [] }),
    };
    const list = await openDeviceLister({ addon, candidates, load: () => ({ naudiodon }) }).list();
    expect(list.devices[0]).toMatchObject({ name: 'Card', inputChannels: ['Input 1', 'Input 2'] });
  });

  test('two devices of one name are told apart, and one of no channels is left out', async () => {
    const devices = [
      card,
      { ...card, index: 1 },
      { ...card, index: 2, name: 'Nothing', inputChannels: [], outputChannels: [] },
    ];
    const { addon, load } = rig({ devices });
    const list = await openDeviceLister({ addon, candidates, load }).list();
    expect(list.devices.map(({ name, index }) => [name, index])).toEqual([
      ['Card', 0],
      ['Card #2', 1],
      ['Loop-back (no hardware)', -1],
    ]);
  });
});

describe('what is told of a device that fails', () => {
  test('every code has a remedy, and one that is not known counts as a failure of the device', () => {
    expect(deviceProblem({ code: 'rate-refused', message: 'Card did not take 44100 Hz' })).toEqual({
      code: 'rate-refused',
      message: 'Card did not take 44100 Hz.',
      remedy: expect.stringContaining('sample rate'),
    });
    expect(deviceProblem({ code: 'toString', message: 'x' }).code).toBe('device-failed');
    expect(deviceProblem({ message: 'x' }).code).toBe('device-failed');
  });
});
