import {
  type EngineStatus,
  MONITOR_MODES,
  type MonitorMode,
  type TrackInput,
  VIRTUAL_DEVICE,
} from '../../src-shared/engine/live-engine.ts';

/** What is done to the list of track inputs, all of it pure: a list in, a new list out. Channels count from 0. */

export type TrackInputs = readonly TrackInput[];

/** As much of a track as its input depends on. */
export type InputTrack = { readonly id: number; readonly channelCount: 1 | 2 };

/** What a track may record from. `label` is short, for its header; `title` says it whole, for a menu. */
export type InputChoice = { readonly inputs: readonly number[]; readonly label: string; readonly title: string };

/** The input of a track; one that was never set has none, is monitored by itself and is not armed. */
export function inputOf(list: TrackInputs, trackId: number): TrackInput {
  return list.find((one) => one.trackId === trackId) ?? { trackId, inputs: [], mode: 'auto', armed: false };
}

/** The list with other settings for one track. */
export function withInput(
  list: TrackInputs,
  trackId: number,
  change: Partial<Omit<TrackInput, 'trackId'>>,
): TrackInputs {
  const next = { ...inputOf(list, trackId), ...change };
  const at = list.findIndex((one) => one.trackId === trackId);
  return at < 0 ? [...list, next] : list.with(at, next);
}

/** The list with nothing armed; the same list where nothing was. */
export function disarmed(list: TrackInputs): TrackInputs {
  return list.some(({ armed }) => armed) ? list.map((one) => (one.armed ? { ...one, armed: false } : one)) : list;
}

/** Whether a track has an input for each of its channels, all of them on the device. */
export function isPatched({ inputs }: TrackInput, track: InputTrack, inputCount: number): boolean {
  return inputs.length === track.channelCount && inputs.every((input) => input < inputCount);
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Inputs that hear what the device gives out: a track that is monitored from one of them howls. Known of the device
 * without hardware alone, where output n comes back at input n.
 */
export function inputsOfOwnSound(status: EngineStatus | null): ReadonlySet<number> {
  const { input, outputChannels } = status ?? {};
  if (input?.hostApi !== VIRTUAL_DEVICE.hostApi || input.name !== VIRTUAL_DEVICE.name) return NONE;
  return new Set(Array.from({ length: outputChannels ?? 0 }, (_, at) => at));
}

/**
 * The first input (of a stereo track: the first pair, from an even channel on) that no other track has, and that is none
 * of `ownSound`. Where none is free it is the first that there is, but null where some are `ownSound`: then a person
 * chooses. Null too where the device has too few.
 */
export function firstFreeInput(
  list: TrackInputs,
  track: InputTrack,
  inputCount: number,
  ownSound: ReadonlySet<number> = NONE,
): readonly number[] | null {
  const taken = new Set(list.flatMap(({ trackId, inputs }) => (trackId === track.id ? [] : inputs)));
  const choices = channelsFor(track.channelCount, inputCount);
  const free = choices.find((inputs) => !inputs.some((input) => taken.has(input) || ownSound.has(input)));
  return free ?? (ownSound.size > 0 ? null : (choices[0] ?? null));
}

export type Armed = {
  readonly list: TrackInputs;
  /** Tracks that had no input and were given one. */
  readonly patched: readonly TrackInput[];
  /** Tracks that the device has too few inputs for, or only such as hear its own sound: they were left as they are. */
  readonly refused: readonly InputTrack[];
};

/** Arms tracks; one without an input gets the first that is free, but none of `ownSound`. */
export function armTracks(
  list: TrackInputs,
  tracks: readonly InputTrack[],
  inputCount: number,
  ownSound: ReadonlySet<number> = NONE,
): Armed {
  const patched: TrackInput[] = [];
  const refused: InputTrack[] = [];
  let next = list;
  for (const track of tracks) {
    const before = inputOf(next, track.id);
    const isWhole = isPatched(before, track, inputCount);
    const inputs = isWhole ? before.inputs : firstFreeInput(next, track, inputCount, ownSound);
    if (!inputs) {
      refused.push(track);
      continue;
    }
    const armed = { ...before, inputs: [...inputs], armed: true };
    next = withInput(next, track.id, armed);
    if (!isWhole) patched.push(armed);
  }
  return { list: next, patched, refused };
}

/** What a mono track (each channel) or a stereo one (pairs) may record from. */
export function inputChoices(channelCount: 1 | 2, names: readonly string[]): readonly InputChoice[] {
  return channelsFor(channelCount, names.length).map((inputs) => choiceOf(inputs, names));
}

/** How inputs are called; they need not be on the device. */
export function choiceOf(inputs: readonly number[], names: readonly string[]): InputChoice {
  const neighbours = inputs.every((input, at) => at === 0 || input === inputs[at - 1]! + 1);
  const numbers = inputs.map((input) => input + 1).join(neighbours ? '–' : ' + ');
  const own = inputs.map((input) => ownName(names[input], input)).filter((name) => name !== null);
  const absent = inputs.some((input) => input >= names.length);
  return {
    inputs,
    label: own.length > 0 ? `${numbers} ${own.join(' / ')}` : `In ${numbers}`,
    title: `${inputs.length === 1 ? 'Input' : 'Inputs'} ${numbers}${own.length > 0 ? `: ${own.join(', ')}` : ''}${absent ? ' (not on this device)' : ''}`,
  };
}

/** A name that says more than the channel's number; null for "Input 3" and for none. */
function ownName(name: string | undefined, input: number): string | null {
  const text = name?.trim() ?? '';
  return text === '' || new RegExp(`^(in|input|channel|capture)[ _-]*0*${input + 1}$`, 'i').test(text) ? null : text;
}

function channelsFor(channelCount: 1 | 2, inputCount: number): readonly (readonly number[])[] {
  const count = Math.floor(inputCount / channelCount);
  return Array.from({ length: count }, (_, at) => (channelCount === 1 ? [at] : [2 * at, 2 * at + 1]));
}

/** The way a monitor button goes round: auto, input, off. */
export const MONITOR_ROUND: readonly MonitorMode[] = ['auto', 'input', 'off'];

export function nextMonitorMode(mode: MonitorMode): MonitorMode {
  return MONITOR_ROUND[(MONITOR_ROUND.indexOf(mode) + 1) % MONITOR_MODES.length]!;
}

/** What each mode lets be heard, for hints and screen readers. */
export const MONITOR_WORDS: Readonly<Record<MonitorMode, string>> = {
  auto: 'auto: the input while armed and stopped or punched in, else the track',
  input: 'input: always the input',
  off: 'off: never the input',
};
