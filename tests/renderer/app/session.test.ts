import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { HostClient, HostLink } from '../../../src-renderer/app/connection.ts';
import { Session } from '../../../src-renderer/app/session.ts';
import type { HostInfo, Job, ProjectInfo } from '../../../src-shared/rpc/schemas.ts';

const INFO: HostInfo = {
  version: '1',
  shell: 'browser',
  platform: 'linux',
  homeFolder: '/home',
  mediaBaseUrl: 'http://127.0.0.1:1',
  engineAvailable: true,
  ffmpegVersion: '7',
  recentProjects: [],
};
const PROJECT: ProjectInfo = {
  id: 'reel',
  name: 'Reel',
  path: '/r/Reel.twopop',
  folder: '/r',
  readOnly: false,
  readOnlyReason: null,
  seq: 3,
  notices: [],
};

type Change = { seq: number; kind: 'command'; label: string; diff: []; canUndo: string; canRedo: null };
const commit = (seq: number): Change => ({
  seq,
  kind: 'command',
  label: `edit ${seq}`,
  diff: [],
  canUndo: 'x',
  canRedo: null,
});

/** A host whose commits are numbered and whose connections can be cut. */
class NumberedHost {
  readonly asked: number[] = [];
  last = 3;
  snapshots = 0;
  jobs: Job[] = [];
  #cut: (() => void) | null = null;
  #wake: (() => void)[] = [];
  readonly #pending: { project: ProjectInfo[]; job: Job[] } = { project: [], job: [] };

  tellProject(project: ProjectInfo): void {
    this.#pending.project.push(project);
    for (const wake of this.#wake.splice(0)) wake();
  }

  tellJob(job: Job): void {
    this.#pending.job.push(job);
    for (const wake of this.#wake.splice(0)) wake();
  }

  commit(): void {
    this.last++;
    for (const wake of this.#wake.splice(0)) wake();
  }

  cut(): void {
    this.#cut?.();
    void Promise.resolve().then(() => {
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  open = async (): Promise<HostLink> => {
    let open = true;
    const closed = new Promise<void>((resolve) => {
      this.#cut = () => {
        open = false;
        resolve();
      };
    });
    const host = this;
    async function* told<T>(queue: T[]): AsyncGenerator<T> {
      while (open) {
        yield* queue.splice(0);
        await new Promise<void>((resolve) => host.#wake.push(resolve));
      }
      throw new Error('the queue was closed');
    }
    async function* changes(sinceSeq: number): AsyncGenerator<Change> {
      host.asked.push(sinceSeq);
      for (let seq = sinceSeq + 1; ; ) {
        while (seq <= host.last) yield commit(seq++);
        await new Promise<void>((resolve) => host.#wake.push(resolve));
        if (!open) throw new Error('the queue was closed');
      }
    }
    const client = {
      host: { info: async () => INFO },
      project: {
        events: async () => told(host.#pending.project),
        current: async () => ({ ...PROJECT, seq: host.last }),
      },
      document: { changes: async ({ sinceSeq }: { sinceSeq: number }) => changes(sinceSeq) },
      jobs: { list: async () => host.jobs, events: async () => told(host.#pending.job) },
      engine: { events: async () => told([]), ping: async () => ({ nowNs: performance.now() * 1e6 }) },
      record: { events: async () => told([]) },
    } as unknown as HostClient;
    return { client, mediaToken: 'token', closed };
  };
}

let host: NumberedHost;
let session: Session;

beforeEach(() => {
  host = new NumberedHost();
  session = new Session(host.open);
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => {
      host.snapshots++;
      return Response.json({ seq: host.last, canUndo: null, canRedo: null, tables: {} });
    }),
  );
  void session.run();
});

afterEach(() => {
  session.end();
  host.cut();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const state = () => session.store.getState();

test('a project is filled from one snapshot and then followed commit by commit', async () => {
  await vi.waitFor(() => expect(state().mirror?.seq).toBe(3));
  host.commit();
  host.commit();
  await vi.waitFor(() => expect(state().mirror?.seq).toBe(5));
  expect(host.asked).toEqual([3]);
  expect(host.snapshots).toBe(1);
});

test('after a lost connection only the missed commits are asked for, into the same rows', async () => {
  await vi.waitFor(() => expect(state().mirror?.seq).toBe(3));
  const { mirror, media } = state();
  host.cut();
  await vi.waitFor(() => expect(state().phase).toBe('lost'));
  expect(() => session.client).toThrow(/does not answer/);
  expect(state().mirror).toBe(mirror);
  host.commit();
  await vi.waitFor(() => expect(state().phase).toBe('open'), { timeout: 5_000 });
  await vi.waitFor(() => expect(mirror?.seq).toBe(4));
  expect(host.asked).toEqual([3, 3]);
  expect(host.snapshots).toBe(1);
  expect(state().mirror).toBe(mirror);
  expect(state().media).toBe(media);
});

const job = (id: string, jobState: Job['state'] = 'done'): Job => ({
  id,
  kind: 'import',
  label: id,
  state: jobState,
  progress: 1,
  detail: '',
  items: [],
  results: [],
  warnings: [],
  error: null,
});

test('another project brings its own jobs: those of the one before are not shown any more', async () => {
  host.tellJob(job('old'));
  await vi.waitFor(() => expect(state().jobs.map(({ id }) => id)).toEqual(['old']));
  await vi.waitFor(() => expect(state().project?.name).toBe('Reel'));
  host.jobs = [job('new', 'running')];
  host.tellProject({ ...PROJECT, name: 'Other', path: '/o/Other.twopop' });
  await vi.waitFor(() => expect(state().project?.name).toBe('Other'));
  expect(state().jobs.map(({ id }) => id)).toEqual(['new']);
});

test('of many jobs the oldest that have ended are forgotten, as the host does', async () => {
  await vi.waitFor(() => expect(state().project?.name).toBe('Reel'));
  host.tellJob(job('long', 'running'));
  for (let index = 0; index < 250; index++) host.tellJob(job(`${index}`));
  await vi.waitFor(() => expect(state().jobs.at(-1)?.id).toBe('249'));
  expect(state().jobs).toHaveLength(200);
  expect(state().jobs[0]?.id).toBe('long');
});
