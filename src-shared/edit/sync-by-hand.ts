import type { SyncMatchRow } from '../model/rows.ts';
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
  status: 'proposed',
  method: 'by hand',
  confidence: 1,
  residualHeadMs: 0,
  residualMiddleMs: 0,
  residualTailMs: 0,
  inverted: false,
  ...NOTHING_CHOSEN,
} as const;

/**
 * Takes another place of the evidence. What was chosen on the place before goes with it, and so does what else was
 * proposed for the two files; the place before becomes the first of the others.
 */
export function chooseAlternative(writer: DocumentWriter, command: CommandOf<'sync.choose'>): string {
  const match = existing(writer, 'sync_match', command.matchId);
  if (match.status === 'accepted') refuseAccepted();
  const evidence = readEvidence(match.evidence);
  const chosen = evidence.alternatives[command.alternative];
  if (!chosen) {
    refuse(
      'sync.alternative',
      `This sync result has ${evidence.alternatives.length} other places; number ${command.alternative + 1} was asked for.`,
      'Choose one of those it has.',
    );
  }
  const { recorderSourceId, offsetSamplesAt48k, driftPpm } = chosen;
  existing(writer, 'source', recorderSourceId);
  for (const other of writer.all('sync_match')) {
    if (other.id === match.id || other.cameraSourceId !== match.cameraSourceId) continue;
    if (other.recorderSourceId !== recorderSourceId) continue;
    if (other.status === 'accepted') refuseAccepted();
    writer.remove('sync_match', other.id);
  }
  const others = evidence.alternatives.filter((_, index) => index !== command.alternative);
  const { claps, landmark } = evidence;
  writer.update('sync_match', match.id, {
    recorderSourceId,
    offsetSamplesAt48k,
    driftPpm,
    ...DECIDED,
    reason: 'Chosen by hand among several places that fit.',
    // What the clocks say of two files is true wherever their sound is put.
    clockOffsetSamplesAt48k: match.recorderSourceId === recorderSourceId ? match.clockOffsetSamplesAt48k : null,
    evidence: JSON.stringify({ ...NO_EVIDENCE, alternatives: withPlaceOf(match, others), claps, landmark }),
  });
  return 'Choose another place';
}

/** The place of a match before other places. */
function withPlaceOf(match: SyncMatchRow, others: SyncEvidence['alternatives']): SyncEvidence['alternatives'] {
  const { recorderSourceId, offsetSamplesAt48k, driftPpm } = match;
  if (recorderSourceId === null) return others;
  return [{ recorderSourceId, offsetSamplesAt48k, driftPpm, likeness: 1 }, ...others].slice(0, 50);
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
 * of the other places, and of why the camera had nothing.
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
  const { alternatives, claps } = readEvidence(before?.evidence ?? '');
  const landmark = { cameraSeconds: cameraMark.atSample / sampleRate, kind: 'clap' as const };
  writer.insert('sync_match', {
    cameraSourceId: camera.id,
    recorderSourceId: recorder.id,
    offsetSamplesAt48k: ((recorderMark.atSample - cameraMark.atSample) * 48_000) / sampleRate,
    driftPpm: 0,
    ...DECIDED,
    reason: `By hand: “${cameraMark.name}” on the camera and “${recorderMark.name}” on the recorder.`,
    clockOffsetSamplesAt48k: before?.clockOffsetSamplesAt48k ?? null,
    evidence: JSON.stringify({
      ...NO_EVIDENCE,
      alternatives: before ? withPlaceOf(before, alternatives) : [],
      claps,
      landmark,
    }),
  });
  return 'Sync by marks';
}
