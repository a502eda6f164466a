import type { ErrorReport } from '../../../src-shared/rpc/error.ts';
import { deviceProblem } from './device-problem.ts';
import { loadNaudiodon, type Naudiodon } from './naudiodon.ts';
import { isLoadablePath, type PortAudioCandidate, portAudioCandidates } from './portaudio-path.ts';
import { LISTED_VIRTUAL_DEVICE } from './virtual-device.ts';

/** A device of the list. Host API and name are its identity; `index` holds until the next listing alone. */
export type LocatedDevice = {
  readonly kind: 'portaudio' | 'virtual';
  /** Index in the PortAudio library that is open; -1 for the virtual device. */
  readonly index: number;
  /** What the driver calls it; `name` tells devices of one name apart. */
  readonly driverName: string;
  readonly hostApi: string;
  readonly name: string;
  /** Names in the device's order: the driver's own, "Input 1" where it has none. */
  readonly inputChannels: readonly string[];
  readonly outputChannels: readonly string[];
  readonly defaultSampleRate: number;
  readonly lowInputLatencySeconds: number;
  readonly lowOutputLatencySeconds: number;
};

export type DeviceList = {
  readonly hostApis: readonly string[];
  readonly devices: readonly LocatedDevice[];
  /** The library that found them; null: none, see `problem`. */
  readonly library: { readonly path: string; readonly versionText: string } | null;
  /** Why there is no sound card to choose, or fewer than there might be; null: nothing is wrong. */
  readonly problem: ErrorReport | null;
};

/** What the addon gives to find devices. Rejections and errors carry the codes of DeviceError. */
export type AudioLibraryAddon = {
  openAudioLibrary(path: string, jackClientName: string): { readonly path: string; readonly versionText: string };
  audioLibraryDevices(): Promise<readonly AudioLibraryDevice[]>;
  holdAudioLibrary<T>(work: () => T): T;
};

export type AudioLibraryDevice = Omit<LocatedDevice, 'kind' | 'driverName'> & {
  readonly highInputLatencySeconds: number;
  readonly highOutputLatencySeconds: number;
};

export type DeviceLister = {
  /** The library's absolute path for opening devices; null: none could be loaded. */
  readonly libraryPath: string | null;
  /**
   * What is there now. PortAudio looks anew only while no stream is open: close the device first. May take seconds on
   * machines with many devices. Never throws: what went wrong stands in `problem`, and the virtual device is always there.
   */
  list(): Promise<DeviceList>;
};

export type DeviceListerOptions = {
  readonly addon: AudioLibraryAddon;
  /** What JACK shows as the name of this program. */
  readonly jackClientName?: string;
  readonly candidates?: readonly PortAudioCandidate[];
  readonly load?: typeof loadNaudiodon;
};

/**
 * Opens PortAudio and then naudiodon, in this order, so that both share one library and its device indices. Once in a
 * process, in one thread. Where naudiodon cannot be had, the library's own list serves.
 */
export function openDeviceLister(options: DeviceListerOptions): DeviceLister {
  const { addon, jackClientName = 'Twopop', candidates = portAudioCandidates(), load = loadNaudiodon } = options;
  // PortAudio asks for JACK on every listing; asking must not start a server.
  process.env.JACK_NO_START_SERVER ??= '1';
  const opened = openLibrary(addon, jackClientName, candidates);
  if ('problem' in opened) {
    return { libraryPath: null, list: async () => listing([], null, opened.problem) };
  }
  const loaded = load();
  const naudiodon = 'naudiodon' in loaded ? loaded.naudiodon : null;
  return {
    libraryPath: opened.library.path,
    list: async () => {
      try {
        const known = await addon.audioLibraryDevices();
        const named = naudiodon && addon.holdAudioLibrary(() => naudiodonList(naudiodon));
        // A host API without a device is not worth a line.
        return listing(merged(known, named), opened.library, null);
      } catch (cause) {
        return listing([], opened.library, deviceProblem(cause as Error));
      }
    },
  };
}

