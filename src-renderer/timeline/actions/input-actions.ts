import type { TrackRow } from '../../../src-shared/model/rows.ts';
import { disarmAll, nextMode, toggleArmed } from '../arm-tracks.ts';
import { targetClips } from '../clip-targets.ts';
import { openInputMenu } from '../input-menu.ts';
import { note } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';
import { activateTrack } from './track-actions.ts';

/** Actions on what tracks record from and on their meters. */

/** The tracks that an action of inputs is for: those of the selection that the active one belongs to, else the active one. */
export function tracksToArm(context: TimelineContext): readonly TrackRow[] {
  const { activeTrackId, range, selectedClipIds } = context.view.getState();
  if (activeTrackId === null) return [];
  const selected =
    range?.trackIds ?? (selectedClipIds.size > 0 ? targetClips(context).map((clip) => clip.trackId) : []);
  const ids = new Set<number>(selected.includes(activeTrackId) ? selected : [activeTrackId]);
  return context.mirror.tracks().filter((track) => ids.has(track.id));
}

function withTracks(context: TimelineContext, run: (tracks: readonly TrackRow[]) => unknown): unknown {
  const tracks = tracksToArm(context);
  return tracks.length > 0 ? run(tracks) : note(context, 'No track is active.', 'Click a track, or go to one by key.');
}

export const INPUT_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'track.arm',
    title: 'Arm active or selected tracks, or disarm them',
    run: (context) => withTracks(context, (tracks) => toggleArmed(context, tracks)),
  },
  { id: 'track.disarmAll', title: 'Disarm all tracks', run: (context) => disarmAll(context) },
  {
    id: 'track.chooseInput',
    title: 'Choose the input of the active track',
    run: (context) => {
      const { activeTrackId } = context.view.getState();
      if (activeTrackId === null) return note(context, 'No track is active.', 'Click a track, or go to one by key.');
      activateTrack(context, activeTrackId);
      return openInputMenu(activeTrackId);
    },
  },
  {
    id: 'track.monitorMode',
    title: 'Monitor active or selected tracks: auto, input, off',
    run: (context) => withTracks(context, (tracks) => nextMode(context, tracks)),
  },
  { id: 'meter.clearClips', title: 'Put out all clip lights', run: ({ engine }) => engine.clearClipped() },
];
