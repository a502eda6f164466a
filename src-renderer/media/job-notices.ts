import type { Job } from '../../src-shared/rpc/schemas.ts';
import { dismissAbout, tellDone, tellError } from '../ui/toasts.ts';

const ACTIVE: ReadonlySet<Job['state']> = new Set(['queued', 'running']);

/** What to tell of a job that has just ended; null when it was cancelled or needs no word. */
export function noticeOfJob(
  job: Job,
): { readonly tone: 'good' | 'bad'; readonly message: string; readonly remedy: string } | null {
  const failed = job.items.filter((item) => item.error);
  if (job.state === 'failed')
    return {
      tone: 'bad',
      message: `${job.label}: ${job.error?.message ?? 'it failed.'}`,
      remedy: job.error?.remedy ?? 'Nothing else was changed. Look at the jobs for details.',
    };
  if (job.state !== 'done') return null;
  if (failed.length > 0)
    return {
      tone: 'bad',
      message: `${job.label}: ${failed.length} of ${job.items.length} failed, the rest is done. ${failed[0]!.name}: ${failed[0]!.error!.message}`,
      remedy: failed[0]!.error!.remedy,
    };
  if (job.warnings.length > 0)
    return {
      tone: 'bad',
      message: `${job.label} is done, but not as it should be: ${job.warnings[0]}`,
      remedy:
        job.warnings.length > 1
          ? `And ${job.warnings.length - 1} more; look at the jobs.`
          : 'What was written is kept; look at the jobs.',
    };
  if (job.kind === 'bounce')
    return { tone: 'good', message: `${job.label} is written.`, remedy: job.results.join(', ') };
  // Sync needs no word: its results are in the review, and their count on its button.
  if (job.kind === 'relink') return { tone: 'good', message: `${job.label}: done.`, remedy: job.results[0] ?? '' };
  return null;
}

/**
 * Tells of jobs that end while this window looks on: those that were seen at work before. What the open jobs panel
 * shows already is not told twice.
 */
export function followJobEnds(jobs: readonly Job[], before: readonly Job[], jobsOpen: boolean): void {
  for (const job of jobs) {
    const old = before.find((candidate) => candidate.id === job.id);
    if (!old || !ACTIVE.has(old.state) || ACTIVE.has(job.state)) continue;
    // A sync or relink stands for all before it; of other jobs only the same one makes the former untrue.
    const about = `job ${job.kind === 'sync' || job.kind === 'relink' ? job.kind : job.label}`;
    if (job.state === 'done') dismissAbout(about);
    const notice = jobsOpen ? null : noticeOfJob(job);
    if (notice?.tone === 'good') tellDone(notice.message, notice.remedy);
    else if (notice) tellError({ code: 'job', message: notice.message, remedy: notice.remedy }, null, about);
  }
}
