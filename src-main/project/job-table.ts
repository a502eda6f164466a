import type { Job } from '../../src-shared/rpc/schemas.ts';
import type { Connection, Statement } from './database.ts';

/** A job as the project remembers it: enough for another process to go on with it. */
export type StoredJob = {
  readonly id: string;
  readonly kind: Job['kind'];
  readonly state: Job['state'];
  readonly label: string;
  /** What was asked and how far it came, JSON values; read by the job's own kind alone. */
  readonly request: unknown;
};

type JobValues = Omit<StoredJob, 'request'> & { request: string };

/** Ended jobs that are kept for a look. */
const KEPT_ENDED = 200;

/**
 * Long work that belongs to the project. Beside the document: no part of undo, of diffs or of snapshots. Must not be
 * used on a read-only project.
 */
export class JobTable {
  readonly #save: Statement;
  readonly #unfinished: Statement;
  readonly #thin: Statement;

  constructor(database: Connection) {
    this.#save = database.prepare(
      `INSERT INTO job (id, kind, state, label, request, at) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET state = excluded.state, label = excluded.label, request = excluded.request`,
    );
    this.#unfinished = database.prepare(
      `SELECT id, kind, state, label, request FROM job WHERE state IN ('queued', 'running') ORDER BY at, rowid`,
    );
    this.#thin = database.prepare(
      `DELETE FROM job WHERE state NOT IN ('queued', 'running') AND rowid NOT IN
       (SELECT rowid FROM job WHERE state NOT IN ('queued', 'running') ORDER BY at DESC, rowid DESC LIMIT ${KEPT_ENDED})`,
    );
  }

  /** Adds a job, or writes down how it stands now. */
  save(job: StoredJob): void {
    this.#save.run(
      job.id,
      job.kind,
      job.state,
      job.label,
      JSON.stringify(job.request ?? null),
      new Date().toISOString(),
    );
    if (job.state !== 'queued' && job.state !== 'running') this.#thin.run();
  }

  /** Jobs that had not ended when the project was closed or its process died, oldest first. */
  unfinished(): StoredJob[] {
    return (this.#unfinished.all() as JobValues[]).map((job) => ({
      ...job,
      request: parsed(job.request),
    }));
  }
}

/** Null for what is no JSON: no job of ours, and no reason not to open the project. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
