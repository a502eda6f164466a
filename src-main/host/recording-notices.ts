import type { Project } from '../project/project.ts';
import { clockOf } from './document-service.ts';
import { durationText, type FinishedFile } from './finish-recording.ts';

/** One sentence on what went wrong and what was kept; and on each file of which nothing could be. */
export function endNotices(project: Project, problems: readonly string[], files: readonly FinishedFile[]): string[] {
  const { sampleRate } = clockOf(project);
  const held = files.filter(({ outcome }) => outcome === 'kept' || outcome === 'unpunched');
  const notices: string[] = [];
  if (problems.length > 0) {
    const kept = held.map(({ name, frames }) => `“${name}” (${durationText(frames / sampleRate)})`).join(', ');
    notices.push(
      `Recording stopped: ${problems.join(' ')} ${held.length > 0 ? `Kept: ${kept}.` : 'No sound had come in yet.'}`,
    );
  }
  for (const { outcome, name, path, error } of files) {
    if (outcome === 'empty' && problems.length === 0) notices.push(`“${name}” has no sound: none came in.`);
    if (outcome === 'unreadable') notices.push(`“${name}” could not be read, and was left as it is: ${path}.`);
    if (outcome === 'blocked')
      notices.push(`“${name}” could not be taken in now: ${error?.message ?? ''} It is when the project opens again.`);
  }
  return notices;
}
