import { showInReview } from '../../sync/review-selection.ts';
import { targetClips } from '../clip-targets.ts';
import { note, sendCommand } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions on what a clip's sound is to the picture. */

const NOT_SYNCED = 'None of these clips was placed by sync.';
const SYNC_FIRST = 'Accept a match in the sync review first: its clips know where they belong.';

/** Target clips that a sync has placed; says so when there are none. */
function withSynced(context: TimelineContext, run: (clipIds: number[]) => unknown): unknown {
  const synced = targetClips(context).filter((clip) => clip.syncMatchId !== null);
  return synced.length > 0 ? run(synced.map((clip) => clip.id)) : note(context, NOT_SYNCED, SYNC_FIRST);
}

export const SYNC_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'clip.resync',
    title: 'Move back into sync',
    run: (context) => withSynced(context, (clipIds) => sendCommand(context, { kind: 'clip.resync', clipIds })),
  },
  {
    id: 'clip.toggleAsync',
    title: 'Declare asynchronous, or take it back',
    run: (context) =>
      withSynced(context, (clipIds) => {
        const declaredAsync = clipIds.some((id) => !context.mirror.get('clip', id)?.declaredAsync);
        return sendCommand(context, { kind: 'clip.declareAsync', clipIds, declaredAsync });
      }),
  },
  {
    id: 'clip.togglePolarity',
    title: 'Invert polarity, or put it right again',
    run: (context) => {
      const clips = targetClips(context);
      if (clips.length === 0) return note(context, 'No clip is selected and none lies under the cursor.');
      const inverted = clips.some((clip) => !clip.polarityInverted);
      return sendCommand(context, { kind: 'clip.polarity', clipIds: clips.map((clip) => clip.id), inverted });
    },
  },
  {
    id: 'sync.showMatch',
    title: 'Show the clip’s match in the sync review',
    run: (context) => {
      const match = targetClips(context).find((clip) => clip.syncMatchId !== null)?.syncMatchId;
      return match == null ? note(context, NOT_SYNCED, SYNC_FIRST) : showInReview(match);
    },
  },
];
