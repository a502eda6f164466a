import { createRequire } from 'node:module';
import type { PcmFormat, PlanSource } from '../../src-shared/engine/render-plan.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';

/**
 * The native engine as TypeScript sees it. This folder compiles the document into plans, renders them (bounce and
 * preview), and builds peaks. It never writes the document.
 */

/** A plan inside the engine, opened by `openPlan`. Opaque; it ends with `closePlan` or when nothing holds it. */
export type PlanHandle = { readonly __native: 'plan' };

/** One channel of an output. A mono track before its pan has the same sound on every side; `mono` is (left + right) / 2. */
export type BounceChannel =
  | { readonly bus: 'master'; readonly side: BusSide }
  | { readonly bus: 'stem'; readonly index: number; readonly side: BusSide }
  | {
      readonly bus: 'track';
      readonly index: number;
      readonly side: BusSide;
      /** `pre-fader`: clips with their gains and fades; `post-fader`: and the track's gain; `post-pan`: and its pan. */
      readonly tap: 'pre-fader' | 'post-fader' | 'post-pan';
    };
export type BusSide = 'left' | 'right' | 'mono';

export type BounceSampleFormat = 's16' | 's24' | 'f32';

/** One file of a bounce: `headerBytes`, the interleaved samples of `channels`, `trailerBytes`. */
export type BounceOutput = {
  readonly path: string;
  readonly headerBytes: Uint8Array;
  readonly trailerBytes?: Uint8Array;
  readonly channels: readonly BounceChannel[];
  readonly sampleFormat: BounceSampleFormat;
  /** Triangular dither; of no effect on f32. */
  readonly dither: boolean;
};

/** What is known of a written output. `peak` is the largest absolute sample before rounding, 1 is full scale. */
export type OutputReport = {
  readonly path: string;
  readonly framesWritten: number;
  readonly peak: number;
  readonly clippedSamples: number;
};

/** A source that could not be read in whole and was silence instead. `source` is its index in the plan. */
export type SourceProblem = {
  readonly source: number;
  readonly path: string;
  readonly kind: 'missing' | 'unreadable' | 'too-short';
  readonly message: string;
};

export type BounceResult = { readonly outputs: readonly OutputReport[]; readonly problems: readonly SourceProblem[] };

/** A PCM file for the peak builder: a plan's source, with its place for the peak file. */
export type PeakRequest = PlanSource & { readonly outPath: string; readonly threads?: number };

type NativeJob<T> = { readonly done: Promise<T>; cancel(): void };

/** What the addon exports. Rejections carry a `code`; `runNative` makes them errors for people. */
export type EngineAddon = {
  openPlan(bytes: Uint8Array): PlanHandle;
  closePlan(plan: PlanHandle): void;
  planProblems(plan: PlanHandle): SourceProblem[];
  renderRange(plan: PlanHandle, fromSample: number, frames: number): Promise<Float32Array>;
  bounce(
    plan: PlanHandle,
    request: {
      readonly fromSample: number;
      readonly lengthSamples: number;
      readonly outputs: readonly BounceOutput[];
      readonly threads?: number;
      readonly ditherSeed?: number;
    },
    onProgress?: (portion: number) => void,
  ): NativeJob<BounceResult>;
  buildPeaks(request: PeakRequest, onProgress?: (portion: number) => void): NativeJob<{ levelCount: number }>;
  readSamples(source: PlanSource, channel: number, fromSample: number, frames: number): Promise<Float32Array>;
};

export type { PcmFormat };

let loaded: EngineAddon | undefined;

/**
 * The native engine, loaded once. Throws `engine-not-built` where it was never built or was built for another machine.
 * The path holds in the source tree, in the built application and inside its package alike.
 */
export function engineAddon(): EngineAddon {
  loaded ??= loadAddon('../../native/build/Release/twopop.node');
  return loaded;
}

/** Loads an addon by its path relative to this file; apart from {@link engineAddon} for tests. */
export function loadAddon(path: string): EngineAddon {
  try {
    return createRequire(import.meta.url)(path) as EngineAddon;
  } catch (cause) {
    throw new TwopopError(
      {
        code: 'engine-not-built',
        message: `The audio engine could not be loaded: ${(cause as Error).message.split('\n')[0]}.`,
        remedy:
          'The project is untouched. Run "npm run postinstall" in the folder of Twopop; it needs a C++17 compiler, make ' +
          'and Python 3 (Debian/Ubuntu: sudo apt-get install -y build-essential python3).',
      },
      { cause },
    );
  }
}

const remedies: Record<string, string> = {
  'disk-full': 'What was half-written was removed. Free some space or choose another disk, then try again.',
  'file-denied': 'Nothing was left behind. Choose a folder that you may write to, or change its permissions.',
  'file-missing': 'Bring the file or folder back to where it was, or choose another one, then try again.',
  'file-failed': 'Nothing was left behind. Check that the disk is connected and sound, then try again.',
  'out-of-memory': 'The project is untouched. Close other programs and try again.',
  'plan-invalid': 'Nothing was changed. Undo the last edit and report this with the log.',
};

/** Awaits native work and turns its rejection into a {@link TwopopError}; `cancelled` becomes the signal's own reason. */
export async function runNative<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toTwopopError(cause, signal);
  }
}

/** Runs a job that a signal can cancel; see {@link runNative}. */
export async function runNativeJob<T>(start: () => NativeJob<T>, signal?: AbortSignal): Promise<T> {
  signal?.throwIfAborted();
  return runNative(async () => {
    const job = start();
    signal?.addEventListener('abort', job.cancel, { once: true });
    try {
      return await job.done;
    } finally {
      signal?.removeEventListener('abort', job.cancel);
    }
  }, signal);
}

function toTwopopError(cause: unknown, signal?: AbortSignal): unknown {
  const error = cause as { code?: unknown; message?: unknown };
  if (error.code === 'cancelled') return signal?.reason ?? new DOMException('cancelled', 'AbortError');
  const remedy = typeof error.code === 'string' ? remedies[error.code] : undefined;
  if (!remedy) return cause;
  return new TwopopError({ code: error.code as string, message: `${error.message}.`, remedy }, { cause });
}
