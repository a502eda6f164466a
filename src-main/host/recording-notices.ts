import type { EndedRecording } from './end-recording.ts';
import { durationText, type FinishedFile } from './finish-recording.ts';

type End = { readonly problems: readonly string[]; readonly isLate: boolean; readonly sampleRate: number };

/** One sentence on what went wrong and what was kept; and on each file of which nothing could be, or not all. */
export function endNotices(files: readonly FinishedFile[], { problems, isLate, sampleRate }: End): string[] {
  const isThere = ({ outcome, frames }: FinishedFile) => frames > 0 && outcome !== 'unreadable';
  const named = ({ name, frames }: FinishedFile) => `“${name}” (${durationText(frames / sampleRate)})`;
  const notices: string[] = [];
  if (problems.length > 0) {
    const kept = files.filter(isThere).map(named).join(', ');
    notices.push(
      `Recording stopped: ${sentencesOf(problems)} ${kept ? `Kept: ${kept}.` : 'No sound had come in yet.'}`,
    );
  }
  for (const file of files) {
    const { outcome, name, path, error, isPlaced } = file;
    if (outcome === 'empty' && problems.length === 0) notices.push(`“${name}” has no sound: none came in.`);
    if (outcome === 'unreadable') notices.push(`“${name}” could not be read, and was left as it is: ${path}.`);
    if (outcome === 'unpunched')
      notices.push(
        `${named(file)} is kept as a layer of its track: nothing was punched in, so it is not on the timeline.`,
      );
    if (outcome === 'blocked') {
      const what = file.frames > 0 ? named(file) : `“${name}”`;
      notices.push(
        `${what} is safe in “${path}”, but could not be taken into the project yet: ${whyNotYet(error)} It is tried again by itself, and whenever you record, stop or open the project.`,
      );
    }
    if (outcome === 'kept' && isLate)
      notices.push(
        isPlaced
          ? `${named(file)} is in the project and on the timeline now.`
          : `${named(file)} is in the project now, as a take. Its place was edited since, so it is not on the timeline; choose it from the track's takes.`,
      );
  }
  return notices;
}

function whyNotYet(error: FinishedFile['error']): string {
  if (error?.code === 'project.disk-full') return 'the disk is full. Make room on it.';
  return `${error?.message ?? ''} ${error?.remedy ?? ''}`.trim();
}

/** Each problem once, as a sentence with one full stop. */
function sentencesOf(problems: readonly string[]): string {
  const texts = problems.map((problem) => problem.trim().replace(/\.+$/, '')).filter((text) => text !== '');
  return [...new Set(texts)].map((text) => `${text}.`).join(' ');
}

/** What came in and is not in the files: what never reached the disk, and what the device itself dropped. */
export function lossNotices({ lost, inputOverflows }: EndedRecording, sampleRate: number): string[] {
  const { lostSamples, gaps } = lost;
  const notices: string[] = [];
  if (lostSamples > 0) {
    const where =
      gaps.length === 0 ? '' : gaps.length === 1 ? ', marked on the timeline' : ', each marked on the timeline';
    notices.push(
      `${durationText(lostSamples / sampleRate)} were lost between the device and the disk; there is silence in their place${where}.`,
    );
  }
  if (inputOverflows > 0) {
    const often = inputOverflows === 1 ? 'once' : `${inputOverflows} times`;
    notices.push(`The device dropped sound ${often} while recording: check the take.`);
  }
  return notices;
}

/** Of files that the disk has not taken in yet. */
export function unwrittenNotice(names: readonly string[]): string {
  const files = names.map((name) => `“${name}”`).join(', ');
  return `The disk has not taken in all of ${files} yet. Leave Twopop open and check that the disk is connected and sound: as soon as it is written, it is taken into the project by itself.`;
}