type NaudiodonList = ReturnType<Naudiodon['getDevices']>;

function naudiodonList(naudiodon: Naudiodon): NaudiodonList | null {
  try {
    return naudiodon.getDevices();
  } catch {
    return null;
  }
}

type Opened =
  | { readonly library: { readonly path: string; readonly versionText: string } }
  | { readonly problem: ErrorReport };

function openLibrary(addon: AudioLibraryAddon, clientName: string, candidates: readonly PortAudioCandidate[]): Opened {
  const reasons: string[] = [];
  for (const { path, origin } of candidates) {
    try {
      if (!isLoadablePath(path)) throw new Error(`TWOPOP_PORTAUDIO is "${path}", which is no absolute path`);
      return { library: addon.openAudioLibrary(path, clientName) };
    } catch (cause) {
      reasons.push(`${(cause as Error).message}${origin === 'chosen' ? ' (named by TWOPOP_PORTAUDIO)' : ''}`);
    }
  }
  const message =
    reasons.length === 0
      ? 'There is no PortAudio library on this machine, so sound cards cannot be used'
      : `No PortAudio library could be loaded, so sound cards cannot be used: ${reasons.join('; ')}`;
  return { problem: deviceProblem({ code: 'library-missing', message }) };
}

/**
 * naudiodon's devices, with the channel names and exact latencies of the library. The engine opens devices by the
 * library's indices: where the two lists differ (a device came or went in between), the library's own counts.
 */
function merged(known: readonly AudioLibraryDevice[], named: NaudiodonList | null): LocatedDevice[] {
  const agree =
    named !== null &&
    named.length === known.length &&
    known.every((device, i) => {
      const other = named[i];
      return other?.id === device.index && other.name === device.name && other.hostAPIName === device.hostApi;
    });
  return known
    .map((device, i): LocatedDevice => {
      const other = agree ? named[i] : undefined;
      return {
        kind: 'portaudio',
        index: device.index,
        driverName: device.name,
        hostApi: device.hostApi,
        name: device.name,
        inputChannels: channelNames(device.inputChannels, other?.maxInputChannels, 'Input'),
        outputChannels: channelNames(device.outputChannels, other?.maxOutputChannels, 'Output'),
        defaultSampleRate: other?.defaultSampleRate ?? device.defaultSampleRate,
        lowInputLatencySeconds: device.lowInputLatencySeconds,
        lowOutputLatencySeconds: device.lowOutputLatencySeconds,
      };
    })
    .filter((device) => device.inputChannels.length + device.outputChannels.length > 0)
    .map(toldApart);
}

/** Two devices of one make bear one name: the second is "Name #2", so that a name is one device. */
function toldApart(device: LocatedDevice, at: number, all: readonly LocatedDevice[]): LocatedDevice {
  const before = all
    .slice(0, at)
    .filter(({ hostApi, name }) => hostApi === device.hostApi && name === device.name).length;
  return before === 0 ? device : { ...device, name: `${device.name} #${before + 1}` };
}

function channelNames(names: readonly string[], count = names.length, direction: string): string[] {
  return Array.from({ length: count }, (_, i) => names[i] || `${direction} ${i + 1}`);
}

function listing(
  found: readonly LocatedDevice[],
  library: DeviceList['library'],
  problem: ErrorReport | null,
): DeviceList {
  const devices = [...found, LISTED_VIRTUAL_DEVICE];
  return { hostApis: [...new Set(devices.map((device) => device.hostApi))], devices, library, problem };
}

/** The device of an identity in a list; null where it is not there now. */
export function findDevice(
  list: DeviceList,
  wanted: { readonly hostApi: string; readonly name: string },
): LocatedDevice | null {
  return list.devices.find(({ hostApi, name }) => hostApi === wanted.hostApi && name === wanted.name) ?? null;
}
