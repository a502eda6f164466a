import type { SyncMatchRow } from '../model/rows.ts';
import { isByHand } from '../sync/ambiguity.ts';
import { effectiveLine, lineText } from '../sync/effective-line.ts';
import { NO_EVIDENCE, readEvidence, type SyncEvidence } from '../sync/sync-evidence.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { existing, refuse } from './refuse.ts';

/** Sync results that a person makes: another of the places that fit, or two marks laid together. */

/** What a match begins with. */
export const NOTHING_CHOSEN = {
  nudgeSamplesAt48k: 0,
  followsClock: false,
  rightsPolarity: false,
  chosenChannel: null,
  driftCorrection: 'none',
} as const;

/** What a match is that a person made. */
const DECIDED = {
  method: 'by hand',
  confidence: 1,
  residualHeadMs: 0,
  residualMiddleMs: 0,
  residualTailMs: 0,
  inverted: false,
} as const;

/**
 * Takes another place of the evidence. What was chosen on the place before goes with it, and so does what else was
 * proposed for the two files; the place before becomes one of the others, from which it can be taken again as it was.
 */
export function chooseAlternative(writer: DocumentWriter, command: CommandOf<'sync.choose'>): string {
  const match = existing(writer, 'sync_match', command.matchId);
  const label = 'Choose another place';
  if (command.place && isAt(match, command.place)) return label;
  if (match.status === 'accepted') refuseAccepted();
  const evidence = readEvidence(match.evidence);
  const chosen = evidence.alternatives[command.alternative];
  if (!chosen || (command.place && !isAt(chosen, command.place))) {
    refuse(
      'sync.alternative',
      chosen
        ? 'The places of this sync result have changed since they were shown.'
        : `This sync result has ${evidence.alternatives.length} other places; number ${command.alternative + 1} was asked for.`,
      'Choose one of those it has.',
    );
  }
  const { recorderSourceId, offsetSamplesAt48k, driftPpm, likeness, lead, ownShare, former } = chosen;
  existing(writer, 'source', recorderSourceId);
  for (const other of writer.all('sync_match')) {
    if (other.id === match.id || other.cameraSourceId !== match.cameraSourceId) continue;
    if (other.recorderSourceId !== recorderSourceId) continue;
    if (other.status === 'accepted') refuseAccepted();
    writer.remove('sync_match', other.id);
  }
  const others = evidence.alternatives.filter((_, index) => index !== command.alternative);
  // What the clocks say of two files is true wherever their sound is put.
  const clock = match.recorderSourceId === recorderSourceId ? match.clockOffsetSamplesAt48k : null;
  const { claps, landmark } = evidence;
  const measured = former ? measuredOf(former) : { ...measuredOf(NO_EVIDENCE), landmark };
  writer.update('sync_match', match.id, {
    recorderSourceId,
    offsetSamplesAt48k,
    driftPpm,
    ...(former
      ? judgementOf(former)
      : { ...DECIDED, reason: 'Chosen by hand among several places that fit.', clockOffsetSamplesAt48k: clock }),
    ...NOTHING_CHOSEN,
    status: 'proposed',
    evidence: JSON.stringify({
      ...NO_EVIDENCE,
      ...measured,
      standing: likeness < 1 || lead !== undefined ? { likeness, lead, ownShare } : null,
      alternatives: withPlaceOf(match, others),
      claps,
    }),
  });
  return label;
}

type Place = Pick<SyncMatchRow, 'recorderSourceId' | 'offsetSamplesAt48k'>;

function isAt(match: Place, place: Place): boolean {
  return match.recorderSourceId === place.recorderSourceId && match.offsetSamplesAt48k === place.offsetSamplesAt48k;
}

/** The place of a match among other places, best first, with all that is known of it. */
export function withPlaceOf(match: SyncMatchRow, others: SyncEvidence['alternatives']): SyncEvidence['alternatives'] {
  const { recorderSourceId, offsetSamplesAt48k, driftPpm } = match;
  if (recorderSourceId === null) return others;
  const evidence = readEvidence(match.evidence);
  const former = { ...judgementOf(match), ...measuredOf(evidence) };
  const place = { recorderSourceId, offsetSamplesAt48k, driftPpm, likeness: 1, ...evidence.standing, former };
  return [place, ...others].sort((a, b) => b.likeness - a.likeness).slice(0, 50);
}

type Former = NonNullable<SyncEvidence['alternatives'][number]['former']>;
type Measured = Pick<
  SyncEvidence,
  'segments' | 'residuals' | 'landmark' | 'tracks' | 'suggestedChannel' | 'suggestionReason' | 'acousticDelayMs'
>;

function measuredOf(from: Measured): Measured {
  const { segments, residuals, landmark, tracks, suggestedChannel, suggestionReason, acousticDelayMs } = from;
  return { segments, residuals, landmark, tracks, suggestedChannel, suggestionReason, acousticDelayMs };
}

