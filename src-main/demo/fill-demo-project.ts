import { basename } from 'node:path';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { Job } from '../../src-shared/rpc/schemas.ts';
import { type DemoHost, rowsOf } from './demo-host.ts';
import { type ExpandedShoot, expandDemoShoot } from './expand-demo-shoot.ts';

export type DemoStep = 'expand' | 'import' | 'sync' | 'accept';

export type FillOptions = {
  /** The folder with `shoot.json`. */
  readonly shootFolder: string;
  /** Where the shooting day's cards are written; kept, as a person keeps the cards. */
  readonly cardsFolder: string;
  readonly signal?: AbortSignal;
  /** Called as each step begins and, while the cards are written, for each file. */
  readonly onStep?: (step: DemoStep, detail: string) => void;
};

export type FilledDemo = {
  readonly expanded: ExpandedShoot;
  /** Null where the files had been imported, and where sync had run, already. */
  readonly importJob: Job | null;
  readonly syncJob: Job | null;
  /** Every sync result in the document afterwards. */
  readonly matches: readonly SyncMatchRow[];
};

/**
 * Brings the demo shoot into the open project as a person would: writes the cards, imports them, syncs, accepts every
 * match with its drift taken out by resampling. Goes on where an earlier call was broken off: files that are in the project are not imported twice, results
 * that are there are not asked for again. Throws what failed, or the signal's reason.
 */
export async function fillDemoProject(host: DemoHost, options: FillOptions): Promise<FilledDemo> {
  const { signal, onStep } = options;
  onStep?.('expand', '');
  const expanded = await expandDemoShoot({
    shootFolder: options.shootFolder,
    targetFolder: options.cardsFolder,
    ...(signal ? { signal } : {}),
    onProgress: (_, fileName) => {
      if (fileName !== '') onStep?.('expand', fileName);
    },
  });

  // An import that an earlier process did not end goes on by itself.
  for (const { id, kind, state } of await host.client.jobs.list()) {
    if (kind === 'import' && (state === 'queued' || state === 'running')) await ended(host, id, signal);
  }
  const missing = notYetImported(host, [...expanded.cameraFiles, ...expanded.recorderFiles]);
  let importJob: Job | null = null;
  if (missing.length > 0) {
    signal?.throwIfAborted();
    onStep?.('import', `${missing.length} files`);
    const everything = missing.length === expanded.cameraFiles.length + expanded.recorderFiles.length;
    const paths = everything ? [...expanded.cardFolders] : missing;
    const { jobId } = await host.client.media.import({ paths, mode: 'copy' });
    importJob = await ended(host, jobId, signal);
  }

  let syncJob: Job | null = null;
  if (hasUndecided(host)) {
    signal?.throwIfAborted();
    onStep?.('sync', '');
    const { jobId } = await host.client.sync.start({});
    syncJob = await ended(host, jobId, signal);
  }

  const proposed = rowsOf(host.snapshot(), 'sync_match').filter(({ status }) => status === 'proposed');
  if (proposed.length > 0) {
    signal?.throwIfAborted();
    onStep?.('accept', `${proposed.length} matches`);
    const matchIds = proposed.map(({ id }) => id);
    const { jobId } = await host.client.sync.accept({ matchIds, driftCorrection: 'resample' });
    await ended(host, jobId, signal);
  }
  return { expanded, importJob, syncJob, matches: rowsOf(host.snapshot(), 'sync_match') };
}

/** Whether a camera clip has no result of sync yet: a sync that was broken off goes on after those that have one. */
function hasUndecided(host: DemoHost): boolean {
  const snapshot = host.snapshot();
  const decided = new Set<number>(rowsOf(snapshot, 'sync_match').map(({ cameraSourceId }) => cameraSourceId));
  return rowsOf(snapshot, 'source').some(({ id, role }) => role === 'camera' && !decided.has(id));
}

function notYetImported(host: DemoHost, paths: readonly string[]): string[] {
  const snapshot = host.snapshot();
  const there = new Set(
    [...rowsOf(snapshot, 'source'), ...rowsOf(snapshot, 'picture')].map(({ originalPath }) => basename(originalPath)),
  );
  return paths.filter((path) => !there.has(basename(path)));
}

/** Waits for a job; throws what made it fail. Cancels it when the signal aborts. */
export async function ended(host: DemoHost, jobId: string, signal?: AbortSignal): Promise<Job> {
  const cancel = () => void host.client.jobs.cancel({ jobId });
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const job = await host.whenEnded(jobId);
    signal?.throwIfAborted();
    if (job === null || job.state === 'cancelled') {
      throw new TwopopError({
        code: 'demo-cancelled',
        message: `${job?.label ?? 'A step of the demo'} was cancelled. What was done before it is kept.`,
        remedy: 'Open the demo again to go on.',
      });
    }
    if (job.error) throw new TwopopError(job.error);
    return job;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}
