import { useStore } from 'zustand';
import type { AudioSettings, EngineStatus, MonitorSettings } from '../../src-shared/engine/live-engine.ts';
import { reportOf } from '../app/connection.ts';
import { type Session, useSession } from '../app/session.ts';
import type { EngineHealth, EngineLinkState } from '../engine/engine-link.ts';
import { tellError } from '../ui/toasts.ts';
import { DraftedSettings } from './drafted-settings.ts';

export type AudioControls = {
  readonly settings: DraftedSettings<AudioSettings>;
  readonly monitor: DraftedSettings<MonitorSettings>;
};

const known = new WeakMap<Session, AudioControls>();

/** Device and monitor settings of this page as they are set by hand; the same ones for every panel. */
export function audioControlsOf(session: Session): AudioControls {
  const before = known.get(session);
  if (before) return before;
  const { store } = session.engine;
  const onRefused = (error: unknown) => tellError(reportOf(error), null, 'audio');
  const controls: AudioControls = {
    settings: new DraftedSettings<AudioSettings>({
      host: () => store.getState().settings,
      send: (settings) => session.client.audio.setSettings(settings),
      adopt: (settings) => store.setState({ settings }),
      onRefused,
    }),
    monitor: new DraftedSettings<MonitorSettings>({
      host: () => store.getState().monitor,
      send: (monitor) => session.client.audio.setMonitor({ ...monitor, viewId: session.engine.viewId }),
      adopt: (monitor) => store.setState({ monitor }),
      onRefused,
    }),
  };
  store.subscribe((state, before) => {
    if (state.settings !== before.settings) controls.settings.refresh();
    if (state.monitor !== before.monitor) controls.monitor.refresh();
  });
  known.set(session, controls);
  return controls;
}

/** Sets parts of one section of the monitor settings, such as `{ dim: true }` of the control room. */
export function changeMonitor<Section extends keyof MonitorSettings>(
  { monitor }: AudioControls,
  section: Section,
  part: Partial<MonitorSettings[Section]>,
): void {
  for (const [field, value] of Object.entries(part))
    monitor.change(`${section}.${field}`, (settings) => ({
      ...settings,
      [section]: { ...settings[section], [field]: value },
    }));
}

/** How loud a track is in the cue mix; 0 dB is what it is without being named. */
export function changeCueTrack({ monitor }: AudioControls, trackId: number, gainDb: number): void {
  monitor.change(`cue.track.${trackId}`, (settings) => {
    const others = settings.cue.tracks.filter((track) => track.trackId !== trackId);
    return { ...settings, cue: { ...settings.cue, tracks: gainDb === 0 ? others : [...others, { trackId, gainDb }] } };
  });
}

/** The controls with what they show now; `settings` and `monitor` are null before the host has said them. */
export function useAudioControls(): {
  readonly controls: AudioControls;
  readonly settings: AudioSettings | null;
  readonly monitor: MonitorSettings | null;
} {
  const controls = audioControlsOf(useSession());
  const settings = useStore(controls.settings.shown, (state) => state.settings);
  const monitor = useStore(controls.monitor.shown, (state) => state.settings);
  return { controls, settings, monitor };
}

export function useEngineStatus(): EngineStatus | null {
  return useEngineLink((state) => state.status);
}

export function useEngineHealth(): EngineHealth | null {
  return useEngineLink((state) => state.health);
}

/** Something is recorded, in whichever window: the device stays as it is until it is taken in. */
export function useIsRecording(): boolean {
  return useEngineLink(({ record }) => record.phase !== 'idle');
}

function useEngineLink<T>(select: (state: EngineLinkState) => T): T {
  return useStore(useSession().engine.store, select);
}
