import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandInput, CommandOf } from '../../src-shared/edit/commands.ts';
import { endsInEachLap, takeSpans } from '../../src-shared/edit/take-spans.ts';
import type { TakeRow } from '../../src-shared/model/rows.ts';
import { type ErrorReport, TwopopError, toErrorReport } from '../../src-shared/rpc/error.ts';
import { sourceFields } from '../media/import-fields.ts';
import { readMediaFacts } from '../media/media-facts.ts';
import { repairRecording } from '../media/repair-recording.ts';
import type { Project } from '../project/project.ts';

/** What became of one recorded file. */
export type FinishedFile = {
  readonly path: string;
  readonly name: string;
  readonly trackId: number;
  readonly pass: number;
  /**
   * kept: it has takes. unpunched: nothing of it was punched, so it is a layer and nothing more. empty: no sound was
   * written. unreadable: its header is damaged, so it cannot be taken in. blocked: it could not be read or written now, or
   * the document could not.
   */
  readonly outcome: 'kept' | 'unpunched' | 'empty' | 'unreadable' | 'blocked';
  readonly frames: number;
  /** Its takes were put on the timeline. */
  readonly isPlaced: boolean;
  readonly error: ErrorReport | null;
};

type FileFields = CommandOf<'take.finish'>['files'][number];
type Step = { readonly command: CommandInput; readonly undoable: boolean };
type Prepared = FinishedFile & { readonly fields: FileFields | null };

export type FinishOptions = {
  readonly state: 'done' | 'recovered';
  /** Where the end of the pass punched out, along the roll, which the document has not noted; null or left out: nowhere. */
  readonly punchOutSample?: number | null;
  /** Whether the takes of a file go on the timeline; asked for what was punched. */
  readonly isPlaced: (rows: readonly TakeRow[], file: FinishedFile) => boolean;
  /** What else there is to note in the document with the files that are kept; no step of undo. */
  readonly notesOn?: (kept: readonly FinishedFile[]) => readonly CommandInput[];
};

/**
 * Takes recorded files into the document: sizes are rebuilt from the bytes on the disk (which changes nothing where the
 * recorder completed them), then one commit adds sources and takes, and one more, a step of undo, puts them on the
 * timeline. Both or neither. A file without sound is removed once it is forgotten, and never one with sound, punched or not;
 * what cannot be read now, or noted in the document, keeps its rows for the next time. Done again it does nothing.
 * @param rows takes that are being recorded, of one pass.
 */
export async function finishRecording(
  project: Project,
  rows: readonly TakeRow[],
  { state, punchOutSample = null, isPlaced, notesOn = () => [] }: FinishOptions,
): Promise<FinishedFile[]> {
  const byPath = [...Map.groupBy(rows, (take) => take.path).values()];
  const prepared: Prepared[] = [];
  for (const takes of byPath) prepared.push(await prepare(project, takes, state, punchOutSample));

  const kept = prepared.filter(({ fields }) => fields !== null);
  const gone = prepared.filter(({ fields, outcome }) => fields === null && outcome !== 'blocked');
  const toPlace = kept
    .filter((file) => file.outcome === 'kept')
    .filter((file) =>
      isPlaced(
        rows.filter(({ path }) => path === file.path),
        file,
      ),
    );
  let placed: readonly Prepared[] = [];
  const steps: Step[] = [];
  if (gone.length > 0) {
    const takeIds = rows.filter(({ path }) => gone.some((file) => file.path === path)).map(({ id }) => id);
    steps.push({ command: { kind: 'take.discard', takeIds }, undoable: false });
  }
  if (kept.length > 0) {
    const files = kept.map(({ fields }) => fields as FileFields);
    steps.push({ command: { kind: 'take.finish', files }, undoable: false });
    for (const command of notesOn(kept)) steps.push({ command, undoable: false });
  }
  for (const [pass, files] of Map.groupBy(toPlace, (file) => file.pass)) {
    const trackIds = [...new Set(files.map(({ trackId }) => trackId))];
    steps.push({ command: { kind: 'take.place', pass, trackIds }, undoable: true });
  }
  try {
    if (steps.length > 0) placed = applySteps(project, steps) ? toPlace : [];
  } catch (cause) {
    const error = toErrorReport(cause);
    return prepared.map(({ fields: _fields, ...file }) => ({ ...file, outcome: 'blocked', error }));
  }
  for (const file of gone) {
    // What holds no sound is of no use; what is there and cannot be read is a person's to decide on.
    if (file.outcome === 'empty') await rm(join(project.folder, file.path), { force: true }).catch(() => {});
  }
  return prepared.map(({ fields: _fields, ...file }) => ({
    ...file,
    isPlaced: placed.some(({ path }) => path === file.path),
  }));
}

