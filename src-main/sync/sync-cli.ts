import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { type SyncResult, syncResultJson } from '../../src-shared/sync/sync-result.ts';
import { fewAtOnce } from '../files/few-at-once.ts';
import type { OpenTracks } from './assess-tracks.ts';
import { syncClips } from './sync-engine.ts';
import type { OpenSyncAudio, SyncInput } from './sync-input.ts';
import type { SyncKernel } from './sync-kernel.ts';

export const syncHelp = `Usage: twopop sync --cameras FILE... --recorders FILE... [--json -]

Finds for every camera clip the recorder file that holds the same sound, without a project.
  --cameras FILE...    camera clips, or folders: all media files below them
  --recorders FILE...  recorder files, or folders
  --json FILE          print the result as JSON; - is standard output
  --workers N          files worked on at the same time (as many as there are cores)
  --no-timecode        go by the sound alone: what files say of their start is not read
  --tracks             assess the recorder's microphones for every match and suggest one: "tracks" of each pair
                       (level_dbfs, snr_db, direct_to_reverberant_db, clipped_samples, polarity, delay_ms, mixdown,
                       fitness, remark), "suggested_channel" (from 0) and "suggestion_reason"

recorder seconds = offset_samples_at_48k / 48000 + camera seconds * (1 + drift_ppm * 1e-6)
Camera second 0 is the first picture frame; the reference is the direct sound on recorder track 1.
Exit code: 0 every clip was matched, 1 some were not, 2 the arguments are wrong or name what is not there.

Example: twopop sync --cameras A001.mov A002.mov --recorders T01.wav --json -
`;

export type SyncArguments = {
  readonly cameras: readonly string[];
  readonly recorders: readonly string[];
  /** Where the JSON goes; null for lines to read. */
  readonly json: string | null;
  readonly workers: number;
  /** False to leave unread at what time files say they start. */
  readonly timecode: boolean;
  /** Assess the recorder's microphones. */
  readonly tracks: boolean;
};

/** Reads the arguments after `sync`. Several files may follow one option. Throws `usage` when they make no sense. */
export function parseSyncArguments(args: readonly string[]): SyncArguments {
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      cameras: { type: 'string', multiple: true },
      recorders: { type: 'string', multiple: true },
      json: { type: 'string' },
      workers: { type: 'string' },
      'no-timecode': { type: 'boolean' },
      tracks: { type: 'boolean' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const lists = { cameras: [] as string[], recorders: [] as string[] };
  let json: string | null = null;
  let workers = availableParallelism();
  let timecode = true;
  let tracks = false;
  let filling: 'cameras' | 'recorders' | null = null;
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (!filling) throw usage(`“${token.value}” stands before --cameras and --recorders.`);
      lists[filling].push(token.value);
    } else if (token.kind === 'option') {
      filling = null;
      if (token.name === 'cameras' || token.name === 'recorders') {
        filling = token.name;
        if (token.value !== undefined) lists[token.name].push(token.value);
      } else if (token.name === 'json') json = token.value ?? '-';
      else if (token.name === 'workers') workers = Number(token.value);
      else if (token.name === 'no-timecode') timecode = false;
      else if (token.name === 'tracks') tracks = true;
      else throw usage(`There is no option ${token.rawName}.`);
    } else {
      filling = filling ?? null;
    }
  }
  if (lists.cameras.length === 0) throw usage('No camera clip was named.');
  if (lists.recorders.length === 0) throw usage('No recorder file was named.');
  if (!Number.isInteger(workers) || workers < 1 || workers > 64)
    throw usage('--workers takes a whole number from 1 to 64.');
  return { ...lists, json, workers, timecode, tracks };
}

function usage(message: string, remedy = 'See "twopop sync --help".'): TwopopError {
  return new TwopopError({ code: 'usage', message, remedy });
}

/**
 * The files that are named, as they are named, and the media files below folders. Throws `usage` for what is not there
 * and for folders without a media file, before anything is listened to: a mistyped name costs no more than a moment.
 */
