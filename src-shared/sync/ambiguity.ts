import type { SyncMatchRow } from '../model/rows.ts';
import { isRivalInDoubt } from './sync-decision.ts';
import { readEvidence } from './sync-evidence.ts';

type Judged = Pick<SyncMatchRow, 'recorderSourceId' | 'method' | 'evidence'>;

const known = new WeakMap<Judged, boolean>();

/** Whether a person laid it: by marks, or by taking another of the places. Such a match has no chance of being right to tell. */
export function isByHand({ method }: Pick<SyncMatchRow, 'method'>): boolean {
  return method === 'by hand';
}

/**
 * Whether another place fits a match so nearly as well that a person should look, whatever its confidence: by how far
 * that place is behind, and where that was not measured by its likeness. Never of what is unmatched or laid by hand,
 * nor by a place that a person tried by hand and left again.
 * Rows never change, so each is read once.
 */
export function isAmbiguous(match: Judged): boolean {
  let ambiguous = known.get(match);
  if (ambiguous === undefined) {
    ambiguous =
      match.recorderSourceId !== null &&
      !isByHand(match) &&
      match.evidence !== '' &&
      readEvidence(match.evidence).alternatives.some(
        ({ lead, likeness, ownShare, former }) =>
          !(former && isByHand(former)) &&
          isRivalInDoubt({ rivalLead: lead ?? null, runnerUp: likeness, ownShare: ownShare ?? null }),
      );
    known.set(match, ambiguous);
  }
  return ambiguous;
}

/**
 * Whether a match goes when all of at least a confidence (0 to 1) are accepted at once: a proposal that sync is sure of.
 * What is ambiguous is left for a person to look at; what a person laid by hand has no confidence and is accepted by
 * itself or when it is selected.
 */
export function isSureEnough(match: Judged & Pick<SyncMatchRow, 'status' | 'confidence'>, minimum: number): boolean {
  return (
    match.status === 'proposed' &&
    match.recorderSourceId !== null &&
    match.confidence >= minimum &&
    !isByHand(match) &&
    !isAmbiguous(match)
  );
}
