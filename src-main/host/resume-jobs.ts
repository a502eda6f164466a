import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { Project } from '../project/project.ts';
import type { AcceptService } from './accept-service.ts';
import type { BounceService } from './bounce-service.ts';
import type { DemoService } from './demo-service.ts';
import type { ImportService } from './import-service.ts';
import type { InstallationKey } from './installation-key.ts';
import type { JobRunner } from './job-runner.ts';
import type { ProjectService } from './project-service.ts';
import type { ProxyService } from './proxy-service.ts';
import { SignedJobs } from './signed-jobs.ts';
import { undecided } from './sync-scope.ts';
import type { TakeReader } from './take-reader.ts';

type Services = {
  readonly key: InstallationKey;
  readonly projects: ProjectService;
  readonly jobs: JobRunner;
  readonly imports: ImportService;
  /** Null where proxies are not made unasked. */
  readonly proxies: ProxyService | null;
  /** Null where takes are not read unasked. */
  readonly takes: TakeReader | null;
  readonly demo: DemoService;
  readonly bounces: BounceService;
  readonly accepts: AcceptService;
};

/**
 * Goes on with what this user had under way here when the project was closed or its process died: imports, proxies,
 * reading takes and the demo. A sync, accepting, bounce or search that was cut off is not started again unasked: what sync had decided is
 * kept, what accepting or a bounce had half-written is removed. Work that somebody else began, or that cannot be gone
 * on with, becomes a notice: never a reason not to open the project.
 */
export async function resumeJobs(
  project: Project,
  { key, projects, jobs, imports, proxies, takes, demo, bounces, accepts }: Services,
): Promise<void> {
  if (project.readOnly) return;
  const store = new SignedJobs(project.jobs, key);
  const unfinished = store.unfinished();
  const foreign = store.foreign();
  jobs.rememberIn(store);
  for (const record of foreign) store.forget(record);
  for (const { label } of foreign.filter(({ kind }) => kind === 'import' || kind === 'demo')) {
    projects.tell(
      `“${label.slice(0, 100)}” was begun on another machine or by another user, and does not go on here. What it had done is kept; start it again if you want it.`,
    );
  }
  const syncs = unfinished.filter(({ kind }) => kind === 'sync');
  if (syncs.length > 0 && undecided(project).length > 0) {
    projects.tell('A sync was broken off. What it had found is kept; start sync again to go on with the other clips.');
  } else if (syncs.some(({ request }) => (request as { again?: unknown } | null)?.again === true)) {
    projects.tell(
      'A sync that looked at camera clips anew was broken off. What it had found is kept, and the other clips have the results they had; sync them again to have them looked at, too.',
    );
  }
  const filling = unfinished.find((record) => record.kind === 'demo');
  const importing = unfinished.filter((record) => record.kind === 'import');
  for (const record of unfinished) if (record.kind !== 'import' && record !== filling) store.forget(record);
  for (const { kind, request } of unfinished) {
    // A disk that is gone, or a folder that may not be written to any more, keeps its half file.
    if (kind === 'bounce') await bounces.tidyUp(request).catch(() => {});
    if (kind === 'accept') await accepts.tidyUp(project, request).catch(() => {});
  }
  try {
    const foreignImports = await imports.resume(project, importing);
    // The same import is a job as well where it could be written down.
    if (foreignImports > 0 && !foreign.some(({ kind }) => kind === 'import')) {
      projects.tell(
        'An import was begun on another machine or by another user, and does not go on here. What had come in is kept; import the rest again.',
      );
    }
  } catch (error) {
    const { message } = toErrorReport(error);
    projects.tell(`An import that was interrupted could not go on: ${message} What had come in is kept.`);
  }
  if (filling) demo.fill(filling.id);
  proxies?.start();
  takes?.start();
}
