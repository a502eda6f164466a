import type { RowDiff } from '../../src-shared/edit/row-diff.ts';
import type { Mirror } from '../project/mirror.ts';

/**
 * Tracks with clips whose relation to their camera a diff changes without changing the clips: the camera's picture or
 * scratch moved under them, their match was adjusted. The clips are those that the mirror holds.
 */
export function relatedTracks(diff: RowDiff, mirror: Mirror): ReadonlySet<number> {
  const tracks = new Set<number>();
  const matchIds = new Set<number>();
  const cameraIds = new Set<number>();
  const pictureIds = new Set<number>();
  for (const change of diff) {
    if (change.table === 'sync_match') matchIds.add(change.id);
    else if (change.table === 'clip')
      for (const row of [change.before, change.after]) row && cameraIds.add(row.sourceId);
    else if (change.table === 'picture_clip')
      for (const row of [change.before, change.after]) row && pictureIds.add(row.pictureId);
  }
  if (pictureIds.size > 0)
    for (const source of mirror.all('source'))
      if (source.pictureId !== null && pictureIds.has(source.pictureId)) cameraIds.add(source.id);
  for (const match of mirror.all('sync_match')) if (cameraIds.has(match.cameraSourceId)) matchIds.add(match.id);
  for (const matchId of matchIds) for (const clip of mirror.clipsOfMatch(matchId)) tracks.add(clip.trackId);
  return tracks;
}
