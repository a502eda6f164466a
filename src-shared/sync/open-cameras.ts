import type { SyncMatchRow } from '../model/rows.ts';
import { readEvidence } from './sync-evidence.ts';

/**
 * Of camera clips, by their ids, those that a sync has something to do for: `fresh` have no result; `unsearched` have no
 * match, and some of the recorder files given (whose files are there) were not searched for them. They were offline then,
 * or came in or got their role since. What an older version wrote does not tell what was searched and stays as it is.
 */
export function openCameras(
  cameraSourceIds: readonly number[],
  matches: readonly SyncMatchRow[],
  recorderSourceIds: readonly number[],
): { readonly fresh: readonly number[]; readonly unsearched: readonly number[] } {
  const ofCamera = Map.groupBy(matches, (match) => match.cameraSourceId as number);
  return {
    fresh: cameraSourceIds.filter((id) => !ofCamera.has(id)),
    unsearched: cameraSourceIds.filter((id) => {
      const results = ofCamera.get(id) ?? [];
      return results.length > 0 && results.every((match) => unsearchedIn(match, recorderSourceIds).length > 0);
    }),
  };
}

/** The recorder files, of those given, that a clip without a match was not looked for in; none for a match. */
export function unsearchedIn(match: SyncMatchRow, recorderSourceIds: readonly number[]): readonly number[] {
  if (match.status !== 'unmatched') return [];
  const { searched } = readEvidence(match.evidence);
  return searched.length === 0 ? [] : recorderSourceIds.filter((id) => !searched.includes(id));
}