function judgementOf(from: Omit<Former, keyof Measured>): Omit<Former, keyof Measured> {
  const { method, confidence, reason, residualHeadMs, residualMiddleMs, residualTailMs } = from;
  const { inverted, clockOffsetSamplesAt48k } = from;
  const residuals = { residualHeadMs, residualMiddleMs, residualTailMs };
  return { method, confidence, reason, ...residuals, inverted, clockOffsetSamplesAt48k };
}

function refuseAccepted(): never {
  return refuse(
    'sync.accepted',
    'This sync result has been accepted and its clips are on the timeline.',
    'Reject it first, or undo its acceptance.',
  );
}

/**
 * Lays two files together by a mark on each. Takes the place of what was proposed for the two, which becomes the first
 * of the other places, and of why the camera had nothing. What is known of the two files holds wherever they are laid:
 * how fast their clocks run, which microphones there are, which are inverted.
 */
export function syncByMarks(writer: DocumentWriter, command: CommandOf<'sync.byMarks'>): string {
  const cameraMark = existing(writer, 'source_mark', command.cameraMarkId);
  const recorderMark = existing(writer, 'source_mark', command.recorderMarkId);
  const camera = existing(writer, 'source', cameraMark.sourceId);
  const recorder = existing(writer, 'source', recorderMark.sourceId);
  if (camera.role !== 'camera' || recorder.role === 'camera') {
    refuse(
      'sync.marks',
      `"${camera.name}" and "${recorder.name}" are not a camera clip and a recorder file.`,
      'Put one mark on a camera clip and one on a recorder file.',
    );
  }
  let before: SyncMatchRow | null = null;
  for (const match of writer.all('sync_match')) {
    if (match.cameraSourceId !== camera.id) continue;
    const samePair = match.recorderSourceId === recorder.id;
    if (samePair && match.status === 'accepted') refuseAccepted();
    if (!samePair && match.recorderSourceId !== null) continue;
    if (samePair || !before) before = match;
    writer.remove('sync_match', match.id);
  }
  const { sampleRate } = existing(writer, 'project', 1);
  const { alternatives, claps, tracks, suggestedChannel, suggestionReason } = readEvidence(before?.evidence ?? '');
  const cameraSeconds = cameraMark.atSample / sampleRate;
  // Of the speeds of an unmatched clip nothing is known: its drift is 0.
  const driftPpm = before ? driftAt(before, cameraSeconds) : 0;
  const apart = ((recorderMark.atSample - cameraMark.atSample) * 48_000) / sampleRate;
  writer.insert('sync_match', {
    cameraSourceId: camera.id,
    recorderSourceId: recorder.id,
    offsetSamplesAt48k: apart - cameraSeconds * 48_000 * driftPpm * 1e-6,
    driftPpm,
    ...DECIDED,
    ...NOTHING_CHOSEN,
    status: 'proposed',
    inverted: before?.inverted ?? false,
    reason: `By hand: “${cameraMark.name}” on the camera and “${recorderMark.name}” on the recorder.`,
    clockOffsetSamplesAt48k: before?.clockOffsetSamplesAt48k ?? null,
    evidence: JSON.stringify({
      ...NO_EVIDENCE,
      alternatives: before ? withPlaceOf(before, alternatives) : [],
      claps,
      landmark: { cameraSeconds, kind: 'mark' },
      ...{ tracks, suggestedChannel, suggestionReason },
    }),
  });
  return 'Sync by marks';
}

/** Keeps what was found of the microphones of a match that a person laid, if it is still that match. */
export function assessMicrophones(writer: DocumentWriter, command: CommandOf<'sync.assess'>): string {
  const label = 'Assess microphones';
  const match = writer.get('sync_match', command.matchId);
  if (!match || !lacksAssessment(match) || lineText(match) !== command.line) return label;
  const { tracks, suggestedChannel, suggestionReason } = command;
  const evidence = { ...readEvidence(match.evidence), tracks, suggestedChannel, suggestionReason };
  writer.update('sync_match', match.id, { evidence: JSON.stringify(evidence) });
  return label;
}

/** Whether a match is a person's of which nobody has looked at the microphones yet. Those of an accepted one stay as they are. */
export function lacksAssessment(match: SyncMatchRow): boolean {
  return (
    match.status === 'proposed' &&
    match.recorderSourceId !== null &&
    isByHand(match) &&
    readEvidence(match.evidence).tracks.length === 0
  );
}

/** How fast the recorder's clock runs against the camera's at a time of the camera, parts in a million. */
function driftAt(match: SyncMatchRow, cameraSeconds: number): number {
  return effectiveLine(match).findLast(({ fromSeconds }) => fromSeconds <= cameraSeconds)?.driftPpm ?? match.driftPpm;
}
