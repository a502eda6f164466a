import type { SingleCommand } from '../../../src-shared/edit/commands.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { countingBase, frameToSample } from '../../../src-shared/time/frame-rate.ts';
import { clipEndSample, clipsUnderCursor, selectedClips, targetClips } from '../clip-targets.ts';
import { note, sendCommand, sendCommands } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import { crossfade } from './crossfade-actions.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Actions that change clips where they are: nudge, trim, split, slip, fade, gain, mute, delete. */

const NO_CLIP = 'No clip is selected and none lies under the cursor on the active track.';

type Step = 'sample' | 'frame' | 'second';

function stepSamples(step: Step, { mirror }: TimelineContext): number {
  if (step === 'sample') return 1;
  const { frameRate, sampleRate } = mirror.clock();
  return frameToSample(step === 'frame' ? 1 : countingBase(frameRate), frameRate, sampleRate);
}

function idsOf(clips: readonly ClipRow[]): number[] {
  return clips.map((clip) => clip.id);
}

/** Runs on the target clips, or says that there are none. */
function withTargets(context: TimelineContext, run: (clips: readonly ClipRow[]) => unknown): unknown {
  const clips = targetClips(context);
  return clips.length > 0 ? run(clips) : note(context, NO_CLIP);
}

/** Those whose inside the cursor stands in; says so when it is none. */
function withClipsAcrossCursor(context: TimelineContext, run: (clips: readonly ClipRow[], cursor: number) => unknown) {
  const { cursorSample } = context.view.getState();
  const across = targetClips(context).filter(
    (clip) => clip.startSample < cursorSample && clipEndSample(clip) > cursorSample,
  );
  const clips =
    across.length > 0 ? across : clipsUnderCursor(context).filter((clip) => clip.startSample < cursorSample);
  return clips.length > 0 ? run(clips, cursorSample) : note(context, 'The cursor stands in no clip.');
}

function nudge(step: Step, direction: 1 | -1): TimelineAction {
  const word = step.charAt(0).toUpperCase() + step.slice(1);
  return {
    id: `clip.nudge${word}${direction > 0 ? 'Later' : 'Earlier'}`,
    title: `Nudge ${step} ${direction > 0 ? 'later' : 'earlier'}`,
    run: (context) =>
      withTargets(context, (clips) => {
        // The group stops where its first clip reaches the start: its inner distances are kept.
        const earliest = Math.min(...clips.map((clip) => clip.startSample));
        const deltaSamples = Math.max(-earliest, direction * stepSamples(step, context));
        if (deltaSamples === 0) return note(context, 'The clips already begin at the start of the timeline.');
        return sendCommand(context, { kind: 'clip.move', clipIds: idsOf(clips), deltaSamples });
      }),
  };
}

function slip(step: Step, direction: 1 | -1): TimelineAction {
  const word = step.charAt(0).toUpperCase() + step.slice(1);
  return {
    id: `clip.slip${word}${direction > 0 ? 'Later' : 'Earlier'}`,
    title: `Slip sound ${step} ${direction > 0 ? 'later' : 'earlier'}`,
    run: (context) =>
      withTargets(context, (clips) =>
        // To hear the sound later, the clip must begin earlier in its source.
        sendCommand(context, {
          kind: 'clip.slip',
          clipIds: idsOf(clips),
          deltaSamples: -direction * stepSamples(step, context),
        }),
      ),
  };
}

function gain(deltaDb: number): TimelineAction {
  const size = Math.abs(deltaDb) === 1 ? '1 dB' : '0.5 dB';
  return {
    id: `clip.gain${deltaDb > 0 ? 'Up' : 'Down'}${Math.abs(deltaDb) === 1 ? '' : 'Half'}`,
    title: `Clip gain ${deltaDb > 0 ? 'up' : 'down'} ${size}`,
    run: (context) => withTargets(context, (clips) => sendCommands(context, 'Clip gain', gainCommands(clips, deltaDb))),
  };
}

