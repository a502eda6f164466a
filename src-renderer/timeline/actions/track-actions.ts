import type { TrackRow } from '../../../src-shared/model/rows.ts';
import { note, sendCommand } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import { trackHeightPixels } from '../timeline-view.ts';
import { headerRows, layOutLanes } from '../track-layout.ts';
import { goTo } from './selection-actions.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions on tracks and markers. */

function activeTrack({ mirror, view }: TimelineContext): TrackRow | null {
  const { activeTrackId } = view.getState();
  return activeTrackId === null ? null : mirror.get('track', activeTrackId);
}

function withActive(context: TimelineContext, run: (track: TrackRow) => unknown): unknown {
  const track = activeTrack(context);
  return track ? run(track) : note(context, 'No track is active.', 'Click a track, or go to one by key.');
}

/** Makes a track active and scrolls it into sight. */
export function activateTrack(context: TimelineContext, trackId: number): void {
  const view = context.view.getState();
  view.setActiveTrack(trackId);
  const lane = layOutLanes(context.mirror.tracks(), view).find((candidate) => candidate.trackId === trackId);
  if (!lane) return;
  const room = view.viewportHeight - headerRows(view.showFeetFrames).lanesTop;
  if (lane.top < view.scrollTop) view.scrollTo(view.originSample, lane.top);
  else if (lane.top + lane.height > view.scrollTop + room)
    view.scrollTo(view.originSample, lane.top + trackHeightPixels(view, trackId) - room);
}

function step(direction: 1 | -1): TimelineAction {
  return {
    id: direction > 0 ? 'track.next' : 'track.previous',
    title: direction > 0 ? 'Activate the track below' : 'Activate the track above',
    run: (context) => {
      const tracks = context.mirror.tracks();
      const at = tracks.findIndex((track) => track.id === context.view.getState().activeTrackId);
      const next = tracks[at < 0 ? 0 : Math.min(tracks.length - 1, Math.max(0, at + direction))];
      if (next) activateTrack(context, next.id);
    },
  };
}

function move(direction: 1 | -1): TimelineAction {
  return {
    id: direction > 0 ? 'track.moveDown' : 'track.moveUp',
    title: direction > 0 ? 'Move track down' : 'Move track up',
    run: (context) =>
      withActive(context, (track) => {
        const position = track.position + direction;
        if (position < 0 || position >= context.mirror.tracks().length) return null;
        return sendCommand(context, { kind: 'track.move', trackId: track.id, position });
      }),
  };
}

function toMarker(direction: 1 | -1): TimelineAction {
  const word = direction > 0 ? 'next' : 'previous';
  return {
    id: `marker.${word}`,
    title: `Go to ${word} marker`,
    run: (context) => {
      const { cursorSample } = context.view.getState();
      const beyond = context.mirror
        .all('marker')
        .map((marker) => marker.atSample)
        .filter((at) => (at - cursorSample) * direction > 0)
        .sort((a, b) => (a - b) * direction);
      return beyond[0] === undefined ? note(context, `There is no ${word} marker.`) : goTo(context, beyond[0]);
    },
  };
}

/** Adds a track of the active one's stem below it, or at the end; it is the active one then, for the keys that follow. */
async function addTrack(context: TimelineContext, channelCount: 1 | 2): Promise<unknown> {
  const below = activeTrack(context);
  const count = context.mirror.tracks().length;
  const answer = await sendCommand(context, {
    kind: 'track.add',
    name: `Track ${count + 1}`,
    stem: below?.stem ?? 'DX',
    channelCount,
    position: below ? below.position + 1 : count,
  });
  const added = (answer as { readonly added?: readonly { table: string; id: number }[] } | null)?.added ?? [];
  const trackId = added.find(({ table }) => table === 'track')?.id;
  if (trackId !== undefined) activateOnceThere(context, trackId);
  return answer;
}

/** The host's answer may come before the commit that it is of. */
function activateOnceThere(context: TimelineContext, trackId: number): void {
  const isThere = () => context.mirror.get('track', trackId) !== null;
  if (isThere()) {
    activateTrack(context, trackId);
    return;
  }
  const stop = context.mirror.subscribe(() => {
    if (!isThere()) return;
    stop();
    activateTrack(context, trackId);
  });
}

export const TRACK_ACTIONS: readonly TimelineAction[] = [
  step(-1),
  step(1),
  move(-1),
  move(1),
  { id: 'track.addMono', title: 'Add mono track', run: (context) => addTrack(context, 1) },
  { id: 'track.addStereo', title: 'Add stereo track', run: (context) => addTrack(context, 2) },
  {
    id: 'track.remove',
    title: 'Remove active track with its clips',
    run: (context) =>
      withActive(context, (track) => sendCommand(context, { kind: 'track.remove', trackIds: [track.id] })),
  },
  {
    id: 'track.toggleMute',
    title: 'Mute or unmute active track',
    run: (context) =>
      withActive(context, (track) =>
        sendCommand(context, { kind: 'track.update', trackIds: [track.id], muted: !track.muted }),
      ),
  },
  {
    id: 'track.toggleSolo',
    title: 'Solo or unsolo active track',
    run: (context) =>
      withActive(context, (track) =>
        sendCommand(context, { kind: 'track.update', trackIds: [track.id], soloed: !track.soloed }),
      ),
  },
  {
    id: 'track.clearSolo',
    title: 'Clear all solos',
    run: (context) => {
      const trackIds = context.mirror
        .tracks()
        .filter((track) => track.soloed)
        .map((track) => track.id);
      return trackIds.length > 0 ? sendCommand(context, { kind: 'track.update', trackIds, soloed: false }) : null;
    },
  },
  {
    id: 'marker.add',
    title: 'Add marker at cursor',
    run: (context) => {
      const at = context.transport.playing()
        ? Math.max(0, Math.round(context.transport.positionSamples()))
        : context.view.getState().cursorSample;
      const count = context.mirror.all('marker').length + 1;
      return sendCommand(context, { kind: 'marker.add', atSample: at, name: `Marker ${count}` });
    },
  },
  {
    id: 'marker.remove',
    title: 'Remove marker at cursor',
    run: (context) => {
      const { cursorSample } = context.view.getState();
      const markerIds = context.mirror
        .all('marker')
        .filter((m) => m.atSample === cursorSample)
        .map((m) => m.id);
      if (markerIds.length === 0) return note(context, 'No marker stands at the cursor.', 'Go to a marker first.');
      return sendCommand(context, { kind: 'marker.remove', markerIds });
    },
  },
  toMarker(1),
  toMarker(-1),
];