async function filesOf(paths: readonly string[], filesBelow: (folder: string) => Promise<string[]>): Promise<string[]> {
  const lists = await fewAtOnce([...new Set(paths)], FILES_AT_ONCE, async (path) => {
    let isFolder: boolean;
    try {
      isFolder = (await stat(path)).isDirectory();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // What is there and cannot be read is told with the result.
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return [path];
      throw usage(`There is no “${path}”. Nothing was listened to.`, 'Check the path, or mount the disk it lies on.');
    }
    if (!isFolder) return [path];
    const below = await filesBelow(path);
    if (below.length === 0) throw usage(`There is no media file in the folder “${path}”.`, 'Name another, or files.');
    return below;
  });
  return [...new Set(lists.flat())];
}

/** Files looked at at once: a card of thousands would else take every handle that a process has. */
const FILES_AT_ONCE = 8;
/** Cameras and recorders are read side by side and share that. */
const HEADERS_AT_ONCE = FILES_AT_ONCE / 2;

export type SyncCommandOptions = {
  readonly args: readonly string[];
  readonly openAudio: OpenSyncAudio;
  readonly openTracks: OpenTracks;
  /** Seconds since midnight at which a file says it starts; null when it does not say or cannot be read. */
  readonly readStart: (path: string) => Promise<number | null>;
  /** The media files below a folder, in order of name. */
  readonly filesBelow: (folder: string) => Promise<string[]>;
  /** Standard output and the line of progress on standard error. */
  readonly write: (text: string) => void;
  readonly writeProgress?: (text: string) => void;
  readonly writeFile: (path: string, text: string) => Promise<void>;
  readonly signal?: AbortSignal;
  readonly kernel?: SyncKernel;
};

/** The `sync` verb. Resolves with the exit code; throws `usage` for wrong arguments and `sync-cancelled`. */
export async function syncCommand(options: SyncCommandOptions): Promise<number> {
  const { args, openAudio, readStart, write, writeProgress } = options;
  if (args.includes('--help') || args.includes('-h')) {
    write(syncHelp);
    return 0;
  }
  const { json, workers, timecode, tracks, ...named } = parseSyncArguments(args);
  const cameras = await filesOf(named.cameras, options.filesBelow);
  const recorders = await filesOf(named.recorders, options.filesBelow);
  const startOf = (path: string) =>
    readStart(path).catch((error: unknown) => {
      writeProgress?.(`timecode of ${path} not read: ${toErrorReport(error).message}\n`);
      return null;
    });
  const inputs = (paths: readonly string[]) =>
    fewAtOnce(
      paths,
      HEADERS_AT_ONCE,
      async (path): Promise<SyncInput> => ({
        id: path,
        path,
        startSeconds: timecode ? await startOf(path) : null,
      }),
    );
  const [cameraInputs, recorderInputs] = await Promise.all([inputs(cameras), inputs(recorders)]);
  const result = await syncClips({
    cameras: cameraInputs,
    recorders: recorderInputs,
    openAudio,
    workerCount: workers,
    ...(tracks ? { openTracks: options.openTracks } : {}),
    ...(options.signal ? { signal: options.signal } : {}),
    ...(options.kernel ? { kernel: options.kernel } : {}),
    ...(writeProgress
      ? {
          onProgress: ({ stage, done, total, id, fraction }) => {
            if (fraction === 1) writeProgress(`${stage} ${done}/${total} ${id}\n`);
          },
        }
      : {}),
  });
  if (json === null) write(syncResultLines(result));
  else {
    const text = `${JSON.stringify(syncResultJson(result), null, 1)}\n`;
    if (json === '-') write(text);
    else await options.writeFile(json, text);
  }
  return result.unmatched.length > 0 || result.skipped.length > 0 ? 1 : 0;
}

/** The result for reading; percents are rounded down, so that only certainty is 100 %. */
export function syncResultLines(result: SyncResult): string {
  const lines = result.pairs.map(
    (pair) =>
      `${pair.camera} -> ${pair.recorder}  ${(pair.offsetSamplesAt48k / 48_000).toFixed(6)} s  ${pair.driftPpm.toFixed(2)} ppm  ` +
      `${pair.method}  ${Math.floor(pair.confidence * 100)} %  ${pair.reason}`,
  );
  for (const clip of result.unmatched) lines.push(`${clip.camera}  unmatched: ${clip.reason}`);
  for (const file of result.skipped) lines.push(`${file.recorder}  not listened to: ${file.reason}`);
  return `${lines.join('\n')}\n`;
}
