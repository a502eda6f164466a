import { encodePlan } from '../../src-shared/engine/encode-plan.ts';
import type { AudioSettings, MeterPoint, MonitorSettings, TrackInput } from '../../src-shared/engine/live-engine.ts';
import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import type { TrackId } from '../../src-shared/model/ids.ts';
import { linearGain } from '../engine/plan-compiler.ts';
import type { NativeMonitor, NativeScene } from '../engine/process/native-engine.ts';

/** The document as the engine plays it, and which track each of its tracks is. */
export type LivePlan = { readonly plan: RenderPlan; readonly trackIds: readonly TrackId[] };

export type SceneParts = {
  readonly live: LivePlan;
  /** Whether the engine has this plan already. */
  readonly planIsKnown: boolean;
  readonly inputs: readonly TrackInput[];
  readonly monitor: MonitorSettings;
  readonly settings: AudioSettings;
  readonly meters: readonly MeterPoint[];
  readonly metersVersion: number;
  readonly beeps: NativeScene['beeps'];
  readonly inputChannels: number;
  readonly outputChannels: number;
};

/** How far the control room is turned down by one key. */
const DIM_DB = -20;

/**
 * What the engine swaps in whole. Tracks become places in the plan; inputs, sends and meters of tracks that are not in it
 * are left out (a meter reads 0), and so are channels that the device does not have.
 */
export function nativeScene(parts: SceneParts): NativeScene {
  const { live, settings, inputChannels, outputChannels } = parts;
  const places = new Map(live.trackIds.map((id, index) => [id as number, index]));
  const has = (pair: readonly [number, number]) => pair[0] < outputChannels && pair[1] < outputChannels;
  return {
    ...(parts.planIsKnown ? {} : { plan: encodePlan(live.plan) }),
    inputs: parts.inputs.flatMap(({ trackId, inputs, mode, armed }) => {
      const track = places.get(trackId);
      const there = inputs.filter((input) => input < inputChannels);
      return track === undefined || there.length === 0 ? [] : [{ track, inputs: there, mode, armed }];
    }),
    cue: live.trackIds.map((id, track) => ({
      track,
      gain: linearGain(parts.monitor.cue.tracks.find(({ trackId }) => trackId === id)?.gainDb ?? 0),
    })),
    routing: {
      controlRoom: has(settings.controlRoom) ? settings.controlRoom : [0, Math.min(1, Math.max(0, outputChannels - 1))],
      cue: settings.cue && has(settings.cue) ? settings.cue : null,
      talkbackInput:
        settings.talkbackInput !== null && settings.talkbackInput < inputChannels ? settings.talkbackInput : null,
    },
    meters: parts.meters.map((point) => nativeMeter(point, places, inputChannels)),
    metersVersion: parts.metersVersion,
    beeps: parts.beeps,
    click: {
      on: parts.monitor.click.on,
      beatsPerMinute: parts.monitor.click.beatsPerMinute,
      fromSample: 0,
      beatsPerBar: parts.monitor.click.beatsPerBar,
      gain: linearGain(parts.monitor.click.gainDb),
    },
  };
}

type NativeMeter = NativeScene['meters'][number];

/** A track or input that is not there reads as silence: it keeps its place in the list. */
function nativeMeter(
  { kind, id }: MeterPoint,
  places: ReadonlyMap<number, number>,
  inputChannels: number,
): NativeMeter | null {
  if (kind === 'trackLeft' || kind === 'trackRight') {
    const index = places.get(id);
    return index === undefined ? null : { kind, index };
  }
  if (kind === 'input') return id < inputChannels ? { kind, index: id } : null;
  if (kind === 'masterLeft' || kind === 'masterRight') return { kind, index: 0 };
  const side = kind.endsWith('Left') ? 0 : 1;
  return { kind: kind.startsWith('cue') ? 'cue' : 'controlRoom', index: side };
}

/** Decibels as the engine's linear gains; what is muted or off has none. */
export function nativeMonitor(monitor: MonitorSettings): NativeMonitor {
  const { controlRoom, cue, talkback, testTone } = monitor;
  return {
    controlRoomGain: linearGain(controlRoom.gainDb),
    dimGain: linearGain(DIM_DB),
    dimmed: controlRoom.dim,
    muted: controlRoom.mute,
    cueGain: linearGain(cue.gainDb),
    cueInputsGain: linearGain(cue.inputsGainDb),
    talkbackOn: talkback.on,
    talkbackGain: linearGain(talkback.gainDb),
    testTone: {
      on: testTone.on,
      output: testTone.output,
      frequencyHz: testTone.frequencyHz,
      gain: linearGain(testTone.gainDb),
    },
  };
}
