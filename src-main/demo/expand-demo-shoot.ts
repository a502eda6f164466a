import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { frameRateName } from '../../src-shared/time/frame-rate.ts';
import { decodeAudio } from '../media/decode-audio.ts';
import { WaveWriter } from '../media/wave-writer.ts';
import { type DemoRecording, type DemoShoot, readDemoShoot } from './demo-shoot.ts';
import { RecorderChannels } from './recorder-channels.ts';

/** The cards of the shooting day, whole on disk. */
export type ExpandedShoot = {
  readonly shoot: DemoShoot;
  /** `CAMERA A`, `CAMERA B` and `SOUND`, absolute: what a person would drag into the window. */
  readonly cardFolders: readonly string[];
  readonly cameraFiles: readonly string[];
  readonly recorderFiles: readonly string[];
};

export type ExpandOptions = {
  /** The folder with `shoot.json`. */
  readonly shootFolder: string;
  /** Where the card folders are made; made itself where it is not there. */
  readonly targetFolder: string;
  readonly signal?: AbortSignal;
  /** Portion done, 0 to 1, and the file under way. */
  readonly onProgress?: (portion: number, fileName: string) => void;
};

/** What a finished expansion leaves behind: which shoot it was of, and how large each file is. */
const stampSchema = z.object({ shoot: z.string(), files: z.record(z.string(), z.int()) });
const STAMP_NAME = '.expanded.json';

/**
 * Writes the demo shoot as the cards of a shooting day: recorder files as 24-bit poly BWF with bext and iXML, camera
 * files as they are. A file gets its name only when it is whole; what is there whole from an earlier time stays, what
 * is missing, changed in size or of another version of the shoot is written again. Other files in the folder are left
 * alone. Throws `demo-damaged`, `ffmpeg-missing` (FLAC needs it), `media-...` or the signal's reason; the next call
 * goes on.
 */
export async function expandDemoShoot(options: ExpandOptions): Promise<ExpandedShoot> {
  const { shootFolder, targetFolder, signal, onProgress } = options;
  const shoot = await readDemoShoot(shootFolder);
  const identity = createHash('sha256').update(JSON.stringify(shoot)).digest('hex');
  const cards = [...new Set([...shoot.cameras, ...shoot.recordings].map(({ card }) => card))];
  for (const card of cards) {
    await mkdir(join(targetFolder, card), { recursive: true });
    await removeHalfFiles(join(targetFolder, card));
  }
  const stampPath = join(targetFolder, STAMP_NAME);
  const known = await readStamp(stampPath, identity);
  const files: Record<string, number> = {};
  const all = [...shoot.cameras, ...shoot.recordings];
  for (const [index, file] of all.entries()) {
    signal?.throwIfAborted();
    onProgress?.(index / all.length, file.name);
    const relative = `${file.card}/${file.name}`;
    const path = join(targetFolder, file.card, file.name);
    if (known[relative] === undefined || known[relative] !== (await sizeOf(path))) {
      await writeWhole(path, (part) =>
        'channels' in file
          ? writeRecording(join(shootFolder, file.file), part, file, shoot, signal)
          : copyAsset(join(shootFolder, file.file), part),
      );
    }
    files[relative] = (await stat(path)).size;
    await writeWhole(stampPath, (part) =>
      writeFile(part, JSON.stringify({ shoot: identity, files: { ...known, ...files } })),
    );
  }
  onProgress?.(1, '');
  const pathOf = ({ card, name }: { card: string; name: string }) => join(targetFolder, card, name);
  return {
    shoot,
    cardFolders: cards.map((card) => join(targetFolder, card)),
    cameraFiles: shoot.cameras.map(pathOf),
    recorderFiles: shoot.recordings.map(pathOf),
  };
}

async function removeHalfFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
}

/** Sizes of the files of an earlier expansion of the same shoot; none when there was none or it was of another. */
async function readStamp(path: string, identity: string): Promise<Readonly<Record<string, number>>> {
  try {
    const stamp = stampSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return stamp.shoot === identity ? stamp.files : {};
  } catch {
    return {};
  }
}

async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch {
    return null;
  }
}

async function writeWhole(path: string, write: (partPath: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomUUID().slice(0, 8)}.part`;
  try {
    await write(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function copyAsset(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw damaged(from, cause);
  }
}

function damaged(path: string, cause?: unknown): TwopopError {
  return new TwopopError(
    {
      code: 'demo-damaged',
      message: `The demo shoot is not whole: ${path} is missing or damaged. Your projects are not touched.`,
      remedy: 'Install Twopop again, or check the file out again.',
    },
    { cause },
  );
}

/** Writes one recorder file, as a recorder of the field would have: bext with its `sKEY=` lines, iXML, poly. */
async function writeRecording(
  from: string,
  to: string,
  recording: DemoRecording,
  shoot: DemoShoot,
  signal: AbortSignal | undefined,
): Promise<void> {
  if ((await sizeOf(from)) === null) throw damaged(from);
  const dry = await decodeAudio(from, signal ? { signal } : {});
  if (dry.sampleRate !== shoot.sampleRate) throw damaged(from);
  const channels = new RecorderChannels(recording.channels, dry.channelCount, recording.timeReferenceSamples);
  const trackNames = recording.channels.map(({ name }) => name);
  const { scene, take, tape, circled, note, date, time, timeReferenceSamples: timeReference } = recording;
  const description = [
    `sSPEED=${frameRateName(shoot.frameRate).padStart(7, '0')}-${shoot.frameRate.drop ? 'DF' : 'ND'}`,
    `sTAKE=${take}`,
    `sSCENE=${scene}`,
    `sTAPE=${tape}`,
    `sCIRCLED=${circled ? 'TRUE' : 'FALSE'}`,
    `sNOTE=${note}`,
    ...trackNames.map((name, index) => `sTRK${index + 1}=${name}`),
  ].join('\r\n');
  const writer = await WaveWriter.create(to, {
    format: 's24',
    channelCount: trackNames.length,
    sampleRate: shoot.sampleRate,
    bext: {
      description,
      originator: 'Twopop demo shoot',
      originatorReference: `${tape}${date.replaceAll('-', '')}${time.replaceAll(':', '')}`,
      date,
      time,
      timeReference,
      codingHistory: `A=PCM,F=${shoot.sampleRate},W=24,M=poly,T=synthetic speech`,
    },
    ixml: {
      project: shoot.title,
      scene,
      take,
      tape,
      circled,
      note,
      frameRate: shoot.frameRate,
      timeReference,
      trackNames,
    },
  });
  try {
    for await (const chunk of dry.chunks) await writer.append(channels.mix(chunk));
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  if ((await writer.finish()) !== recording.lengthSamples) throw damaged(from);
}
