import type { MonitorSettings } from '../../src-shared/engine/live-engine.ts';
import type { AudioSettingsFile } from './audio-settings-file.ts';

/** What is set for monitoring: kept for the next launch, but for what would startle then, and for the project's tracks. */
export class MonitorDesk {
  private readonly kept: AudioSettingsFile;
  private readonly changed: (monitor: MonitorSettings) => void;
  private now: MonitorSettings;

  constructor(kept: AudioSettingsFile, changed: (monitor: MonitorSettings) => void) {
    this.kept = kept;
    this.changed = changed;
    this.now = kept.monitorOf(null);
  }

  get settings(): MonitorSettings {
    return this.now;
  }

  /** Holds for this launch in any case, for the next where the disk takes it. `projectId`: of the open project. */
  set(monitor: MonitorSettings, projectId: string | null): void {
    this.now = monitor;
    this.changed(monitor);
    this.kept.setMonitor(monitor, projectId).catch(() => {});
  }

  /** Another project is open, or none: cue gains of tracks are those of its own. */
  projectIs(projectId: string | null): void {
    const { tracks } = this.kept.monitorOf(projectId).cue;
    if (tracks.length === 0 && this.now.cue.tracks.length === 0) return;
    this.now = { ...this.now, cue: { ...this.now.cue, tracks } };
    this.changed(this.now);
  }
}
