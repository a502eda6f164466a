import { availableParallelism } from 'node:os';
import { type DecodingPlan, decodingArguments, planDecoding } from './decode-audio.ts';
import { decodedLayout, pcmOutput } from './decode-to-file.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { cancelledError } from './media-error.ts';
import type { PcmLayout } from './pcm-layout.ts';

/** Longer files are decoded by themselves: starting ffmpeg is little of it, and their samples take room. */
const longSeconds = 300;
const mostFilesInRun = 8;
const mostSecondsInRun = 900;

type Decoding = {
  readonly plan: DecodingPlan;
  readonly target: string;
  readonly onFraction: ((fraction: number) => void) | undefined;
  readonly resolve: (layout: PcmLayout) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Decodes files to 16-bit PCM as `decodeToFile` does, sample for sample, several short ones in one run of ffmpeg: most of
 * what a clip of a minute takes is the start of the program. What is asked for while a run is going on makes up the next.
 * A run that fails, or complains of anything, is done again file by file, so that a damaged file touches no other.
 */
export class DecodeTogether {
  private readonly sampleRate: number;
  private readonly signal: AbortSignal;
  private readonly waiting: Decoding[] = [];
  private readonly mostRuns = Math.max(1, availableParallelism() >> 1);
  private planning = 0;
  private runs = 0;

  constructor(sampleRate: number, signal: AbortSignal) {
    this.sampleRate = sampleRate;
    this.signal = signal;
  }

  /**
   * The sound of one file at `target`; errors and abort are those of `decodeToFile`. A long file waits for its `turn`
   * before it is decoded, so that no more of them lie there than are worked on.
   */
  async decode(
    path: string,
    target: string,
    options: {
      readonly channels?: 'all' | number;
      readonly turn?: Promise<void> | undefined;
      readonly onFraction?: ((fraction: number) => void) | undefined;
    } = {},
  ): Promise<PcmLayout> {
    const { channels = 'all', turn, onFraction } = options;
    this.planning += 1;
    let plan: DecodingPlan;
    let wait: Promise<PcmLayout> | undefined;
    try {
      plan = await planDecoding(path, { sampleRate: this.sampleRate, channels, signal: this.signal }, 's16');
      if (secondsOf(plan) <= longSeconds)
        wait = new Promise((resolve, reject) => this.waiting.push({ plan, target, onFraction, resolve, reject }));
    } finally {
      this.planning -= 1;
      this.start();
    }
    if (wait) return wait;
    await turn;
    return this.decodeAlone(plan, target, onFraction);
  }

  private start(): void {
    // Files that were asked for together are run together.
    if (this.planning > 0) return;
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
    for (const { plan, target, onFraction, resolve, reject } of together)
      await (isWhole ? decodedLayout(plan, target) : this.decodeAlone(plan, target, onFraction)).then(resolve, reject);
  }

  /** Whether every file of the run was decoded without a word. */
  private async runWhole(together: readonly Decoding[]): Promise<boolean> {
    const decodings = together.map(({ plan, target }) => ({ plan, output: pcmOutput(target) }));
    try {
      const end = await runFfmpeg(together[0]!.plan.path, decodingArguments(decodings), {
        signal: this.signal,
        onProgressSeconds: (seconds) => {
          for (const decoding of together) tellFraction(decoding, seconds);
        },
      });
      return end.stderrTail.trim() === '';
    } catch {
      // Told, file by file, when each is tried by itself; an abort too.
      return false;
    }
  }

  private async decodeAlone(
    plan: DecodingPlan,
    target: string,
    onFraction: Decoding['onFraction'],
  ): Promise<PcmLayout> {
    if (this.signal.aborted) throw cancelledError(plan.path);
    await runFfmpeg(plan.path, decodingArguments([{ plan, output: pcmOutput(target) }]), {
      signal: this.signal,
      onProgressSeconds: (seconds) => tellFraction({ plan, onFraction }, seconds),
    });
    return decodedLayout(plan, target);
  }
}

function secondsOf({ expectedFrames, sampleRate }: DecodingPlan): number {
  return expectedFrames === null ? Number.POSITIVE_INFINITY : expectedFrames / sampleRate;
}

function tellFraction({ plan, onFraction }: Pick<Decoding, 'plan' | 'onFraction'>, seconds: number): void {
  if (plan.expectedFrames) onFraction?.(Math.min(1, (seconds * plan.sampleRate) / plan.expectedFrames));
}
