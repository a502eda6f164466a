import { clipEnd } from '../../src-shared/edit/make-room.ts';
import { takeSpans } from '../../src-shared/edit/take-spans.ts';
import type { ClipRow, TakeRow } from '../../src-shared/model/rows.ts';
import type { Project } from '../project/project.ts';

/** Commits read from the log at once. */
const COMMITS_IN_PAGE = 100;

/** Whether nobody has touched a clip in the place of takes since they began. */
export function isUntouched(project: Project, takes: readonly TakeRow[], file: { readonly frames: number }): boolean {
  const [first] = takes;
  if (!first) return false;
  const { loopFromSample: from, loopToSample: to } = first;
  const spans = takeSpans({
    startSample: first.startSample,
    lengthSamples: file.frames,
    punches: takes.flatMap((take) =>
      take.punchInSample === null ? [] : [{ inSample: take.punchInSample, outSample: take.punchOutSample }],
    ),
    loop: from === null || to === null ? null : { fromSample: from, toSample: to },
  });
  const reaches = (clip: ClipRow | null) =>
    clip !== null &&
    clip.trackId === first.trackId &&
    spans.some((span) => clip.startSample < span.punchOutSample && clipEnd(clip) > span.punchInSample);
  for (let seq = first.begunAtSeq; seq < project.seq; ) {
    const page = project.changesSince(seq, COMMITS_IN_PAGE);
    for (const { diff } of page) {
      for (const { table, before, after } of diff) {
        if (table === 'clip' && (reaches(before as ClipRow | null) || reaches(after as ClipRow | null))) return false;
      }
    }
    const last = page.at(-1);
    if (!last) break;
    seq = last.seq;
  }
  return true;
}
