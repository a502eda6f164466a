import type { SyncMatchRow } from '../model/rows.ts';
import { isByHand } from '../sync/ambiguity.ts';
import { lineText } from '../sync/effective-line.ts';
import { isReadableEvidence, readEvidence, type SyncEvidence, withClipNotes } from '../sync/sync-evidence.ts';
import { placeCameras } from './camera-placement.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { cutAtLosses } from './loss-cuts.ts';
import { unmarkLosses } from './loss-markers.ts';
import { placeRecorder } from './recorder-placement.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';
import { insertResampled } from './source-edits.ts';
import { NOTHING_CHOSEN, withPlaceOf } from './sync-by-hand.ts';

/** Sync results in the document: proposed by the job, accepted or rejected by a person. */

export function proposeSync(writer: DocumentWriter, command: CommandOf<'sync.propose'>): string {
  const cameras = new Set(command.matches.map((match) => match.cameraSourceId));
  const replacing = new Set(command.replacing);
  for (const cameraSourceId of cameras) existing(writer, 'source', cameraSourceId);
  const kept: SyncMatchRow[] = [];
  const byHand: SyncMatchRow[] = [];
  const rejectedBefore: SyncMatchRow[] = [];
  for (const match of writer.all('sync_match')) {
    const { cameraSourceId } = match;
    if (!cameras.has(cameraSourceId)) continue;
    if (match.status === 'accepted' || (isDecided(match) && !replacing.has(cameraSourceId))) {
      kept.push(match);
      continue;
    }
    if (isByHand(match)) byHand.push(match);
    if (match.status === 'rejected') rejectedBefore.push(match);
    writer.remove('sync_match', match.id);
  }
  const inserted: SyncMatchRow[] = [];
  for (const match of command.matches) {
    checkProposal(writer, match);
    const ofCamera = kept.filter(({ cameraSourceId }) => cameraSourceId === match.cameraSourceId);
    const evidence = withoutRejected(match.evidence, ofCamera);
    // What was accepted or decided stays as it is: the same pair is not offered twice, and a camera with a recorder file
    // is not without one. A rejection is of one place: another on the same recorder file may be right.
    const decided = ofCamera.filter((other) => other.status !== 'rejected');
    if (decided.some(({ recorderSourceId }) => recorderSourceId === match.recorderSourceId)) continue;
    if (match.recorderSourceId === null && decided.length > 0) continue;
    const rejected = ofCamera.find((other) => other.status === 'rejected' && isSamePlace(other, match));
    if (rejected) {
      offerOthers(writer, rejected, readEvidence(evidence).alternatives);
      continue;
    }
    if (match.recorderSourceId === null && ofCamera.length > 0 && readEvidence(evidence).alternatives.length === 0)
      continue;
    const status = match.status === 'accepted' ? 'proposed' : match.status;
    const isAgain = rejectedBefore.some(
      (other) => other.cameraSourceId === match.cameraSourceId && isSamePlace(other, match),
    );
    const reason = isAgain
      ? `${match.reason.slice(0, 1900)} You rejected this place before.`.trimStart()
      : match.reason;
    inserted.push(writer.insert('sync_match', { ...match, reason, evidence, ...NOTHING_CHOSEN, status }));
  }
  for (const match of byHand) offerAgain(writer, match, inserted);
  return countedLabel('Sync', cameras.size, 'camera clip');
}

/** Whether a person decided something of a match that was not accepted: it is not for a job to throw that away. */
export function isDecided(match: SyncMatchRow): boolean {
  return (
    isByHand(match) ||
    match.status === 'rejected' ||
    match.nudgeSamplesAt48k !== 0 ||
    match.followsClock ||
    match.rightsPolarity ||
    match.chosenChannel !== null
  );
}

function checkProposal(writer: DocumentWriter, match: CommandOf<'sync.propose'>['matches'][number]): void {
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
}

/** Places nearer to each other than this, samples at 48 kHz, are the same to a hand: 0.1 s. */
const SAME_PLACE_SAMPLES_AT_48K = 4800;

type Place = Pick<SyncMatchRow, 'recorderSourceId' | 'offsetSamplesAt48k'> & { readonly nudgeSamplesAt48k?: number };

/** Whether two places are the same to a hand. A match that was nudged is rejected where it lay and where it was found. */
function isSamePlace(match: Place, place: Place): boolean {
  if (match.recorderSourceId !== place.recorderSourceId) return false;
  const apart = place.offsetSamplesAt48k - match.offsetSamplesAt48k;
  return [0, match.nudgeSamplesAt48k ?? 0].some((nudge) => Math.abs(apart - nudge) < SAME_PLACE_SAMPLES_AT_48K);
}

/** Evidence without the other places that were rejected. */
function withoutRejected(text: string, matches: readonly SyncMatchRow[]): string {
  const rejected = matches.filter(({ status }) => status === 'rejected');
  const evidence = readEvidence(text);
  const alternatives = evidence.alternatives.filter((place) => !rejected.some((match) => isSamePlace(match, place)));
  return alternatives.length === evidence.alternatives.length ? text : JSON.stringify({ ...evidence, alternatives });
}

