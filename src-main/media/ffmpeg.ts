import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TwopopError } from '../../src-shared/rpc/error.ts';
import { cancelledError, mediaError, shownName } from './media-error.ts';

/**
 * The one place that finds and starts ffmpeg. It is always started with an argument array, without standard input,
 * may open local files and its pipes only, and may use only the demuxers listed here (a playlist under a media name
 * could otherwise make it open other files).
 */

const demuxers = 'mov,mp4,mxf,matroska,webm,avi,mpeg,mpegts,wav,w64,aiff,flac,mp3,aac,ogg,caf,asf,flv,dv,ac3,eac3';

/** What goes before every media input given to ffmpeg. */
export function inputArguments(path: string): string[] {
  return ['-protocol_whitelist', 'file,pipe', '-format_whitelist', demuxers, '-i', `file:${path}`];
}

export type FfmpegProgram = { readonly path: string; readonly version: string };

let found: Promise<FfmpegProgram | null> | undefined;

/**
 * Finds ffmpeg: `FFMPEG_BIN`, then the ffmpeg-static package, then PATH; null when there is none that runs. Looked
 * for once a process; `refresh` looks again.
 */
export function findFfmpeg(options: { refresh?: boolean } = {}): Promise<FfmpegProgram | null> {
  if (!found || options.refresh) found = searchFfmpeg();
  return found;
}

async function searchFfmpeg(): Promise<FfmpegProgram | null> {
  for (const path of candidates()) {
    const version = await versionOf(path);
    if (version) return { path, version };
  }
  return null;
}

function candidates(): string[] {
  const list: string[] = [];
  const named = process.env.FFMPEG_BIN;
  if (named) list.push(named);
  try {
    const bundled: unknown = createRequire(import.meta.url)('ffmpeg-static');
    // Inside an application archive the binary lies in the unpacked folder beside it.
    if (typeof bundled === 'string') list.push(bundled.replace(/\.asar([\\/])/, '.asar.unpacked$1'));
  } catch {
    // An optional dependency: left out where its download was refused.
  }
  const name = process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) if (folder) list.push(join(folder, name));
  // The same program by two names is one; a name may matter to what it leads to, so names stay as they are.
  const programs = new Map<string, string>();
  for (const path of list)
    try {
      accessSync(path, constants.X_OK);
      const real = realpathSync(path);
      if (!programs.has(real)) programs.set(real, path);
    } catch {
      // Not there, or not to be run.
    }
  return [...programs.values()];
}

function versionOf(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(path, ['-hide_banner', '-version'], { timeout: 15_000, maxBuffer: 1 << 20 }, (error, stdout) => {
      const match = /^ffmpeg version (\S+)/m.exec(stdout);
      resolve(error || !match ? null : (match[1] ?? null));
    });
  });
}

/** The ffmpeg to use; throws `ffmpeg-missing`, which says how to get it. */
export async function requireFfmpeg(): Promise<FfmpegProgram> {
  const program = await findFfmpeg();
  if (program) return program;
  throw mediaError(
    'ffmpeg-missing',
    'There is no ffmpeg on this machine. WAV files at the project’s rate can be imported without it, nothing else.',
    'Install it (Debian and Ubuntu: sudo apt-get install ffmpeg; Fedora: sudo dnf install ffmpeg-free; macOS: brew ' +
      'install ffmpeg; Windows: winget install ffmpeg), or name one in the environment variable FFMPEG_BIN.',
  );
}

/** Where the ffmpeg to start lies. Where there is but one, starting it tells as much as asking it for its version first. */
async function ffmpegPath(): Promise<string> {
  const [only, ...others] = found ? [] : candidates();
  return only && others.length === 0 ? only : (await requireFfmpeg()).path;
}

/** How long a look at a file may take, also on a slow network disk. */
export const lookLimitMs = 120_000;

export type FfmpegRun = {
  readonly signal?: AbortSignal | undefined;
  /** Each line that ffmpeg writes to standard error. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Ends the process after that long: for runs that only look at a file. */
  readonly timeLimitMs?: number;
  /** What ffmpeg is to read as `pipe:0`, a piece at a time as fast as it takes them. */
  readonly stdin?: AsyncIterable<Uint8Array> | undefined;
};

/** Resolves with what ffmpeg ended with and the last 16 KB of standard error; rejects only when it could not be started. */
export type FfmpegEnd = { readonly exitCode: number | null; readonly stderrTail: string };

export type RunningFfmpeg = { readonly stdout: Readable; readonly done: Promise<FfmpegEnd>; readonly kill: () => void };

const tailLimit = 16_384;
const lineLimit = 8192;

