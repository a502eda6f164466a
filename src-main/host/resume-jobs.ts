import type { Project } from '../project/project.ts';
import type { DemoService } from './demo-service.ts';
import type { ImportService } from './import-service.ts';
import type { JobRecord, JobRunner } from './job-runner.ts';
import type { ProxyService } from './proxy-service.ts';

type Services = {
  readonly jobs: JobRunner;
  readonly imports: ImportService;
  readonly proxies: ProxyService;
  readonly demo: DemoService;
};

/**
 * Goes on with what was under way when the project was closed or its process died: imports, proxies and the demo. A
 * sync, bounce or search that was cut off left nothing behind and is not started again unasked.
 */
export async function resumeJobs(project: Project, { jobs, imports, proxies, demo }: Services): Promise<void> {
  if (project.readOnly) return;
  const unfinished: readonly JobRecord[] = project.jobs.unfinished();
  jobs.rememberIn(project.jobs);
  const end = (record: JobRecord) => project.jobs.save({ ...record, state: 'cancelled' });
  const filling = unfinished.find((record) => record.kind === 'demo');
  const importing = unfinished.filter((record) => record.kind === 'import');
  for (const record of unfinished) if (record.kind !== 'import' && record !== filling) end(record);
  await imports.resume(project, importing);
  if (filling) demo.fill(filling.request as { cardsFolder: string }, filling.id);
  proxies.start();
}