/** One command for all clips that end at the same gain. Held to what a clip can have, in steps of 0.01 dB. */
export function gainCommands(clips: readonly ClipRow[], deltaDb: number): SingleCommand[] {
  const byGain = new Map<number, number[]>();
  for (const clip of clips) {
    const gainDb = Math.min(24, Math.max(-144, Math.round((clip.gainDb + deltaDb) * 100) / 100));
    byGain.set(gainDb, [...(byGain.get(gainDb) ?? []), clip.id]);
  }
  return [...byGain].map(([gainDb, clipIds]) => ({ kind: 'clip.gain', clipIds, gainDb }));
}

function toCursor(edge: 'start' | 'end'): TimelineAction {
  return {
    id: `clip.move${edge === 'start' ? 'Start' : 'End'}ToCursor`,
    title: `Move clip ${edge} to cursor`,
    run: (context) =>
      withTargets(context, (clips) => {
        const { cursorSample } = context.view.getState();
        const first = clips.reduce((a, b) => (b.startSample < a.startSample ? b : a));
        const last = clips.reduce((a, b) => (clipEndSample(b) > clipEndSample(a) ? b : a));
        const deltaSamples = cursorSample - (edge === 'start' ? first.startSample : clipEndSample(last));
        return sendCommand(context, { kind: 'clip.move', clipIds: idsOf(clips), deltaSamples });
      }),
  };
}

function trimToCursor(edge: 'start' | 'end'): TimelineAction {
  return {
    id: `clip.trim${edge === 'start' ? 'Start' : 'End'}ToCursor`,
    title: `Trim clip ${edge} to cursor`,
    run: (context) =>
      withTargets(context, (clips) => {
        const { cursorSample } = context.view.getState();
        const commands = clips.map((clip): SingleCommand => {
          const from = edge === 'start' ? clip.startSample : clipEndSample(clip);
          return { kind: 'clip.trim', clipIds: [clip.id], edge, deltaSamples: cursorSample - from };
        });
        return sendCommands(context, `Trim ${edge} to cursor`, commands);
      }),
  };
}

function fadeToCursor(edge: 'in' | 'out'): TimelineAction {
  return {
    id: `clip.fade${edge === 'in' ? 'In' : 'Out'}ToCursor`,
    title: `Fade ${edge} to cursor`,
    run: (context) =>
      withClipsAcrossCursor(context, (clips, cursor) => {
        const commands = clips.map((clip): SingleCommand => {
          const lengthSamples = edge === 'in' ? cursor - clip.startSample : clipEndSample(clip) - cursor;
          return { kind: 'clip.fade', clipIds: [clip.id], edge, lengthSamples };
        });
        return sendCommands(context, `Fade ${edge} to cursor`, commands);
      }),
  };
}

const FADE_SHAPE_NAMES = {
  linear: 'linear',
  'equal-power': 'equal power',
  's-curve': 'S-curve',
  slow: 'slow',
  fast: 'fast',
} as const;

function fadeShape(shape: keyof typeof FADE_SHAPE_NAMES): TimelineAction {
  return {
    id: `clip.fadeShape.${shape}`,
    title: `Fade shape: ${FADE_SHAPE_NAMES[shape]}`,
    run: (context) =>
      withTargets(context, (clips) => {
        const commands = clips.flatMap((clip): SingleCommand[] => {
          const fades: SingleCommand[] = [];
          const clipIds = [clip.id];
          if (clip.fadeInSamples > 0)
            fades.push({ kind: 'clip.fade', clipIds, edge: 'in', lengthSamples: clip.fadeInSamples, shape });
          if (clip.fadeOutSamples > 0)
            fades.push({ kind: 'clip.fade', clipIds, edge: 'out', lengthSamples: clip.fadeOutSamples, shape });
          return fades;
        });
        if (commands.length === 0) return note(context, 'None of these clips has a fade.');
        return sendCommands(context, `Fade shape ${FADE_SHAPE_NAMES[shape]}`, commands);
      }),
  };
}

