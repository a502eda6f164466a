import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { type JobRecord, JobRunner, type JobStore } from '../../../src-main/host/job-runner.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import type { Job } from '../../../src-shared/rpc/schemas.ts';

class MemoryStore implements JobStore {
  readonly records = new Map<string, JobRecord>();
  save(record: JobRecord): void {
    this.records.set(record.id, record);
  }
  unfinished(): readonly JobRecord[] {
    return [...this.records.values()].filter(({ state }) => state === 'queued' || state === 'running');
  }
}

let runner = new JobRunner();
let store = new MemoryStore();

beforeEach(() => {
  runner = new JobRunner();
  store = new MemoryStore();
  runner.rememberIn(store);
});

const untilAborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));

describe('a job', () => {
  test('goes from queued over running to done, with progress 1 and its results', async () => {
    const states: string[] = [];
    runner.changes.on((job) => states.push(job.state));
    const { id } = runner.start({
      kind: 'bounce',
      label: 'Bounce',
      request: { reel: 1 },
      work: async (context) => {
        context.progress(0.5, 'half');
        context.addResult('Reel.wav');
      },
    });
    const job = await runner.whenEnded(id);
    expect(job).toMatchObject({ state: 'done', progress: 1, detail: 'half', results: ['Reel.wav'], error: null });
    expect(states[0]).toBe('queued');
    expect(states.at(-1)).toBe('done');
    expect(store.records.get(id)).toMatchObject({ state: 'done', request: { reel: 1 } });
  });

  test('runs and ends where it cannot be written down: the disk is full', async () => {
    runner.rememberIn({
      save: () => {
        throw new Error('database or disk is full');
      },
      unfinished: () => [],
    });
    const warnings: string[] = [];
    const hear = (warning: Error) => warnings.push(warning.message);
    process.on('warning', hear);
    const { id } = runner.start({
      kind: 'bounce',
      label: 'Bounce',
      request: null,
      work: async (context) => context.checkpoint({ done: 1 }),
    });
    expect(await runner.whenEnded(id)).toMatchObject({ state: 'done', error: null });
    await delay(0);
    process.off('warning', hear);
    expect(warnings).toContain('database or disk is full');
  });

  test('that throws has failed, with what it threw', async () => {
    const report = { code: 'disk-full', message: 'Full.', remedy: 'Free some.' };
    const { id } = runner.start({
      kind: 'bounce',
      label: 'Bounce',
      request: null,
      work: async (context) => {
        context.setItems(['a', 'b']);
        context.item(0, { state: 'done', progress: 1 });
        throw new TwopopError(report);
      },
    });
    const job = await runner.whenEnded(id);
    expect(job).toMatchObject({ state: 'failed', error: report });
    expect(job?.items.map(({ state }) => state)).toEqual(['done', 'cancelled']);
  });

  test('can be cancelled while it runs and while it waits', async () => {
    const start = () =>
      runner.start({ kind: 'bounce', label: 'Bounce', request: null, work: (context) => untilAborted(context.signal) })
        .id;
    const ids = [start(), start(), start()];
    await delay(5);
    expect(runner.list().map(({ state }) => state)).toEqual(['running', 'running', 'queued']);
    for (const id of [...ids].reverse()) expect(runner.cancel(id)).toBe(true);
    for (const id of ids) expect(await runner.whenEnded(id)).toMatchObject({ state: 'cancelled', error: null });
    expect(runner.cancel(ids[0]!)).toBe(false);
    expect(runner.cancel('unknown')).toBe(false);
  });

  test('sends at most ten events a second, and always its last state', async () => {
    const seen: Job[] = [];
    const { id } = runner.start({
      kind: 'import',
      label: 'Import',
      request: null,
      work: async (context) => {
        for (let step = 0; step < 300; step++) {
          context.progress(step / 300);
          await delay(1);
        }
      },
    });
    runner.changes.on((job) => seen.push(job));
    const startMs = performance.now();
    await runner.whenEnded(id);
    const seconds = (performance.now() - startMs) / 1000;
    expect(seen.length).toBeLessThanOrEqual(seconds * 10 + 3);
    expect(seen.at(-1)).toMatchObject({ state: 'done', progress: 1 });
  });

  test('is told to a late listener as it stands, then as it changes', async () => {
    const { id } = runner.start({ kind: 'import', label: 'Import', request: null, work: () => delay(30) });
    const states: string[] = [];
    for await (const job of runner.events()) {
      states.push(job.state);
      if (job.state === 'done') break;
    }
    expect(states).toEqual(['running', 'done']);
    expect(await runner.whenEnded(id)).toMatchObject({ state: 'done' });
  });

  test('that is under way when the project closes is remembered as unfinished, from its last checkpoint', async () => {
    const { id } = runner.start({
      kind: 'import',
      label: 'Import',
      request: { done: 0 },
      work: async (context) => {
        context.checkpoint({ done: 3 });
        await untilAborted(context.signal);
      },
    });
    await delay(5);
    await runner.leave();
    expect(store.unfinished()).toEqual([
      { id, kind: 'import', label: 'Import', state: 'running', request: { done: 3 } },
    ]);
    expect(runner.list()).toEqual([]);
  });

  test('never runs beside more than one other', async () => {
    let running = 0;
    let most = 0;
    const ids = Array.from(
      { length: 8 },
      () =>
        runner.start({
          kind: 'bounce',
          label: 'Bounce',
          request: null,
          work: async () => {
            most = Math.max(most, ++running);
            await delay(3);
            running--;
          },
        }).id,
    );
    for (const id of ids) await runner.whenEnded(id);
    expect(most).toBe(2);
  });
});
