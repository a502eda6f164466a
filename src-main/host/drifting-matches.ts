import type { SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { DriftPlan } from './drift-plan.ts';
import type { JobContext } from './job-runner.ts';

/** A stretch of a match with a drift to correct; a match may have several. `item` is the match's place among the job's items. */
export type Drifting = {
  readonly item: number;
  readonly match: SyncMatchRow;
  readonly camera: SourceRow;
  readonly recorder: SourceRow;
  readonly plan: DriftPlan;
  /** What a copy of the stretch is called: one name for each. */
  readonly copyName: string;
};

/** The match that a stretch belongs to: by it stretches are grouped. */
export function byMatch({ match }: Drifting): number {
  return match.id;
}

/** Files under way at once: each is an ffmpeg of its own, beside whatever else runs. */
const FILES_AT_ONCE = 2;

/**
 * Does the same for each, two at a time, with progress by the length of the stretch. The first that fails ends the
 * others and comes out when they have ended. `doing` says what is done, before the recorder file's name.
 */
export async function eachDrifting(
  parts: readonly Drifting[],
  context: JobContext,
  doing: string,
  work: (part: Drifting, signal: AbortSignal, onProgress: (fraction: number) => void) => Promise<void>,
): Promise<void> {
  const failing = new AbortController();
  const signal = AbortSignal.any([context.signal, failing.signal]);
  const weight = ({ plan, recorder }: Drifting) => plan.lengthSamples * recorder.channelCount;
  const total = parts.reduce((sum, part) => sum + weight(part), 0);
  let done = 0;
  const items = new Map<number, { total: number; done: number; left: number }>();
  for (const part of parts) {
    const of = items.get(part.item) ?? { total: 0, done: 0, left: 0 };
    items.set(part.item, { total: of.total + weight(part), done: 0, left: of.left + 1 });
  }
  const waiting = [...parts];
  const lane = async () => {
    for (let part = waiting.shift(); part && !signal.aborted; part = waiting.shift()) {
      const { item, recorder, camera } = part;
      const whole = items.get(item)!;
      const detail = `${doing} ${recorder.name} for ${camera.name}`;
      let told = 0;
      const advance = (fraction: number) => {
        if (fraction < 1 && fraction < told + 0.01) return;
        const more = (fraction - told) * weight(part!);
        done += more;
        whole.done += more;
        told = fraction;
        context.item(item, { state: 'running', progress: Math.min(1, whole.done / whole.total) });
        context.progress(done / total, detail);
      };
      context.item(item, { state: 'running' });
      try {
        await work(part, signal, advance);
        advance(1);
        whole.left -= 1;
        if (whole.left === 0) context.item(item, { state: 'done', progress: 1 });
      } catch (error) {
        if (!signal.aborted) context.item(item, { state: 'failed', error: toErrorReport(error) });
        failing.abort();
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: FILES_AT_ONCE }, lane));
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  // What the others say is only that they were stopped.
  const cause = failures.find((error) => !isStop(error)) ?? failures[0];
  if (cause !== undefined) throw cause;
}

/** Whether it says only that the work was stopped. */
export function isStop(error: unknown): boolean {
  return error instanceof TwopopError && error.code === 'media-cancelled';
}
