import type { SyncMatchRow } from '../model/rows.ts';
import { readEvidence } from './sync-evidence.ts';

/**
 * Which channels of a match's recorder have the other polarity than the camera, so that righting turns them round and
 * all are in phase. The camera is compared with the reference microphone and the others with that: a channel that is
 * inverted against an inverted reference is right. Without an assessment of the channels all go by the reference; of
 * assessed ones that could not be told none is turned.
 */
export function invertedChannels(match: Pick<SyncMatchRow, 'inverted' | 'evidence'>, channelCount: number): boolean[] {
  const { tracks } = readEvidence(match.evidence);
  const polarities = new Map(tracks.map(({ channel, polarity }) => [channel, polarity]));
  const wrong = match.inverted ? 1 : -1;
  return Array.from({ length: channelCount }, (_, channel) =>
    tracks.length === 0 ? match.inverted : polarities.get(channel) === wrong,
  );
}
