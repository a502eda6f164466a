import { isInSync } from '../../../src-shared/edit/sync-relation.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import type { ProjectClock } from '../../../src-shared/time/timecode.ts';
import { syncOffText } from '../readout.ts';
import type { GestureStart } from './gesture.ts';

/** The place in sync of a clip that is dragged: it catches, and how far off it the clip would be is said. */

/**
 * How late the grabbed clip lies beside where its sync puts it, in samples; null where nothing says, or where its camera
 * comes along and the distance to it stays.
 */
export function syncErrorOf(
  { context }: GestureStart,
  grabbed: ClipRow,
  moving: readonly ClipRow[] = [],
): number | null {
  const { mirror } = context;
  const relation = mirror.syncRelation(grabbed);
  const match = grabbed.syncMatchId === null ? null : mirror.get('sync_match', grabbed.syncMatchId);
  if (!relation || !match) return null;
  const pictureId = mirror.get('source', match.cameraSourceId)?.pictureId ?? null;
  const byPicture = pictureId !== null && mirror.all('picture_clip').some((clip) => clip.pictureId === pictureId);
  const cameraMoves = !byPicture && moving.some((clip) => clip.sourceId === match.cameraSourceId);
  return cameraMoves ? null : relation.errorSamples;
}

/** `in sync`, `+3 fr out of sync`, `+3 fr async` where that was declared. */
export function syncText(clip: ClipRow, errorSamples: number, clock: ProjectClock): string {
  if (isInSync({ errorSamples }, clock.sampleRate)) return 'in sync';
  return `${syncOffText(errorSamples, clock)} ${clip.declaredAsync ? 'async' : 'out of sync'}`;
}