export const CLIP_ACTIONS: readonly TimelineAction[] = [
  nudge('sample', -1),
  nudge('sample', 1),
  nudge('frame', -1),
  nudge('frame', 1),
  nudge('second', -1),
  nudge('second', 1),
  toCursor('start'),
  toCursor('end'),
  trimToCursor('start'),
  trimToCursor('end'),
  {
    id: 'clip.splitAtCursor',
    title: 'Split at cursor, or at the edges of the range',
    run: (context) => {
      const { range } = context.view.getState();
      if (!range)
        return withClipsAcrossCursor(context, (clips, atSample) =>
          sendCommand(context, { kind: 'clip.split', clipIds: idsOf(clips), atSample }),
        );
      // The right edge first: the left part keeps its id, so both cuts find their clip.
      const commands = [range.toSample, range.fromSample].flatMap((atSample): SingleCommand[] => {
        const clipIds = range.trackIds.flatMap((trackId) =>
          idsOf(
            context.mirror.clipsOnTrack(trackId, atSample, atSample + 1).filter((clip) => clip.startSample < atSample),
          ),
        );
        return clipIds.length > 0 ? [{ kind: 'clip.split', clipIds, atSample }] : [];
      });
      if (commands.length === 0) return note(context, 'No clip crosses an edge of the range.');
      return sendCommands(context, 'Split at range', commands);
    },
  },
  slip('sample', -1),
  slip('sample', 1),
  slip('frame', -1),
  slip('frame', 1),
  fadeToCursor('in'),
  fadeToCursor('out'),
  ...(Object.keys(FADE_SHAPE_NAMES) as (keyof typeof FADE_SHAPE_NAMES)[]).map(fadeShape),
  {
    id: 'clip.removeFades',
    title: 'Remove fades',
    run: (context) =>
      withTargets(context, (clips) =>
        sendCommands(context, 'Remove fades', [
          { kind: 'clip.fade', clipIds: idsOf(clips), edge: 'in', lengthSamples: 0 },
          { kind: 'clip.fade', clipIds: idsOf(clips), edge: 'out', lengthSamples: 0 },
        ]),
      ),
  },
  crossfade(false),
  crossfade(true),
  gain(0.5),
  gain(-0.5),
  gain(1),
  gain(-1),
  {
    id: 'clip.gainReset',
    title: 'Clip gain to 0 dB',
    run: (context) =>
      withTargets(context, (clips) => sendCommand(context, { kind: 'clip.gain', clipIds: idsOf(clips), gainDb: 0 })),
  },
  {
    id: 'clip.toggleMute',
    title: 'Mute or unmute clips',
    run: (context) =>
      withTargets(context, (clips) =>
        sendCommand(context, {
          kind: 'clip.mute',
          clipIds: idsOf(clips),
          muted: clips.some((clip) => !clip.muted),
        }),
      ),
  },
  {
    id: 'clip.delete',
    title: 'Delete selected clips, or clear the range',
    run: (context) => {
      const { range, selectedClipIds } = context.view.getState();
      if (range && selectedClipIds.size === 0) return clearRange(context);
      const clips = selectedClips(context);
      if (clips.length === 0) return note(context, 'No clip is selected.');
      context.view.getState().selectClips([]);
      return sendCommand(context, { kind: 'clip.remove', clipIds: idsOf(clips) });
    },
  },
  { id: 'edit.clearRange', title: 'Clear the selected range', run: clearRange },
];

function clearRange(context: TimelineContext): unknown {
  const { range } = context.view.getState();
  if (!range) return note(context, 'No range is selected.', 'Drag over the ruler, or mark in and out.');
  const { fromSample, toSample } = range;
  return sendCommand(context, { kind: 'clip.clearRange', trackIds: [...range.trackIds], fromSample, toSample });
}
