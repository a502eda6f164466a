import { takesToPlace } from '../../src-shared/edit/take-edits.ts';
import type { Running } from './begin-recording.ts';
import { clockOf } from './document-service.ts';
import type { EndedRecording } from './end-recording.ts';
import { finishRecording } from './finish-recording.ts';
import { gapMarkers } from './recording-gaps.ts';
import { endNotices, lossNotices } from './recording-notices.ts';
import { isUntouched } from './untouched-place.ts';

export type RecordedPass = {
  readonly pass: number;
  /** Takes that were recorded, and those of them that were put on the timeline. */
  readonly takeIds: readonly number[];
  readonly placedTakeIds: readonly number[];
  /** What to tell, in sentences: what went wrong and what was kept. */
  readonly notices: readonly string[];
  /** It was broken off, or sound of it was lost. */
  readonly isTroubled?: boolean;
};

/**
 * Takes in what was recorded, with a marker at each stretch that was lost. Files that cannot be read, or that the document
 * has no room for, keep their rows: `isComplete` is false, and it is to be done again.
 * @param options.isLate it ended a while ago: what somebody has edited since is not covered.
 * @param options.isEndTold how it ended and what was lost was told then.
 */
export async function takeIn(
  running: Running,
  ended: EndedRecording,
  { isLate, isEndTold }: { readonly isLate: boolean; readonly isEndTold: boolean },
): Promise<{ readonly pass: RecordedPass; readonly isComplete: boolean }> {
  const { project, pass } = running;
  const { problems, lost, punchOutSample } = ended;
  const { sampleRate } = clockOf(project);
  const rows = project.reader.all('take').filter((take) => take.pass === pass && take.state === 'recording');
  const files = await finishRecording(project, rows, {
    state: problems.length > 0 ? 'recovered' : 'done',
    punchOutSample,
    isPlaced: (takes, file) => !isLate || isUntouched(project, takes, file),
    notesOn: (kept) =>
      gapMarkers(
        running,
        lost.gaps,
        kept.map(({ name }) => name),
        sampleRate,
      ),
  });
  const takes = project.reader.all('take').filter((take) => take.pass === pass && take.state !== 'recording');
  const isPlaced = (path: string) => files.some((file) => file.path === path && file.isPlaced);
  const placed = takesToPlace(project.reader, pass).filter(({ path }) => isPlaced(path));
  const notices = endNotices(files, { problems: isEndTold ? [] : problems, isLate, sampleRate });
  const losses = isEndTold ? [] : lossNotices(ended, sampleRate);
  notices.push(...losses);
  const isTroubled = losses.length > 0 || (!isEndTold && problems.length > 0);
  return {
    pass: {
      pass,
      takeIds: idsOf(takes),
      placedTakeIds: idsOf(placed),
      notices,
      ...(isTroubled ? { isTroubled } : {}),
    },
    isComplete: files.every(({ outcome }) => outcome !== 'blocked'),
  };
}

function idsOf(takes: readonly { readonly id: number }[]): number[] {
  return takes.map(({ id }) => id);
}