/** Starts ffmpeg; its standard output is the caller's to read. Abort or `kill` ends the process at once. */
export async function startFfmpeg(args: readonly string[], run: FfmpegRun = {}): Promise<RunningFfmpeg> {
  const path = await ffmpegPath();
  run.signal?.throwIfAborted();
  const child = spawn(path, ['-hide_banner', '-nostdin', ...args], {
    stdio: [run.stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const kill = () => void child.kill('SIGKILL');
  run.signal?.addEventListener('abort', kill, { once: true });
  const limit = run.timeLimitMs ? setTimeout(kill, run.timeLimitMs) : undefined;
  const fed = run.stdin && child.stdin ? feed(run.stdin, child.stdin, kill) : Promise.resolve();
  const done = Promise.all([endOf(child, run.onLine), fed])
    .then(([end]) => end)
    .finally(() => {
      clearTimeout(limit);
      run.signal?.removeEventListener('abort', kill);
    });
  // A caller that gives up early on stdout need not also wait for the end.
  done.catch(() => {});
  return { stdout: child.stdout as Readable, done, kill };
}

/** Feeds the process; an error of the source ends it and comes out, a process that stops reading does not matter here. */
async function feed(source: AsyncIterable<Uint8Array>, stdin: Writable, kill: () => void): Promise<void> {
  let failure: unknown;
  const guarded = async function* () {
    try {
      yield* source;
    } catch (error) {
      failure = error;
      kill();
    }
  };
  await pipeline(guarded(), stdin).catch(() => {});
  if (failure) throw failure;
}

function endOf(child: ChildProcess, onLine: ((line: string) => void) | undefined): Promise<FfmpegEnd> {
  let tail = '';
  let pending = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    tail = (tail + text).slice(-tailLimit);
    if (!onLine) return;
    const lines = (pending + text).split(/\r\n|\n|\r/);
    pending = (lines.pop() ?? '').slice(-lineLimit);
    for (const line of lines) onLine(line);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) =>
      reject(mediaError('ffmpeg-failed', `ffmpeg could not be started: ${error.message}.`, 'Install ffmpeg again.')),
    );
    child.once('close', (exitCode) => {
      if (onLine && pending) onLine(pending);
      resolve({ exitCode, stderrTail: tail });
    });
  });
}

/**
 * Runs ffmpeg to its end for the file at `path`, reporting progress as seconds of output done. Throws
 * `media-cancelled` when aborted and what {@link ffmpegFailure} says when it fails.
 */
export async function runFfmpeg(
  path: string,
  args: readonly string[],
  run: FfmpegRun & { readonly onProgressSeconds?: (seconds: number) => void } = {},
): Promise<FfmpegEnd> {
  if (run.signal?.aborted) throw cancelledError(path);
  const { stdout, done } = await startFfmpeg(['-nostats', '-progress', 'pipe:1', ...args], run);
  let pending = '';
  stdout.setEncoding('utf8');
  stdout.on('data', (text: string) => {
    const lines = (pending + text).split('\n');
    pending = (lines.pop() ?? '').slice(-lineLimit);
    for (const line of lines) {
      const match = /^out_time_us=(\d+)/.exec(line);
      if (match) run.onProgressSeconds?.(Number(match[1]) / 1e6);
    }
  });
  const end = await done;
  if (run.signal?.aborted) throw cancelledError(path);
  if (end.exitCode !== 0) throw ffmpegFailure(path, end);
  return end;
}

const failures: readonly (readonly [RegExp, () => [Parameters<typeof mediaError>[0], string, string]])[] = [
  [
    /No space left on device|Disk quota exceeded/i,
    () => [
      'media-disk-full',
      'could not be written: the disk is full',
      'Free some space and import it again; nothing half-written was kept.',
    ],
  ],
  [
    /Permission denied/i,
    () => ['media-unreadable', 'may not be read by you', 'Change its permissions, or copy it to a place of your own.'],
  ],
  [
    /No such file or directory/i,
    () => [
      'media-missing',
      'is not there',
      'Check that the disk is mounted and the file was not moved, then try again.',
    ],
  ],
  [
    /moov atom not found/i,
    () => [
      'media-truncated',
      'has no index: the recording was cut off before the camera closed it',
      'Copy it from the card again; if it is the same there, repair it with the camera’s own tool.',
    ],
  ],
  [
    /: End of file\s*$/i,
    () => ['media-truncated', 'is cut off before anything in it could be read', 'Copy it from the card again.'],
  ],
  [
    /Invalid data found|not in allowed|not on whitelist|misdetection|Format .* detected only with low score|Unknown input format/i,
    () => [
      'media-not-media',
      'is not a sound or picture file that can be read',
      'Check that it is what its name says; copy it from the card again.',
    ],
  ],
  [
    /Decoder .* not found|no decoder found|Unknown decoder|Unsupported codec/i,
    () => [
      'media-unsupported',
      'is in a coding that this ffmpeg does not read',
      'Convert it to WAV or ProRes first, or install a complete ffmpeg.',
    ],
  ],
];

/** What a failed run means for the file, from what ffmpeg printed last. */
export function ffmpegFailure(path: string, end: FfmpegEnd): TwopopError {
  const name = shownName(path);
  for (const [pattern, make] of failures)
    if (pattern.test(end.stderrTail)) {
      const [code, what, remedy] = make();
      return mediaError(code, `“${name}” ${what}.`, remedy);
    }
  const last =
    end.stderrTail
      .trim()
      .split(/[\r\n]+/)
      .at(-1)
      ?.slice(0, 300) ?? '';
  return mediaError(
    'ffmpeg-failed',
    `“${name}” could not be converted${last ? `; ffmpeg said: ${last}` : ''}.`,
    'Play the file in another program to check it, or copy it from the card again.',
  );
}
