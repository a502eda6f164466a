import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { IN_SYNC_MS } from '../../src-shared/edit/sync-relation.ts';
import type { DriftCorrection, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { planDrift } from './drift-plan.ts';
import { byMatch, type Drifting } from './drifting-matches.ts';
import type { JobContext } from './job-runner.ts';

/**
 * Tells what became of matches that were accepted, by the rows as they are now: how many were corrected and how, and by
 * how much the sound of each is still off where a correction was asked for and could not be made.
 */
export function tellAccepted(
  reader: DocumentReader,
  matches: readonly SyncMatchRow[],
  drifting: readonly Drifting[],
  asked: DriftCorrection,
  context: JobContext,
): void {
  if (matches.length === 0) {
    context.addResult('Nothing was to be accepted: it is on the timeline already.');
    return;
  }
  const stretches = [...Map.groupBy(drifting, byMatch).values()];
  const done = stretches.map((parts) => reader.get('sync_match', byMatch(parts[0]!))?.driftCorrection ?? 'none');
  // Asked to cut, it was not needed: such a match was not left with a drift for want of a pause.
  const uncut = stretches.filter(
    (parts, index) => asked === 'cut' && done[index] === 'none' && driftMs(parts) <= IN_SYNC_MS,
  );
  const words: [DriftCorrection, string][] = [
    ['resample', 'resampled to the camera’s speed'],
    ['cut', 'cut at pauses'],
    ['none', 'left with its drift'],
  ];
  const said = words.flatMap(([kind, what]) => {
    const count = done.filter((correction) => correction === kind).length - (kind === 'none' ? uncut.length : 0);
    return count > 0 ? [`${count} of them ${what}`] : [];
  });
  if (uncut.length > 0) said.push(`${uncut.length} of them nowhere more than half a millisecond off, so not cut`);
  const rest = said.length > 0 ? `, ${said.join(', ')}` : '; none drifts by more than half a sample';
  context.addResult(`${countedMatches(matches.length)} accepted${rest}.`);
  for (const parts of stretches) tellOtherTreatment(reader, parts[0]!, context);
  if (asked === 'cut') for (const parts of stretches) tellWhatIsLeft(reader, parts, context);
}

/** How far off a match's drift leaves its sound at the ends of what it covers where nothing is done, milliseconds. */
function driftMs(parts: readonly Drifting[]): number {
  const each = parts.map(
    ({ plan, recorder }) =>
      (Math.abs(plan.driftPpm) * 1e-3 * (plan.coveredToSample - plan.coveredFromSample)) / 2 / recorder.sampleRate,
  );
  return Math.max(0, ...each);
}

const TREATED: Readonly<Record<DriftCorrection, string>> = {
  resample: 'resampled',
  cut: 'cut at pauses',
  none: 'left with its drift',
};

/** Warns where a clip that goes over several recorder files has its drift dealt with in two ways: each accepted by itself. */
function tellOtherTreatment(reader: DocumentReader, { match, camera, recorder }: Drifting, context: JobContext): void {
  const own = reader.get('sync_match', match.id)?.driftCorrection ?? 'none';
  for (const other of reader.all('sync_match')) {
    if (other.cameraSourceId !== camera.id || other.id === match.id || other.status !== 'accepted') continue;
    const file = reader.get('source', other.recorderSourceId ?? 0);
    const cameraSeconds = camera.lengthSamples / camera.sampleRate;
    if (!file || other.driftCorrection === own || planDrift(other, cameraSeconds, file).length === 0) continue;
    context.addWarning(
      `${camera.name}: ${recorder.name} was ${TREATED[own]}, ${file.name} before was ${TREATED[other.driftCorrection]}. Both lie in sync as far as that goes; to have one way for the clip, undo both and accept them together.`,
    );
    return;
  }
}

export function countedMatches(matches: number): string {
  return `${matches} sync ${matches === 1 ? 'match' : 'matches'}`;
}

/** Warns where a clip of a match is further off at its ends than counts as in sync. */
function tellWhatIsLeft(reader: DocumentReader, parts: readonly Drifting[], context: JobContext): void {
  const { match, camera, recorder, item } = parts[0]!;
  const offMs = Math.max(
    0,
    ...reader.clipsOfMatch(match.id).map((clip) => {
      // A copy runs with the camera.
      if (clip.sourceId !== recorder.id) return 0;
      const middle = clip.sourceInSample + clip.lengthSamples / 2;
      const plan = parts.find(
        ({ plan: { coveredFromSample, coveredToSample } }) => middle >= coveredFromSample && middle <= coveredToSample,
      )?.plan;
      return (Math.abs(plan?.driftPpm ?? 0) * 1e-3 * clip.lengthSamples) / 2 / recorder.sampleRate;
    }),
  );
  if (offMs <= IN_SYNC_MS) return;
  const off = `up to ${offMs.toFixed(1)} ms off at the ends of a clip`;
  context.item(item, { note: `no pause near enough to cut at: ${off}` });
  context.addWarning(
    `${camera.name}: ${recorder.name} has no pause near enough to cut at, so its sound is ${off}. Correct it by resampling instead.`,
  );
}
