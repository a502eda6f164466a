import type { EngineLinkState } from '../engine/engine-link.ts';
import type { Mirror } from '../project/mirror.ts';

export type EmptyWords = { readonly title: string; readonly text: string };

/**
 * What to do next where nothing is on the timeline; null where something is, and where somebody is about to record: then
 * nothing stands over the lanes.
 */
export function emptyWords(
  mirror: Pick<Mirror, 'all' | 'get' | 'tracks' | 'timelineEnd'>,
  { record, trackInputs }: Pick<EngineLinkState, 'record' | 'trackInputs'>,
): EmptyWords | null {
  const isArmed = trackInputs.some(({ trackId, armed }) => armed && mirror.get('track', trackId));
  if (mirror.timelineEnd() > 0 || record.phase !== 'idle' || isArmed || mirror.all('take').length > 0) return null;
  if (mirror.all('source').length > 0)
    return {
      title: 'Nothing is on the timeline yet',
      text: 'Sync the camera clips with their recorder files, then accept the matches: picture and tracks appear here in sync.',
    };
  const drop = 'Drop camera clips and recorder files, or whole cards, anywhere in this window';
  if (mirror.tracks().length === 0) return { title: 'This project is empty', text: `${drop}.` };
  return { title: 'Nothing is on the timeline yet', text: `${drop}; or arm a track and record.` };
}
