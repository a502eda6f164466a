import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import {
  type AudioSettings,
  audioSettingsSchema,
  DEFAULT_AUDIO_SETTINGS,
  type EngineStatus,
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
});

type Kept = z.output<typeof fileSchema>;

/** What this machine remembers of its audio devices: `audio.json` in the settings folder. */
export class AudioSettingsFile {
  private readonly file: string;
  private kept: Kept = { version: 1, settings: DEFAULT_AUDIO_SETTINGS, roundTrips: {}, trackInputs: {} };
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
    const text = JSON.stringify(this.kept, null, 2);
    const written = this.turn.then(() => writeDurably(this.file, text));
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
