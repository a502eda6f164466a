import type { SyncMatchRow } from '../model/rows.ts';
import { isReadableEvidence, NO_EVIDENCE, readEvidence } from '../sync/sync-evidence.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';
import { placeCameras, placeRecorder } from './sync-placement.ts';

/** Sync results in the document: proposed by the job, accepted or rejected by a person. */

const NOTHING_CHOSEN = {
  nudgeSamplesAt48k: 0,
  followsClock: false,
  rightsPolarity: false,
  chosenChannel: null,
  driftCorrection: 'none',
} as const;

export function proposeSync(writer: DocumentWriter, command: CommandOf<'sync.propose'>): string {
  const cameras = new Set(command.matches.map((match) => match.cameraSourceId));
  for (const cameraSourceId of cameras) existing(writer, 'source', cameraSourceId);
  const accepted = new Set<string>();
  for (const match of writer.all('sync_match')) {
    if (!cameras.has(match.cameraSourceId)) continue;
    if (match.status === 'accepted') accepted.add(`${match.cameraSourceId}/${match.recorderSourceId}`);
    else writer.remove('sync_match', match.id);
  }
  for (const match of command.matches) {
    if (match.recorderSourceId) existing(writer, 'source', match.recorderSourceId);
    if ((match.recorderSourceId === null) !== (match.status === 'unmatched')) {
      refuse(
        'sync.status',
        'A sync result without a recorder file must be unmatched, and one with a recorder file must not be.',
        'Correct the results and send them again.',
      );
    }
    if (!isReadableEvidence(match.evidence)) {
      refuse(
        'sync.evidence',
        'The evidence of a sync result cannot be read.',
        'Correct the results and send them again.',
      );
    }
    // What was accepted stays as it was accepted; the same pair is not offered twice.
    if (accepted.has(`${match.cameraSourceId}/${match.recorderSourceId}`)) continue;
    writer.insert('sync_match', {
      ...match,
      ...NOTHING_CHOSEN,
      status: match.status === 'accepted' ? 'proposed' : match.status,
    });
  }
  return countedLabel('Sync', cameras.size, 'camera clip');
}

/** Accepts matches that are not accepted yet and puts their sound on the timeline. */
export function acceptSync(writer: DocumentWriter, command: CommandOf<'sync.accept'>): string {
  const matches = existingRows(writer, 'sync_match', command.matchIds).filter((match) => match.status !== 'accepted');
  for (const match of matches) {
    if (match.recorderSourceId !== null) continue;
    const camera = existing(writer, 'source', match.cameraSourceId);
    refuse(
      'sync.unmatched',
      `"${camera.name}" has no recorder file to accept: ${match.reason || 'nothing matched'}.`,
      'Leave it out, or place its sound by hand.',
    );
  }
  const places = placeCameras(
    writer,
    matches.map((match) => existing(writer, 'source', match.cameraSourceId)),
  );
  for (const match of matches) {
    writer.update('sync_match', match.id, { status: 'accepted' });
    placeRecorder(writer, match, places.get(match.cameraSourceId) ?? []);
  }
  return countedLabel('Accept', matches.length, 'sync match', 'sync matches');
}

/** Rejects matches. Clips that an accepted one had placed stay where they are and are no longer tied to it. */
export function rejectSync(writer: DocumentWriter, command: CommandOf<'sync.reject'>): string {
  const matches = existingRows(writer, 'sync_match', command.matchIds);
  for (const match of matches) {
    if (match.status === 'unmatched') continue;
    for (const clip of writer.clipsOfMatch(match.id)) writer.update('clip', clip.id, { syncMatchId: null });
    writer.update('sync_match', match.id, { status: 'rejected' });
  }
  return countedLabel('Reject', matches.length, 'sync match', 'sync matches');
}

