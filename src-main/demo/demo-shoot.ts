import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/**
 * The demo shoot as it lies in the product's assets: camera clips ready to copy, recorder channels as FLAC with what
 * FLAC cannot hold in `shoot.json`, and in `truth.json` where every camera clip really lies. This folder turns it into
 * the cards of a shooting day and runs the main job on them; it knows nothing of how files are imported or synced.
 */

/** A plain file name: never a way out of the folder that it is written to. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]{0,100}$/);
const assetPath = z.string().regex(/^[a-z0-9-]+\/[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/);
const frameRate = z.object({ numerator: z.int().positive(), denominator: z.int().positive(), drop: z.boolean() });

const cameraFileSchema = z.object({
  file: assetPath,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: fileName,
  card: fileName,
  frameCount: z.int().positive(),
  startTimecode: z.string().nullable(),
  hasSound: z.boolean(),
});

const recorderChannelSchema = z.object({
  name: z.string(),
  /** Channels of the FLAC file that make this one. */
  from: z.array(z.object({ channel: z.int().min(0).max(15), gainDb: z.number() })).min(1),
  /** RMS of the noise floor that is added, dBFS. */
  noiseDb: z.number().max(-40),
});

const recordingSchema = z.object({
  file: assetPath,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  name: fileName,
  card: fileName,
  lengthSamples: z.int().positive(),
  timeReferenceSamples: z.int().min(0),
  scene: z.string(),
  take: z.string(),
  tape: z.string(),
  circled: z.boolean(),
  note: z.string(),
  date: z.string(),
  time: z.string(),
  channels: z.array(recorderChannelSchema).min(1).max(16),
});

const demoShootSchema = z.object({
  title: z.string(),
  frameRate,
  sampleRate: z.int().positive(),
  cameras: z.array(cameraFileSchema),
  recordings: z.array(recordingSchema),
});

const demoTruthSchema = z.object({
  sampleRate: z.int().positive(),
  pairs: z.array(
    z.object({
      camera: z.string(),
      recorder: z.string(),
      offsetSamples: z.number(),
      clockOffsetSamples: z.number(),
      driftPpm: z.number(),
      clapFrame: z.int(),
      clapRecorderSample: z.int(),
    }),
  ),
  unmatched: z.array(z.object({ camera: z.string(), reason: z.enum(['no-sound', 'not-recorded']) })),
});

export type DemoShoot = z.output<typeof demoShootSchema>;
export type DemoRecording = z.output<typeof recordingSchema>;
export type DemoRecorderChannel = z.output<typeof recorderChannelSchema>;

/**
 * Where camera clips lie on their recorder files, names without extension:
 * `recorder sample = offsetSamples + camera media time * 48000 * (1 + driftPpm / 1e6)`, for the direct sound on the
 * boom. `clockOffsetSamples` is the same by the two clocks; it differs by the way that the sound went through the air.
 */
export type DemoTruth = z.output<typeof demoTruthSchema>;

/** Reads `shoot.json` of an assets folder. Throws `demo-damaged` when it is missing or not what it should be. */
export function readDemoShoot(shootFolder: string): Promise<DemoShoot> {
  return readChecked(join(shootFolder, 'shoot.json'), demoShootSchema);
}

/** Reads `truth.json` of an assets folder. Throws `demo-damaged` like {@link readDemoShoot}. */
export function readDemoTruth(shootFolder: string): Promise<DemoTruth> {
  return readChecked(join(shootFolder, 'truth.json'), demoTruthSchema);
}

async function readChecked<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new TwopopError(
      {
        code: 'demo-damaged',
        message: `The demo shoot cannot be read: ${path} is missing or damaged. Your projects are not touched.`,
        remedy: 'Install Twopop again, or check the file out again.',
      },
      { cause },
    );
  }
}