/** Adds places that were found since to those of a rejected match, from which a person can take one. */
function offerOthers(writer: DocumentWriter, match: SyncMatchRow, found: SyncEvidence['alternatives']): void {
  const evidence = readEvidence(match.evidence);
  const fresh = found.filter((place) => !evidence.alternatives.some((known) => isSamePlace(known, place)));
  if (fresh.length === 0) return;
  const alternatives = [...evidence.alternatives, ...fresh].sort((a, b) => b.likeness - a.likeness).slice(0, 50);
  writer.update('sync_match', match.id, { evidence: JSON.stringify({ ...evidence, alternatives }) });
}

/** Puts a place that was laid by hand first among the others of the new result for its files, else of its camera. */
function offerAgain(writer: DocumentWriter, byHand: SyncMatchRow, inserted: readonly SyncMatchRow[]): void {
  const offsetSamplesAt48k = byHand.offsetSamplesAt48k + byHand.nudgeSamplesAt48k;
  const ofCamera = inserted.filter(({ cameraSourceId }) => cameraSourceId === byHand.cameraSourceId);
  const samePair = ofCamera.find(({ recorderSourceId }) => recorderSourceId === byHand.recorderSourceId);
  const match = writer.get('sync_match', (samePair ?? ofCamera[0])?.id ?? 0);
  if (!match) return;
  const apart = Math.abs(match.offsetSamplesAt48k - offsetSamplesAt48k);
  if (samePair && apart < SAME_PLACE_SAMPLES_AT_48K) return;
  const evidence = readEvidence(match.evidence);
  const [place] = withPlaceOf({ ...byHand, offsetSamplesAt48k }, []);
  if (!place) return;
  const alternatives = [{ ...place, likeness: 1 }, ...evidence.alternatives].slice(0, 50);
  writer.update('sync_match', match.id, { evidence: JSON.stringify({ ...evidence, alternatives }) });
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
  refuseOutdated(writer, matches, command);
  const copies = command.driftCorrection === 'resample' ? command.corrected : [];
  const cuts = command.driftCorrection === 'cut';
  const pauses = new Map(cuts ? command.pauses.map(({ matchId, atSamples }) => [matchId, atSamples]) : []);
  for (const match of matches) {
    const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
    const own = copies
      .filter((copy) => copy.matchId === match.id)
      .map(({ pieces, source, derivation }) => ({
        pieces,
        source: insertResampled(writer, recorder, source, derivation),
      }));
    const wasCut = placeRecorder(writer, match, places.get(match.cameraSourceId) ?? [], {
      sourceOf: (linePiece) => own.find(({ pieces }) => pieces?.includes(linePiece) ?? true)?.source ?? recorder,
      pauses: [...(pauses.get(match.id) ?? [])].sort((a, b) => a - b),
    });
    cutAtLosses(writer, match);
    // What was done, not what was asked for: a drift that is too small to hear is left alone.
    const driftCorrection = own.length > 0 ? 'resample' : wasCut ? 'cut' : 'none';
    writer.update('sync_match', match.id, { status: 'accepted', driftCorrection });
  }
  return countedLabel('Accept', matches.length, 'sync match', 'sync matches');
}

/**
 * Turns down what was prepared for a match that says something else now, as a person decided while it was made: another
 * place or recorder file, a nudge, the clock, a rejection.
 */
function refuseOutdated(
  writer: DocumentWriter,
  matches: readonly SyncMatchRow[],
  { madeFor, corrected, pauses }: CommandOf<'sync.accept'>,
): void {
  const lines = new Map(madeFor.map(({ matchId, line }) => [matchId, line]));
  const files = new Map([...corrected, ...pauses].map((made) => [made.matchId, made.recorderSourceId]));
  for (const match of matches) {
    const isSame =
      (lines.get(match.id) ?? lineText(match)) === lineText(match) &&
      (files.get(match.id) ?? match.recorderSourceId) === match.recorderSourceId;
    if (isSame) continue;
    const camera = existing(writer, 'source', match.cameraSourceId);
    refuse(
      'sync.changed',
      match.status === 'rejected'
        ? `The match of "${camera.name}" was rejected while it was being accepted.`
        : `The match of "${camera.name}" was changed while it was being accepted.`,
      'Accept it again as it is now, or leave it out.',
    );
  }
}

/** Rejects matches. Clips that an accepted one had placed stay where they are and are no longer tied to it. */
export function rejectSync(writer: DocumentWriter, command: CommandOf<'sync.reject'>): string {
  const matches = existingRows(writer, 'sync_match', command.matchIds);
  for (const match of matches) {
    if (match.status === 'unmatched') continue;
    for (const clip of writer.clipsOfMatch(match.id)) writer.update('clip', clip.id, { syncMatchId: null });
    // Nothing is tied to it any more, so nothing is to be given back and no drift has been corrected.
    const evidence = withClipNotes(match.evidence, { nudgedOff: [], setByHand: [] });
    writer.update('sync_match', match.id, { status: 'rejected', driftCorrection: 'none', evidence });
    if (match.status === 'accepted') unmarkLosses(writer, match);
  }
  return countedLabel('Reject', matches.length, 'sync match', 'sync matches');
}
