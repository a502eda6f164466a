import type { TakeRow } from '../../../src-shared/model/rows.ts';
import { listedTakes } from '../../takes/chosen-take.ts';
import { circleTake, putPass, putTake, removeTake } from '../../takes/put-take.ts';
import { showLayers } from '../../takes/take-layers.ts';
import { note } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import { tracksToArm } from './input-actions.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions on the take that is chosen, in the list or in the layers. */

function withChosen(context: TimelineContext, run: (take: TakeRow) => unknown): unknown {
  const { chosen } = listedTakes(context);
  if (chosen) return run(chosen);
  return note(context, 'There is no take here.', 'Arm a track and record: each pass is kept as a take of its track.');
}

export const TAKE_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'take.use',
    title: 'Use the chosen take: its whole punch, or the selected range',
    run: (context) => withChosen(context, (take) => putTake(context, take)),
  },
  {
    id: 'take.usePass',
    title: 'Use the chosen take on every track of its pass',
    run: (context) => withChosen(context, (take) => putPass(context, take)),
  },
  {
    id: 'take.circle',
    title: 'Circle the chosen take, or not',
    run: (context) => withChosen(context, (take) => circleTake(context, take)),
  },
  {
    id: 'take.remove',
    title: 'Take the chosen take out of the list',
    run: (context) => withChosen(context, (take) => removeTake(context, take)),
  },
  {
    id: 'track.showTakes',
    title: 'Show or hide the takes below active or selected tracks',
    run: (context) => {
      const tracks = tracksToArm(context);
      const { takeLayers } = context.view.getState();
      if (tracks.length === 0) return note(context, 'No track is active.', 'Click a track, or go to one by key.');
      const shown = tracks.every(({ id }) => takeLayers[id] !== undefined);
      return showLayers(
        context,
        tracks.map(({ id }) => id),
        !shown,
      );
    },
  },
];
