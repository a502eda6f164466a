import { availableParallelism } from 'node:os';
import { fewAtOnce } from '../files/few-at-once.ts';
import { type DecodingPlan, decodingArguments, planDecoding } from './decode-audio.ts';
import { decodedLayout, decodePlanned, pcmOutput, tellFraction } from './decode-to-file.ts';
import { runFfmpeg } from './ffmpeg.ts';
import type { PcmLayout } from './pcm-layout.ts';

/** Longer files are decoded by themselves: starting ffmpeg is little of it, and their samples take room. */
const longSeconds = 300;
const mostFilesInRun = 8;
const mostSecondsInRun = 900;
/** Files that were planned go no later than this, whatever a slow disk holds up of those asked for with them. */
const waitMs = 1000;

type Decoding = {
  readonly plan: DecodingPlan;
  readonly target: string;
  readonly onFraction: ((fraction: number) => void) | undefined;
  readonly resolve: (layout: PcmLayout) => void;
  readonly reject: (error: unknown) => void;
};

export type DecodeTogetherOptions = {
  readonly channels?: 'all' | number;
  /** When the file is come for; what has none is waited for already. */
  readonly turn?: Promise<void> | undefined;
  /** Told how long the file is, as far as it says, and whether it is long and waits for its turn. */
  readonly onPlanned?: ((plan: { readonly frames: number; readonly waitsForTurn: boolean }) => void) | undefined;
  readonly onFraction?: ((fraction: number) => void) | undefined;
};

/**
 * Decodes files to 16-bit PCM as `decodeToFile` does, sample for sample. Files that are waited for are decoded at once,
 * each by itself. Of those that are asked for ahead of their turn several short ones go in one run of ffmpeg: most of
 * what a clip of a minute takes is the start of the program. What is asked for while a run is going on makes up the
 * next. A run that fails, or complains more than a file may that is good for something, is done again file by file, so
 * that a damaged file touches no other.
 */
export class DecodeTogether {
  private readonly sampleRate: number;
  private readonly signal: AbortSignal;
  private readonly waiting: Decoding[] = [];
  private readonly cores: number;
  private readonly mostRuns: number;
  private readonly longestWaitMs: number;
  private planning = 0;
  private runs = 0;
  private longestWait: NodeJS.Timeout | undefined;

  constructor(
    sampleRate: number,
    signal: AbortSignal,
    { cores = availableParallelism(), longestWaitMs = waitMs }: { cores?: number; longestWaitMs?: number } = {},
  ) {
    this.sampleRate = sampleRate;
    this.signal = signal;
    this.cores = cores;
    this.longestWaitMs = longestWaitMs;
    // ffmpeg keeps a core busy, and what it decoded is worked on by another.
    this.mostRuns = Math.max(1, cores >> 1);
  }

  /**
   * The sound of one file at `target`; errors and abort are those of `decodeToFile`. A long file waits for its `turn`
   * before it is decoded, so that no more of them lie there than are worked on.
   */
  async decode(path: string, target: string, options: DecodeTogetherOptions = {}): Promise<PcmLayout> {
    const { channels = 'all', turn, onPlanned, onFraction } = options;
    const isAhead = turn !== undefined;
    let plan: DecodingPlan;
    let wait: Promise<PcmLayout> | undefined;
    if (isAhead) this.planning += 1;
    try {
      plan = await planDecoding(path, { sampleRate: this.sampleRate, channels, signal: this.signal }, 's16');
      const isShort = secondsOf(plan) <= longSeconds;
      if (isAhead && isShort)
        wait = new Promise((resolve, reject) => this.waiting.push({ plan, target, onFraction, resolve, reject }));
      onPlanned?.({ frames: plan.expectedFrames ?? Number.POSITIVE_INFINITY, waitsForTurn: isAhead && !isShort });
    } finally {
      if (isAhead) {
        this.planning -= 1;
        this.start();
      }
    }
    if (wait) return wait;
    await turn;
    return this.decodeAlone(plan, target, onFraction);
  }

  private start(isLate = false): void {
    // Files that were asked for together are run together.
    if (this.planning > 0 && !isLate) {
      if (this.waiting.length > 0) this.longestWait ??= setTimeout(() => this.start(true), this.longestWaitMs);
      return;
    }
    clearTimeout(this.longestWait);
    this.longestWait = undefined;
    while (this.runs < this.mostRuns && this.waiting.length > 0) {
      const together: Decoding[] = [];
      for (let seconds = 0; together.length < mostFilesInRun && this.waiting.length > 0; ) {
        seconds += secondsOf(this.waiting[0]!.plan);
        if (together.length > 0 && seconds > mostSecondsInRun) break;
        together.push(this.waiting.shift()!);
      }
      this.runs += 1;
      void this.run(together).finally(() => {
        this.runs -= 1;
        this.start();
      });
    }
  }

  private async run(together: readonly Decoding[]): Promise<void> {
    const isWhole = together.length > 1 && (await this.runWhole(together));
    await fewAtOnce(together, this.cores, ({ plan, target, onFraction, resolve, reject }) =>
      (isWhole ? decodedLayout(plan, target) : this.decodeAlone(plan, target, onFraction)).then(resolve, reject),
    );
  }

  /** Whether every file of the run was decoded as it would be by itself. */
  private async runWhole(together: readonly Decoding[]): Promise<boolean> {
    const decodings = together.map(({ plan, target }) => ({ plan, output: pcmOutput(target) }));
    let words = 0;
    try {
      await runFfmpeg(together[0]!.plan.path, decodingArguments(decodings), {
        signal: this.signal,
        onLine: (line) => {
          words += Number(/Last message repeated (\d+) times/.exec(line)?.[1] ?? 1);
        },
        onProgressSeconds: (seconds) => {
          for (const { plan, onFraction } of together) tellFraction(plan, onFraction, seconds);
        },
      });
    } catch {
      // Told, file by file, when each is tried by itself; an abort too.
      return false;
    }
    // By itself a file is refused where two thirds of its packets fail, each with a word; there are ten and more a
    // second.
    return words <= Math.min(...together.map(({ plan }) => secondsOf(plan)));
  }

  private decodeAlone(plan: DecodingPlan, target: string, onFraction: Decoding['onFraction']): Promise<PcmLayout> {
    return decodePlanned(plan, target, { signal: this.signal, onFraction });
  }
}

function secondsOf({ expectedFrames, sampleRate }: DecodingPlan): number {
  return expectedFrames === null ? Number.POSITIVE_INFINITY : expectedFrames / sampleRate;
}
