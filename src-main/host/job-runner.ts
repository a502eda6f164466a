import { randomUUID } from 'node:crypto';
import { type ErrorReport, toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Job, JobItem } from '../../src-shared/rpc/schemas.ts';
import { Broadcast, type Subscription } from './broadcast.ts';

/** At most ten events a second a job, as the contract says. */
const EVENT_INTERVAL_MS = 100;
/**
 * How many run beside each other. Takes are read one at a time: more would only take the disk from what records. Proxies are made one at a time in a lane of their own, so that work which somebody
 * waits for never stands behind them. Imports, too, go one after the other, each two files at a time: two of the same
 * files at once would each miss what the other adds. So do syncs and accepting, for the same reason. The demo only
 * starts other jobs and waits for them.
 */
const LANES = { work: 2, import: 1, take: 1, sync: 1, assess: 1, accept: 1, proxy: 1, demo: 1 } as const;
type Lane = keyof typeof LANES;
/** Finished jobs that a view may still show. */
const KEPT_JOBS = 200;

/** A job as the project remembers it: enough to go on with it in another process. */
export type JobRecord = {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly state: Job['state'];
  readonly label: string;
  /** What was asked and how far it came; JSON values, read by the job's own kind alone. */
  readonly request: unknown;
};

/** Where a project keeps its jobs. */
export interface JobStore {
  save(record: JobRecord): void;
  /** Jobs that had not ended, oldest first. */
  unfinished(): readonly JobRecord[];
}

export type JobContext = {
  readonly jobId: string;
  /** Aborts when the job is cancelled or the project closes. */
  readonly signal: AbortSignal;
  /** Whether it stops because the project closes, and is to go on later. */
  readonly isLeaving: () => boolean;
  progress(progress: number, detail?: string): void;
  /** Names the parts of the work, each with a progress of its own. */
  setItems(names: readonly string[]): void;
  /** Adds a part and returns its index. */
  addItem(name: string): number;
  item(index: number, change: Partial<JobItem>): void;
  addResult(text: string): void;
  /** Says that what came out is not what was asked for. */
  addWarning(text: string): void;
  /** Remembers how far the work came: the request with which it goes on after a restart. */
  checkpoint(request: unknown): void;
};

export type JobPlan = {
  readonly kind: Job['kind'];
  readonly label: string;
  readonly request: unknown;
  /** Given when a job goes on that another process began. */
  readonly id?: string;
  readonly work: (context: JobContext) => Promise<void>;
};

type Entry = {
  /** As it stands, but for `items`. */
  job: Job;
  /** Changed in place: a card of ten thousand files must not be copied at each step of one. */
  readonly items: JobItem[];
  readonly plan: JobPlan;
  readonly abort: AbortController;
  readonly ended: Promise<Job>;
  readonly settle: (job: Job) => void;
  lastEventMs: number;
  timer: NodeJS.Timeout | null;
};

/**
 * Runs long work beside the interface, a few jobs at a time, the others in the order they came. A job that throws has
 * failed with what it threw; one whose signal aborted is cancelled. What a job wrote before, it must have made whole
 * or taken away by itself.
 */
export class JobRunner {
  readonly changes = new Broadcast<Job>();
  private readonly entries = new Map<string, Entry>();
  private readonly waiting: Entry[] = [];
  private store: JobStore | null = null;
  private readonly running: Record<Lane, number> = {
    work: 0,
    import: 0,
    take: 0,
    sync: 0,
    assess: 0,
    accept: 0,
    proxy: 0,
    demo: 0,
  };
  private leaving = false;

  /** From now on jobs are remembered by this project; null where none is open or it is read-only. */
  rememberIn(store: JobStore | null): void {
    this.store = store;
    this.leaving = false;
  }

  start(plan: JobPlan): Job {
    const id = plan.id ?? randomUUID();
    let settle: (job: Job) => void = () => {};
    const ended = new Promise<Job>((resolve) => {
      settle = resolve;
    });
    const job: Job = {
      id,
      kind: plan.kind,
      label: plan.label,
      state: 'queued',
      progress: 0,
      detail: '',
      items: [],
      error: null,
      results: [],
      warnings: [],
    };
    const entry: Entry = {
      job,
      items: [],
      plan,
      abort: new AbortController(),
      ended,
      settle,
      lastEventMs: 0,
      timer: null,
    };
    this.entries.set(id, entry);
    this.remember(entry, plan.request);
    this.waiting.push(entry);
    this.emitNow(entry);
    this.runNext();
    return job;
  }

  /** Every job of this launch, oldest first. */
  list(): readonly Job[] {
    return [...this.entries.values()].map(snapshot);
  }

  /** Every job once as it stands, then each change. */
  async *events(signal?: AbortSignal): AsyncGenerator<Job> {
    const subscription: Subscription<Job> = this.changes.subscribe(signal);
    yield* this.list();
    yield* subscription;
  }

  /** Asks a job to stop; false when there is none or it has ended. */
  cancel(id: string): boolean {
    const entry = this.entries.get(id);
    if (!entry || !isUnfinished(entry.job)) return false;
    entry.abort.abort();
    const queued = this.waiting.indexOf(entry);
    if (queued >= 0) {
      this.waiting.splice(queued, 1);
      this.end(entry, 'cancelled', null);
    }
    return true;
  }

