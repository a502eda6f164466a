import type { AudioDeviceName, DeviceListing } from '../../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { engineAddon } from '../addon.ts';
import {
  type AudioLibraryAddon,
  type DeviceLister,
  findDevice,
  type LocatedDevice,
  openDeviceLister,
} from '../devices/list-devices.ts';
import type { OpenDevice } from './messages.ts';
import type { NativeDeviceConfig } from './native-engine.ts';

/** The cable of the device without hardware, besides what blocks take. */
const VIRTUAL_LATENCY_SAMPLES = 512;

let opened: DeviceLister | undefined;

/** One for the process: a library can be opened once only. */
function lister(): DeviceLister {
  opened ??= openDeviceLister({ addon: engineAddon() as unknown as AudioLibraryAddon });
  return opened;
}

/** What there is to choose from. Fresh only while no device is open: see {@link DeviceLister.list}. */
export async function listDevices(): Promise<DeviceListing> {
  const { devices, problem } = await lister().list();
  return {
    devices: devices.map(({ kind: _, index: __, driverName: ___, ...device }) => ({
      ...device,
      inputChannels: [...device.inputChannels],
      outputChannels: [...device.outputChannels],
    })),
    problem,
  };
}

/**
 * How the engine opens the devices of these names, as they are listed now, with all their channels. Throws
 * `device-missing` where one is not there, `host-apis-differ`, and `library-missing` where nothing could be listed.
 */
export async function deviceConfigOf(wanted: OpenDevice): Promise<NativeDeviceConfig> {
  const rates = { sampleRate: wanted.sampleRate, framesPerBuffer: wanted.framesPerBuffer };
  const list = await lister().list();
  const find = (name: AudioDeviceName | null): LocatedDevice | null => {
    if (!name) return null;
    const found = findDevice(list, name);
    if (found) return found;
    if (list.problem) throw new TwopopError(list.problem);
    throw refused('device-missing', `“${name.name}” (${name.hostApi}) is not connected`, 'Connect it and take it back');
  };
  const input = find(wanted.input);
  const output = find(wanted.output);
  const inputChannels = input?.inputChannels.length ?? 0;
  const outputChannels = output?.outputChannels.length ?? 0;
  if (inputChannels + outputChannels === 0) {
    throw refused('device-missing', 'No audio device is chosen', 'Choose one');
  }
  if (input && output && input.hostApi !== output.hostApi) {
    throw refused(
      'host-apis-differ',
      `“${input.name}” and “${output.name}” are of two host APIs`,
      'Choose both of one',
    );
  }
  if ((input ?? output)?.kind === 'virtual') {
    return { kind: 'virtual', ...rates, inputChannels, outputChannels, latencySamples: VIRTUAL_LATENCY_SAMPLES };
  }
  return {
    kind: 'portaudio',
    ...rates,
    inputChannels,
    outputChannels,
    libraryPath: lister().libraryPath ?? '',
    inputDevice: input?.index ?? -1,
    outputDevice: output?.index ?? -1,
    inputName: input?.driverName ?? '',
    outputName: output?.driverName ?? '',
    clientName: 'Twopop',
  };
}

function refused(code: string, message: string, what: string): TwopopError {
  return new TwopopError({
    code,
    message: `${message}. The project is untouched.`,
    remedy: `${what} in the audio settings.`,
  });
}
