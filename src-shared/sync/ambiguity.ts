import type { SyncMatchRow } from '../model/rows.ts';
import { rivalDoubt } from './sync-decision.ts';
import { readEvidence } from './sync-evidence.ts';

/**
 * A rival that leaves more doubt than this makes a match ambiguous: it is less than 3.4 standard errors behind. Equal
 * bars of a loop lie within 0.7 of each other, the right place is 3.5 and more ahead, with speech over it 6 and more.
 */
const MOST_RIVAL_DOUBT = 0.1;

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
        ({ lead, likeness, former }) =>
          !(former && isByHand(former)) &&
          rivalDoubt({ rivalLead: lead ?? null, runnerUp: likeness }) > MOST_RIVAL_DOUBT,
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
