import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { clipEndSample, selectedClips, spanOf, workingTrackIds } from '../clip-targets.ts';
import { note } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions that select, and that move the cursor from edge to edge. */

/** Moves the cursor, and what plays, and brings it into sight. */
export function goTo(context: TimelineContext, sample: number): void {
  context.view.getState().setCursor(sample);
  context.transport.locate(context.view.getState().cursorSample);
  context.view.getState().reveal(context.view.getState().cursorSample);
}

/** The nearest clip edge of the active track (of all tracks when none is active) before or after a sample; or null. */
export function neighbouringEdge(context: TimelineContext, sample: number, direction: 1 | -1): number | null {
  let best: number | null = null;
  for (const trackId of workingTrackIds(context))
    for (const clip of context.mirror.clipsOfTrack(trackId))
      for (const edge of [clip.startSample, clipEndSample(clip)]) {
        if ((edge - sample) * direction <= 0) continue;
        if (best === null || (edge - best) * direction < 0) best = edge;
      }
  return best;
}

function toEdge(direction: 1 | -1, extend: boolean): TimelineAction {
  const word = direction > 0 ? 'next' : 'previous';
  const Word = direction > 0 ? 'Next' : 'Previous';
  return {
    id: extend ? `select.extendTo${Word}Edge` : `timeline.${word}Edge`,
    title: extend ? `Extend range to ${word} clip edge` : `Go to ${word} clip edge`,
    run: (context) => {
      const { cursorSample, range } = context.view.getState();
      const edge = neighbouringEdge(context, cursorSample, direction);
      if (edge === null) return note(context, `There is no ${word} clip edge on the active track.`);
      goTo(context, edge);
      if (!extend) return null;
      // The end of the range that is not the cursor stays.
      const fixed = range ? (cursorSample === range.fromSample ? range.toSample : range.fromSample) : cursorSample;
      return context.view.getState().selectRange({
        fromSample: Math.min(fixed, edge),
        toSample: Math.max(fixed, edge),
        trackIds: range?.trackIds ?? workingTrackIds(context),
      });
    },
  };
}

/** Every clip in order of time, then of tracks. */
function clipsInOrder(context: TimelineContext, trackIds: readonly number[]): ClipRow[] {
  const clips = trackIds.flatMap((id) => [...context.mirror.clipsOfTrack(id)]);
  return clips.sort((a, b) => a.startSample - b.startSample || a.id - b.id);
}

function neighbourClip(direction: 1 | -1, extend: boolean): TimelineAction {
  const word = direction > 0 ? 'next' : 'previous';
  const Word = direction > 0 ? 'Next' : 'Previous';
  return {
    id: extend ? `select.extendTo${Word}Clip` : `select.${word}Clip`,
    title: extend ? `Extend selection to ${word} clip` : `Select ${word} clip`,
    run: (context) => {
      const selected = selectedClips(context);
      const view = context.view.getState();
      const from = direction > 0 ? selected.at(-1) : selected[0];
      const trackId = from?.trackId ?? workingTrackIds(context)[0];
      if (trackId === undefined) return note(context, 'There is no track yet.');
      const clips = context.mirror.clipsOfTrack(trackId);
      const next = from
        ? clips[clips.findIndex((clip) => clip.id === from.id) + direction]
        : direction > 0
          ? clips.find((clip) => clipEndSample(clip) > view.cursorSample)
          : clips.findLast((clip) => clip.startSample < view.cursorSample);
      if (!next) return note(context, `There is no ${word} clip on this track.`);
      view.selectClips(extend ? [...view.selectedClipIds, next.id] : [next.id]);
      view.setActiveTrack(next.trackId);
      return goTo(context, next.startSample);
    },
  };
}

function mark(edge: 'in' | 'out'): TimelineAction {
  return {
    id: edge === 'in' ? 'select.markIn' : 'select.markOut',
    title: edge === 'in' ? 'Mark in: range starts at cursor' : 'Mark out: range ends at cursor',
    run: (context) => {
      const view = context.view.getState();
      const at = context.transport.playing() ? Math.round(context.transport.positionSamples()) : view.cursorSample;
      const trackIds = view.range?.trackIds ?? workingTrackIds(context);
      const end = Math.max(context.mirror.endSample(), at + 1);
      view.selectRange(
        edge === 'in'
          ? {
              fromSample: at,
              toSample: Math.max(view.range && view.range.toSample > at ? view.range.toSample : end),
              trackIds,
            }
          : {
              fromSample: view.range && view.range.fromSample < at ? view.range.fromSample : 0,
              toSample: at,
              trackIds,
            },
      );
    },
  };
}

export const SELECTION_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'select.all',
    title: 'Select all clips',
    run: (context) =>
      context.view
        .getState()
        .selectClips(
          context.mirror.tracks().flatMap((track) => context.mirror.clipsOfTrack(track.id).map(({ id }) => id)),
        ),
  },
  {
    id: 'select.none',
    title: 'Select nothing',
    run: ({ view }) => {
      view.getState().selectClips([]);
      view.getState().selectRange(null);
    },
  },
  {
    id: 'select.track',
    title: 'Select all clips of the active track',
    run: (context) =>
      context.view.getState().selectClips(clipsInOrder(context, workingTrackIds(context)).map(({ id }) => id)),
  },
  {
    id: 'select.fromCursor',
    title: 'Select clips from cursor on',
    run: (context) => {
      const { cursorSample, selectClips } = context.view.getState();
      const clips = clipsInOrder(context, workingTrackIds(context));
      selectClips(clips.filter((clip) => clip.startSample >= cursorSample).map(({ id }) => id));
    },
  },
  {
    id: 'select.inRange',
    title: 'Select clips inside the range',
    run: (context) => {
      const { range, selectClips } = context.view.getState();
      if (!range) return note(context, 'No range is selected.');
      const inside = clipsInOrder(context, range.trackIds).filter(
        (clip) => clip.startSample >= range.fromSample && clipEndSample(clip) <= range.toSample,
      );
      return selectClips(inside.map(({ id }) => id));
    },
  },
  {
    id: 'select.rangeOfClips',
    title: 'Range over the selected clips',
    run: (context) => {
      const clips = selectedClips(context);
      const span = spanOf(clips);
      if (!span) return note(context, 'No clip is selected.');
      const trackIds = [...new Set(clips.map((clip) => clip.trackId))];
      return context.view.getState().selectRange({ ...span, trackIds });
    },
  },
  {
    id: 'select.rangeAllTracks',
    title: 'Range over all tracks',
    run: (context) => {
      const { range, selectRange } = context.view.getState();
      if (!range) return note(context, 'No range is selected.');
      return selectRange({ ...range, trackIds: context.mirror.tracks().map((track) => track.id) });
    },
  },
  neighbourClip(1, false),
  neighbourClip(-1, false),
  neighbourClip(1, true),
  neighbourClip(-1, true),
  mark('in'),
  mark('out'),
  toEdge(1, false),
  toEdge(-1, false),
  toEdge(1, true),
  toEdge(-1, true),
  { id: 'timeline.toStart', title: 'Go to start', run: (context) => goTo(context, 0) },
  { id: 'timeline.toEnd', title: 'Go to end', run: (context) => goTo(context, context.mirror.endSample()) },
];
