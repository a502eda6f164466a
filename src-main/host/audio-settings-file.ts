import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  type AudioSettings,
  audioSettingsSchema,
  DEFAULT_AUDIO_SETTINGS,
  DEFAULT_MONITOR_SETTINGS,
  type EngineStatus,
  type MonitorSettings,
  monitorSettingsSchema,
  trackInputSchema,
} from '../../src-shared/engine/live-engine.ts';
import { renameDurably } from '../files/rename-durably.ts';

const keptInputSchema = trackInputSchema.omit({ armed: true });
export type KeptInput = z.output<typeof keptInputSchema>;

const fileSchema = z.object({
  version: z.literal(1),
  settings: audioSettingsSchema,
  /** Measured round trips in samples, by {@link roundTripKey}. */
  roundTrips: z.record(z.string(), z.int()),
  /** Inputs of tracks, by project. */
  trackInputs: z.record(z.string(), z.array(keptInputSchema)),
  /** Without what belongs to a project, or would startle at the next start; files of the first days have none. */
  monitor: monitorSettingsSchema.default(DEFAULT_MONITOR_SETTINGS),
  /** Gains of tracks in the cue mix, by project. */
  cueTracks: z.record(z.string(), monitorSettingsSchema.shape.cue.shape.tracks).default({}),
});

type Kept = z.output<typeof fileSchema>;

/** What this machine remembers of its audio devices: `audio.json` in the settings folder. */
export class AudioSettingsFile {
  private readonly file: string;
  private kept: Kept = {
    version: 1,
    settings: DEFAULT_AUDIO_SETTINGS,
    roundTrips: {},
    trackInputs: {},
    monitor: DEFAULT_MONITOR_SETTINGS,
    cueTracks: {},
  };
  /** What waits to be written, with everything that comes until it is. */
  private waiting: Promise<void> | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** Why the defaults are in use though there is a file; null: nothing to say. */
  readonly notice: string | null;

  constructor(settingsFolder: string) {
    this.file = join(settingsFolder, 'audio.json');
    this.notice = this.load();
  }

  get settings(): AudioSettings {
    return this.kept.settings;
  }

  /** Undefined: never measured for these devices, rate and buffer. */
  roundTripOf(key: string): number | undefined {
    return this.kept.roundTrips[key];
  }

  inputsOf(projectId: string): readonly KeptInput[] {
    return this.kept.trackInputs[projectId] ?? [];
  }

  /** As they were, but for what is never kept; cue gains are those of the project, none where none is open. */
  monitorOf(projectId: string | null): MonitorSettings {
    const { monitor, cueTracks } = this.kept;
    return { ...monitor, cue: { ...monitor.cue, tracks: (projectId && cueTracks[projectId]) || [] } };
  }

  setMonitor(monitor: MonitorSettings, projectId: string | null): Promise<void> {
    const { controlRoom, cue, talkback, testTone } = monitor;
    return this.change({
      monitor: {
        ...monitor,
        controlRoom: { ...controlRoom, dim: false, mute: false },
        cue: { ...cue, tracks: [] },
        talkback: { ...talkback, on: false },
        testTone: { ...testTone, on: false },
      },
      ...(projectId ? { cueTracks: { ...this.kept.cueTracks, [projectId]: cue.tracks } } : {}),
    });
  }

  /** Resolves once all that was set is on the disk, or could not be written. */
  async settled(): Promise<void> {
    await this.turn;
  }

  /** Resolves once it is on the disk; throws what the file system throws, and then it holds for this launch alone. */
  setSettings(settings: AudioSettings): Promise<void> {
    return this.change({ settings });
  }

  setRoundTrip(key: string, samples: number): Promise<void> {
    return this.change({ roundTrips: { ...this.kept.roundTrips, [key]: samples } });
  }

  setInputs(projectId: string, inputs: readonly KeptInput[]): Promise<void> {
    return this.change({ trackInputs: { ...this.kept.trackInputs, [projectId]: [...inputs] } });
  }

  private load(): string | null {
    if (!existsSync(this.file)) return null;
    try {
      this.kept = fileSchema.parse(JSON.parse(readFileSync(this.file, 'utf8')));
      return null;
    } catch {
      return `The audio settings in ${this.file} could not be read, so the defaults are in use. Choose the devices again.`;
    }
  }

  private change(part: Partial<Kept>): Promise<void> {
    this.kept = { ...this.kept, ...part };
    if (this.waiting) return this.waiting;
    const written = this.turn.then(() => {
      this.waiting = null;
      return writeDurably(this.file, JSON.stringify(this.kept, null, 2));
    });
    this.waiting = written;
    this.turn = written.catch(() => {});
    return written;
  }
}

/** What a round trip was measured for: another buffer, rate or device has another. */
export function roundTripKey(
  opened: Pick<EngineStatus, 'input' | 'output' | 'sampleRate' | 'framesPerBuffer'>,
): string {
  const { input, output, sampleRate, framesPerBuffer } = opened;
  return JSON.stringify([input?.hostApi, input?.name, output?.hostApi, output?.name, sampleRate, framesPerBuffer]);
}

async function writeDurably(file: string, text: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const part = `${file}.${process.pid}.part`;
  const handle = await open(part, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await renameDurably(part, file);
}
