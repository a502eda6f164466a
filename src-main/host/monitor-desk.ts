import type { MonitorSettings } from '../../src-shared/engine/live-engine.ts';
import type { AudioSettingsFile } from './audio-settings-file.ts';

/** What is set for monitoring: kept for the next launch, but for what would startle then, and for the project's tracks. */
export class MonitorDesk {
  private readonly kept: AudioSettingsFile;
  private readonly changed: (monitor: MonitorSettings) => void;
  private now: MonitorSettings;
  /** The view that switched talkback on, and whose end switches it off. */
  private talker: string | null = null;

  constructor(kept: AudioSettingsFile, changed: (monitor: MonitorSettings) => void) {
    this.kept = kept;
    this.changed = changed;
    this.now = kept.monitorOf(null);
  }

  get settings(): MonitorSettings {
    return this.now;
  }

  /**
   * Holds for this launch in any case, for the next where the disk takes it. `projectId`: of the open project. `viewId`: of
   * the view that sets it; null: of none that can end.
   */
  set(monitor: MonitorSettings, projectId: string | null, viewId: string | null): void {
    if (!monitor.talkback.on) this.talker = null;
    else if (!this.now.talkback.on) this.talker = viewId;
    this.now = monitor;
    this.changed(monitor);
    this.kept.setMonitor(monitor, projectId).catch(() => {});
  }

  /** As it is to be set now that this view has ended; null: as it is. */
  without(viewId: string): MonitorSettings | null {
    if (this.talker !== viewId) return null;
    return { ...this.now, talkback: { ...this.now.talkback, on: false } };
  }

  /** Another project is open, or none: cue gains of tracks are those of its own. */
  projectIs(projectId: string | null): void {
    const { tracks } = this.kept.monitorOf(projectId).cue;
    if (tracks.length === 0 && this.now.cue.tracks.length === 0) return;
    this.now = { ...this.now, cue: { ...this.now.cue, tracks } };
    this.changed(this.now);
  }
}
