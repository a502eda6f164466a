import type { SourceRow } from '../../src-shared/model/rows.ts';
import type { ErrorReport } from '../../src-shared/rpc/error.ts';
import type { SyncOutcome, SyncProgress } from '../sync/sync-input.ts';
import type { JobContext } from './job-runner.ts';

/** What of the work on a camera clip is listening to it; the rest is matching. */
const LISTENING_SHARE = 0.7;
/** Every file takes some time, however short it is: as much as this many seconds of sound. */
const LEAST_SECONDS = 2;

type Part = { readonly name: string; readonly weight: number; readonly item: number | null; done: number };

/**
 * Tells of a sync clip by clip: each camera clip an item of the job, and the whole by the seconds of sound worked
 * through, recorder files included. Never goes back.
 */
export class SyncProgressMeter {
  private readonly context: JobContext;
  private readonly parts = new Map<string, Part>();
  private readonly total: number;
  private done = 0;
  /** Camera clips that have a result. */
  decidedCount = 0;

  constructor(cameras: readonly SourceRow[], recorders: readonly SourceRow[], context: JobContext) {
    this.context = context;
    const part = (row: SourceRow, item: number | null): [string, Part] => [
      String(row.id),
      { name: row.name, weight: row.lengthSamples / row.sampleRate + LEAST_SECONDS, item, done: 0 },
    ];
    // A recorder file that was asked for as a camera too is one file with one progress.
    for (const row of recorders) this.parts.set(...part(row, null));
    for (const [index, row] of cameras.entries()) this.parts.set(...part(row, index));
    this.total = [...this.parts.values()].reduce((sum, { weight }) => sum + weight, 0);
    context.setItems(cameras.map((row) => row.name));
  }

  nameOf(id: string): string {
    return this.parts.get(id)?.name ?? id;
  }

  progress({ stage, id, fraction }: SyncProgress): void {
    const part = this.parts.get(id);
    if (!part) return;
    const isListening = stage === 'listening';
    const portion = isListening ? LISTENING_SHARE * fraction : LISTENING_SHARE + (1 - LISTENING_SHARE) * fraction;
    this.advance(part, part.item === null ? fraction : portion);
    this.context.progress(this.done / this.total, `${isListening ? 'Listening to' : 'Matching'} ${part.name}`);
    // What comes of it is told when it is decided.
    if (part.item === null || part.done >= 1) return;
    const note = isListening ? 'listening' : 'matching';
    this.context.item(part.item, { state: 'running', progress: part.done, note });
  }

  decided(outcome: SyncOutcome): void {
    const part = this.parts.get(outcome.camera);
    if (!part || part.item === null) return;
    this.decidedCount += 1;
    this.advance(part, 1);
    this.context.progress(this.done / this.total);
    const note =
      'pairs' in outcome
        ? `matched with ${outcome.pairs.map(({ recorder }) => this.nameOf(recorder)).join(' and ')}`
        : `unmatched: ${outcome.reason}`;
    this.context.item(part.item, { state: 'done', progress: 1, note });
  }

  /** A camera clip that is left out. */
  failed(id: string, error: ErrorReport): void {
    const part = this.parts.get(id);
    if (!part || part.item === null) return;
    this.advance(part, 1);
    this.context.item(part.item, { state: 'failed', error, note: undefined });
  }

  /** A camera clip that was removed from the project meanwhile. */
  gone(id: string): void {
    const part = this.parts.get(id);
    if (!part || part.item === null) return;
    this.advance(part, 1);
    this.context.item(part.item, { state: 'cancelled', note: 'removed from the project meanwhile' });
  }

  private advance(part: Part, portion: number): void {
    const portionDone = Math.max(part.done, Math.min(1, portion));
    this.done += (portionDone - part.done) * part.weight;
    part.done = portionDone;
  }
}
