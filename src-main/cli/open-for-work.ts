import { resolve } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { followJob } from './follow-job.ts';
import type { VerbCall } from './verb.ts';

/**
 * Opens a project for a verb that works on it. What had been interrupted there goes on, and ends before the verb
 * begins: a project with half of an import in it is not what was asked about. Throws `interrupted-work` when that does
 * not end well.
 */
export async function openForWork(call: VerbCall, path: string): Promise<ProjectInfo> {
  const host = call.host();
  const project = await host.transports.client.project.open({ path: resolve(path) });
  for (const notice of project.notices) call.note(notice);
  for (const { id, kind, label } of host.services.jobs.list()) {
    if (kind !== 'import' && kind !== 'demo') continue;
    call.note(`${label}: it had been interrupted, and goes on first.`);
    const { state, error } = await followJob(call, host, id);
    if (state === 'done') continue;
    throw new TwopopError({
      code: 'interrupted-work',
      message: `${label} had been interrupted, and ${state === 'cancelled' ? 'was cancelled now.' : `failed now: ${error?.message ?? state}`} Nothing else was done.`,
      remedy: `${error?.remedy ?? ''} Run the same again to do the rest without it.`.trim(),
    });
  }
  return project;
}