  /** Whether everything stops because the project closes, to go on when it opens again. */
  get isLeaving(): boolean {
    return this.leaving;
  }

  /** Resolves with the job as it ended; null when there is no such job. */
  async whenEnded(id: string): Promise<Job | null> {
    return (await this.entries.get(id)?.ended) ?? null;
  }

  /** Stops everything and waits until it has; what can go on later stays remembered as unfinished. */
  async leave(): Promise<void> {
    this.leaving = true;
    const unfinished = [...this.entries.values()].filter((entry) => isUnfinished(entry.job));
    for (const entry of unfinished) this.cancel(entry.job.id);
    await Promise.all(unfinished.map((entry) => entry.ended));
    this.entries.clear();
    this.store = null;
  }

  private runNext(): void {
    for (const entry of [...this.waiting]) {
      const lane = laneOf(entry.plan.kind);
      if (this.running[lane] >= LANES[lane]) continue;
      this.waiting.splice(this.waiting.indexOf(entry), 1);
      this.running[lane]++;
      this.run(entry).finally(() => {
        this.running[lane]--;
        this.runNext();
      });
    }
  }

  private async run(entry: Entry): Promise<void> {
    this.change(entry, { state: 'running' });
    this.remember(entry, entry.plan.request);
    let request = entry.plan.request;
    const context: JobContext = {
      jobId: entry.job.id,
      signal: entry.abort.signal,
      isLeaving: () => this.leaving,
      progress: (progress, detail) =>
        this.change(entry, { progress: clampToOne(progress), ...(detail === undefined ? {} : { detail }) }),
      setItems: (names) => {
        entry.items.splice(0, entry.items.length, ...names.map(waitingItem));
        this.change(entry, {});
      },
      addItem: (name) => {
        const index = entry.items.push(waitingItem(name)) - 1;
        this.change(entry, {});
        return index;
      },
      item: (index, change) => {
        const item = entry.items[index];
        if (item) entry.items[index] = { ...item, ...change };
        this.change(entry, {});
      },
      addResult: (text) => this.change(entry, { results: [...entry.job.results, text] }),
      addWarning: (text) => this.change(entry, { warnings: [...entry.job.warnings, text] }),
      checkpoint: (next) => {
        request = next;
        this.remember(entry, next);
      },
    };
    try {
      entry.abort.signal.throwIfAborted();
      await entry.plan.work(context);
      this.end(entry, 'done', null, request);
    } catch (error) {
      if (entry.abort.signal.aborted) this.end(entry, 'cancelled', null, request);
      else this.end(entry, 'failed', toErrorReport(error), request);
    }
  }

  private end(
    entry: Entry,
    state: 'done' | 'failed' | 'cancelled',
    error: ErrorReport | null,
    request?: unknown,
  ): void {
    const left = state === 'done' ? 'done' : 'cancelled';
    entry.job = {
      ...entry.job,
      state,
      error,
      progress: state === 'done' ? 1 : entry.job.progress,
    };
    entry.items.forEach((item, index) => {
      if (item.state === 'waiting' || item.state === 'running') entry.items[index] = { ...item, state: left };
    });
    // A project that closes leaves its jobs as they were, to go on when it opens again.
    if (!this.leaving) this.remember(entry, request ?? entry.plan.request);
    this.emitNow(entry);
    entry.settle(snapshot(entry));
    this.forgetOldest();
  }

  private change(entry: Entry, change: Partial<Job>): void {
    if (!isUnfinished(entry.job)) return;
    entry.job = { ...entry.job, ...change };
    const waitMs = entry.lastEventMs + EVENT_INTERVAL_MS - performance.now();
    if (waitMs <= 0) this.emitNow(entry);
    else entry.timer ??= setTimeout(() => this.emitNow(entry), waitMs);
  }

  private emitNow(entry: Entry): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.timer = null;
    entry.lastEventMs = performance.now();
    this.changes.emit(snapshot(entry));
  }

  /** A full disk keeps no job from running or from ending: what is not remembered does not go on after a restart. */
  private remember(entry: Entry, request: unknown): void {
    const { id, kind, state, label } = entry.job;
    try {
      this.store?.save({ id, kind, state, label, request });
    } catch (error) {
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }

  private forgetOldest(): void {
    for (const [id, entry] of this.entries) {
      if (this.entries.size <= KEPT_JOBS) return;
      if (!isUnfinished(entry.job)) this.entries.delete(id);
    }
  }
}

function snapshot(entry: Entry): Job {
  return { ...entry.job, items: [...entry.items] };
}

function waitingItem(name: string): JobItem {
  return { name, state: 'waiting', progress: 0, error: null };
}

function isUnfinished(job: Job): boolean {
  return job.state === 'queued' || job.state === 'running';
}

function laneOf(kind: Job['kind']): Lane {
  return kind === 'bounce' || kind === 'relink' ? 'work' : kind;
}

function clampToOne(progress: number): number {
  return Math.min(1, Math.max(0, progress));
}
