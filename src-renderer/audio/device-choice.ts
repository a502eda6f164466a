import type {
  AudioDeviceName,
  AudioSettings,
  DeviceListing,
  ListedDevice,
} from '../../src-shared/engine/live-engine.ts';

export type Direction = 'input' | 'output';

const channelsOf = (device: ListedDevice, direction: Direction) =>
  direction === 'input' ? device.inputChannels : device.outputChannels;

const isSame = (a: AudioDeviceName | null, b: AudioDeviceName | null) =>
  a !== null && b !== null && a.hostApi === b.hostApi && a.name === b.name;

/** Every host API that has a device, and the chosen one though its device is away, in the order of the list. */
export function hostApisOf(listing: DeviceListing | null, chosen: string | null): readonly string[] {
  const names = new Set((listing?.devices ?? []).map(({ hostApi }) => hostApi));
  if (chosen) names.add(chosen);
  return [...names];
}

/** The host API in use: of the chosen device, else the first there is. */
export function hostApiInUse(settings: AudioSettings, listing: DeviceListing | null): string | null {
  return settings.input?.hostApi ?? settings.output?.hostApi ?? listing?.devices[0]?.hostApi ?? null;
}

export type DeviceOption = { readonly name: string; readonly channelCount: number; readonly isThere: boolean };

/** The devices of a host API that have channels this way; a chosen one that is away stays in the list and says so. */
export function deviceOptions(
  listing: DeviceListing | null,
  hostApi: string | null,
  direction: Direction,
  chosen: AudioDeviceName | null,
): readonly DeviceOption[] {
  const there = (listing?.devices ?? [])
    .filter((device) => device.hostApi === hostApi && channelsOf(device, direction).length > 0)
    .map((device) => ({ name: device.name, channelCount: channelsOf(device, direction).length, isThere: true }));
  if (!chosen || chosen.hostApi !== hostApi || there.some(({ name }) => name === chosen.name)) return there;
  return [...there, { name: chosen.name, channelCount: 0, isThere: false }];
}

/**
 * Settings with another device one way. The other way stays where it can: of another host API it gives way to the
 * device of the same name, or to none; and where nothing was chosen before, the same device serves both ways.
 */
export function withDevice(
  settings: AudioSettings,
  listing: DeviceListing | null,
  direction: Direction,
  chosen: AudioDeviceName | null,
): AudioSettings {
  const other: Direction = direction === 'input' ? 'output' : 'input';
  const isFirst = settings.input === null && settings.output === null;
  const keeps = !chosen || (!isFirst && (settings[other] === null || settings[other].hostApi === chosen.hostApi));
  if (keeps) return { ...settings, [direction]: chosen };
  const twin = listing?.devices.find((device) => isSame(device, chosen) && channelsOf(device, other).length > 0);
  return { ...settings, [direction]: chosen, [other]: twin ? { hostApi: twin.hostApi, name: twin.name } : null };
}

/** Names of a device's channels; `openCount` of the open device counts where the list does not know it. */
export function channelNames(
  listing: DeviceListing | null,
  device: AudioDeviceName | null,
  direction: Direction,
  openCount = 0,
): readonly string[] {
  const listed = listing?.devices.find((one) => isSame(one, device));
  if (listed) return channelsOf(listed, direction);
  const word = direction === 'input' ? 'Input' : 'Output';
  return Array.from({ length: openCount }, (_, at) => `${word} ${at + 1}`);
}

/** A channel as it is chosen: its number on the device and its name, which often is no more than the number. */
export function channelLabel(names: readonly string[], channel: number): string {
  const name = names[channel];
  // Without a device nothing is known of its channels but their numbers.
  if (name === undefined) return names.length === 0 ? String(channel + 1) : `${channel + 1} (not on this device)`;
  return /^(input|output) (\d+)$/i.exec(name)?.[2] === String(channel + 1) ? name : `${channel + 1}: ${name}`;
}

/** The channels to choose from: those of the device, and the chosen one though the device has it not. */
export function channelOptions(names: readonly string[], chosen: number | null): readonly number[] {
  const all = names.map((_, channel) => channel);
  return chosen === null || chosen < names.length ? all : [...all, chosen];
}

/** A pair of outputs with another left one: neighbours stay neighbours as far as the device goes. */
export function withLeft(
  pair: readonly [number, number] | null,
  left: number,
  channelCount: number,
): [left: number, right: number] {
  const right = pair && pair[1] !== pair[0] + 1 ? pair[1] : left + 1;
  return [left, right < channelCount ? right : left];
}

/** Outputs that carry both control room and cue: the talent would hear both. */
export function sharedOutputs({ controlRoom, cue }: AudioSettings): readonly number[] {
  return cue ? [...new Set(cue)].filter((channel) => controlRoom.includes(channel)) : [];
}
