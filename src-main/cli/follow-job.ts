import type { Job } from '../../src-shared/rpc/schemas.ts';
import type { Host } from '../host/host.ts';
import { type ExitCode, exitCodeOfError } from './exit-code.ts';
import type { VerbCall } from './verb.ts';

/** Waits for a job and tells of it on standard error: a line that moves on a terminal, else a line each tenth. */
export async function followJob(call: VerbCall, host: Host, jobId: string): Promise<Job> {
  const { jobs } = host.services;
  const terminal = process.stderr.isTTY === true;
  let shownTenth = -1;
  const stop = jobs.changes.on((job) => {
    if (job.id !== jobId || job.state !== 'running') return;
    const percent = Math.floor(job.progress * 100);
    const line = `${job.label}: ${percent} %${job.detail ? ` ${job.detail}` : ''}`;
    if (terminal) process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    else if (Math.floor(percent / 10) > shownTenth) {
      shownTenth = Math.floor(percent / 10);
      call.note(line);
    }
  });
  const cancel = () => void jobs.cancel(jobId);
  process.once('SIGINT', cancel);
  try {
    const job = await jobs.whenEnded(jobId);
    if (!job) throw new Error(`the job ${jobId} was forgotten`);
    return job;
  } finally {
    stop();
    process.off('SIGINT', cancel);
    if (terminal) process.stderr.write('\r\u001b[K');
  }
}

/** Says how a job ended, with its warnings and file by file where something failed, and gives the exit code for it. */
export function tellJob(call: VerbCall, job: Job): ExitCode {
  for (const result of job.results) call.say(result);
  for (const warning of job.warnings) call.note(warning);
  const failed = job.items.filter((item) => item.error);
  for (const { name, error } of failed) call.note(`${name}: ${error?.message} ${error?.remedy}`);
  if (job.error) call.note(`${job.error.message}\n${job.error.remedy}`);
  else if (job.state !== 'done') call.note(`${job.label}: ${job.state}`);
  if (job.error) return exitCodeOfError(job.error.code);
  return job.state === 'done' && failed.length === 0 && job.warnings.length === 0 ? 0 : 1;
}
