import type { JobTable, StoredJob } from '../project/job-table.ts';
import type { InstallationKey } from './installation-key.ts';
import type { JobRecord, JobStore } from './job-runner.ts';

/**
 * The jobs of a project, signed as they are written: `unfinished` are those that this user began on this machine,
 * `foreign` the others, which nobody here asked for.
 */
export class SignedJobs implements JobStore {
  private readonly table: JobTable;
  private readonly key: InstallationKey;

  constructor(table: JobTable, key: InstallationKey) {
    this.table = table;
    this.key = key;
  }

  save(record: JobRecord): void {
    this.table.save({
      ...record,
      request: { request: record.request ?? null, signature: this.key.sign(signedText(record)) },
    });
  }

  unfinished(): readonly JobRecord[] {
    return this.table.unfinished().flatMap((job) => this.own(job) ?? []);
  }

  foreign(): readonly StoredJob[] {
    return this.table.unfinished().filter((job) => this.own(job) === null);
  }

  /** Ends a job that is not gone on with. */
  forget(job: JobRecord): void {
    this.table.save({ ...job, state: 'cancelled', request: null });
  }

  private own(job: StoredJob): JobRecord | null {
    if (typeof job.request !== 'object' || job.request === null) return null;
    const { request, signature } = job.request as { request?: unknown; signature?: unknown };
    const record = { ...job, request: request ?? null };
    return this.key.isOurs(signedText(record), signature) ? record : null;
  }
}

function signedText({ id, kind, request }: JobRecord): string {
  return JSON.stringify([id, kind, request ?? null]);
}