/** False where the takes are in, but not on the timeline: it was refused there, which costs nobody the take. */
function applySteps(project: Project, steps: readonly Step[]): boolean {
  try {
    project.applyTogether(steps);
    return true;
  } catch (error) {
    const isRefused = error instanceof TwopopError && !error.code.startsWith('project.');
    const rest = steps.filter(({ command }) => command.kind !== 'take.place');
    if (!isRefused || rest.length === 0 || rest.length === steps.length) throw error;
    project.applyTogether(rest);
    return false;
  }
}

async function prepare(
  project: Project,
  takes: readonly TakeRow[],
  state: FinishOptions['state'],
  endSample: number | null,
): Promise<Prepared> {
  const first = takes[0] as TakeRow;
  const { path, name, trackId, pass, startSample } = first;
  const none = { path, name, trackId, pass, frames: 0, isPlaced: false, fields: null, error: null };
  const absolute = join(project.folder, path);
  try {
    const { frames } = await repairRecording(absolute);
    if (frames === 0) return { ...none, outcome: 'empty' };
    const { loopFromSample: from, loopToSample: to } = first;
    const loop = from === null || to === null ? null : { fromSample: from, toSample: to };
    const punches = takes.flatMap(({ punchInSample: inSample, punchOutSample: outSample }) =>
      inSample === null ? [] : [{ inSample, outSample: endedAt(inSample, outSample, endSample) }],
    );
    const spans = takeSpans({ startSample, lengthSamples: frames, punches, loop });
    const facts = await readMediaFacts(absolute);
    const { size: sizeBytes } = await stat(absolute);
    const { sampleRate = 0, bitsPerSample = 24 } = facts.wave?.format ?? {};
    // Hours of sound take minutes to read: what is in the file is found out afterwards (`TakeReader`).
    const sound = { path, linked: false, contentHash: '', sizeBytes, bitsPerSample, lengthSamples: frames };
    // Never production sound that a camera could be synced to.
    const source = { ...sourceFields(facts, sound, { sha256: '', sampleRate }), role: 'other' as const };
    if (spans.length > 0) return { ...none, outcome: 'kept', frames, fields: { path, state, source, spans } };
    // Recorded all the same: a layer, for whoever missed the key.
    const whole = takeSpans({
      startSample,
      lengthSamples: frames,
      punches: [{ inSample: startSample, outSample: null }],
      loop,
    });
    return { ...none, outcome: 'unpunched', frames, fields: { path, state, source, spans: whole } };
  } catch (error) {
    const report = toErrorReport(error);
    if (report.code === 'media-missing' || report.code === 'media-empty') return { ...none, outcome: 'empty' };
    if (report.code === 'media-not-a-recording') return { ...none, outcome: 'unreadable', error: report };
    return { ...none, outcome: 'blocked', error: report };
  }
}

/** Where a punch ends that was to end at `outSample` (null: nobody knew), when all of it ended at `endSample`. */
function endedAt(inSample: number, outSample: number | null, endSample: number | null): number | null {
  // Laps that were punched have their ends.
  if (endSample === null || endSample < inSample || endsInEachLap(outSample)) return outSample;
  return Math.min(outSample ?? endSample, endSample);
}

/** `12.3 s`, `4 min 05 s`, `1 h 12 min`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.floor(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