/** Takes another place of the evidence. What was chosen on the place before goes with it. */
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
  const before = match.recorderSourceId;
  const others = evidence.alternatives.filter((_, index) => index !== command.alternative);
  const left =
    before === null
      ? others
      : [
          {
            recorderSourceId: before,
            offsetSamplesAt48k: match.offsetSamplesAt48k,
            driftPpm: match.driftPpm,
            likeness: 1,
          },
          ...others,
        ];
  writer.update('sync_match', match.id, {
    recorderSourceId,
    offsetSamplesAt48k,
    driftPpm,
    status: 'proposed',
    method: 'by hand',
    confidence: 1,
    reason: 'Chosen by hand among several places that fit.',
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    inverted: false,
    clockOffsetSamplesAt48k: null,
    ...NOTHING_CHOSEN,
    evidence: JSON.stringify({
      ...NO_EVIDENCE,
      alternatives: left,
      claps: evidence.claps,
      landmark: evidence.landmark,
    }),
  });
  return 'Choose another place';
}

function refuseAccepted(): never {
  return refuse(
    'sync.accepted',
    'This sync result has been accepted and its clips are on the timeline.',
    'Reject it first, or undo its acceptance.',
  );
}

/** Lays two files together by a mark on each. Takes the place of what was proposed for the two, or of why the camera had nothing. */
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
  for (const match of writer.all('sync_match')) {
    if (match.cameraSourceId !== camera.id) continue;
    const samePair = match.recorderSourceId === recorder.id;
    if (samePair && match.status === 'accepted') refuseAccepted();
    if (samePair || match.recorderSourceId === null) writer.remove('sync_match', match.id);
  }
  const { sampleRate } = existing(writer, 'project', 1);
  const landmark = { cameraSeconds: cameraMark.atSample / sampleRate, kind: 'clap' as const };
  writer.insert('sync_match', {
    cameraSourceId: camera.id,
    recorderSourceId: recorder.id,
    status: 'proposed',
    offsetSamplesAt48k: ((recorderMark.atSample - cameraMark.atSample) * 48_000) / sampleRate,
    driftPpm: 0,
    method: 'by hand',
    confidence: 1,
    reason: `By hand: “${cameraMark.name}” on the camera and “${recorderMark.name}” on the recorder.`,
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    inverted: false,
    clockOffsetSamplesAt48k: null,
    evidence: JSON.stringify({ ...NO_EVIDENCE, landmark }),
    ...NOTHING_CHOSEN,
  });
  return 'Sync by marks';
}

/** Sets what the person chose on matches. */
export function adjustSync(writer: DocumentWriter, command: CommandOf<'sync.adjust'>): string {
  const matches = existingRows(writer, 'sync_match', command.matchIds);
  for (const match of matches) {
    refuseChannelBeyond(writer, match, command.chosenChannel ?? null);
    writer.update('sync_match', match.id, {
      nudgeSamplesAt48k: match.nudgeSamplesAt48k + (command.nudgeBySamplesAt48k ?? 0),
      followsClock: command.followsClock ?? match.followsClock,
      rightsPolarity: command.rightsPolarity ?? match.rightsPolarity,
      chosenChannel: command.chosenChannel === undefined ? match.chosenChannel : command.chosenChannel,
    });
  }
  return countedLabel('Adjust', matches.length, 'sync match', 'sync matches');
}

function refuseChannelBeyond(writer: DocumentWriter, match: SyncMatchRow, channel: number | null): void {
  if (channel === null) return;
  const recorder = match.recorderSourceId === null ? null : existing(writer, 'source', match.recorderSourceId);
  if (recorder && channel < recorder.channelCount) return;
  const camera = existing(writer, 'source', match.cameraSourceId);
  refuse(
    'sync.channel',
    recorder
      ? `"${recorder.name}" has no channel ${channel + 1}.`
      : `"${camera.name}" has no recorder file whose microphones could be chosen from.`,
    'Choose one of the microphones of the recorder file.',
  );
}
