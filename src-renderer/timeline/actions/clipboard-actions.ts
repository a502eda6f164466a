import type { Command, SingleCommand } from '../../../src-shared/edit/commands.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { clipEndSample, selectedClips, spanOf } from '../clip-targets.ts';
import { draftOrNull, note, placedClipIds, sendCommand } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Copy, cut, paste, duplicate. What was copied is kept as it was then, so it can be pasted after the original is gone. */

type Copied = { readonly clips: readonly ClipRow[]; readonly fromSample: number; readonly lengthSamples: number };

/** By mirror: one clipboard for each open project. */
const copiedIn = new WeakMap<object, Copied>();

/** The parts of clips that lie inside the selected range. What the edges cut off takes its fade along. */
function clipsInRange({ mirror, view }: TimelineContext): readonly ClipRow[] {
  const { range } = view.getState();
  if (!range) return [];
  return range.trackIds.flatMap((trackId) =>
    mirror.clipsOnTrack(trackId, range.fromSample, range.toSample).map((clip) => {
      const startSample = Math.max(clip.startSample, range.fromSample);
      const lengthSamples = Math.min(clipEndSample(clip), range.toSample) - startSample;
      const fadeInSamples = startSample === clip.startSample ? Math.min(clip.fadeInSamples, lengthSamples) : 0;
      const keepsEnd = clipEndSample(clip) <= range.toSample;
      return {
        ...clip,
        startSample,
        lengthSamples,
        sourceInSample: clip.sourceInSample + startSample - clip.startSample,
        fadeInSamples,
        fadeOutSamples: keepsEnd ? Math.min(clip.fadeOutSamples, lengthSamples - fadeInSamples) : 0,
      };
    }),
  );
}

/** Copies the selected clips, or else what lies in the range with the silence around it. Null when there is neither. */
function copy(context: TimelineContext): Copied | null {
  const selected = selectedClips(context);
  const { range } = context.view.getState();
  const clips = selected.length > 0 ? selected : clipsInRange(context);
  const span = selected.length > 0 ? spanOf(selected) : range;
  if (!span || clips.length === 0) return note(context, 'No clip is selected, and no sound in a range.');
  const copied = { clips, fromSample: span.fromSample, lengthSamples: span.toSample - span.fromSample };
  copiedIn.set(context.mirror, copied);
  return copied;
}

async function cut(context: TimelineContext): Promise<unknown> {
  const { range, selectedClipIds } = context.view.getState();
  const copied = copy(context);
  if (!copied) return null;
  if (selectedClipIds.size === 0 && range) {
    const { fromSample, toSample, trackIds } = range;
    return sendCommand(context, { kind: 'clip.clearRange', trackIds: [...trackIds], fromSample, toSample });
  }
  context.view.getState().selectClips([]);
  return sendCommand(context, { kind: 'clip.remove', clipIds: copied.clips.map((clip) => clip.id) });
}

/** A clip of the clipboard, put on another track at another time. */
function addCommand(clip: ClipRow, trackId: number, startSample: number): SingleCommand {
  return {
    kind: 'clip.add',
    trackId,
    sourceId: clip.sourceId,
    sourceChannel: clip.sourceChannel,
    startSample,
    sourceInSample: clip.sourceInSample,
    lengthSamples: clip.lengthSamples,
    name: clip.name,
    gainDb: clip.gainDb,
    fadeInSamples: clip.fadeInSamples,
    fadeInShape: clip.fadeInShape,
    fadeOutSamples: clip.fadeOutSamples,
    fadeOutShape: clip.fadeOutShape,
    muted: clip.muted,
    polarityInverted: clip.polarityInverted,
  };
}

async function paste(context: TimelineContext): Promise<unknown> {
  const copied = copiedIn.get(context.mirror);
  if (!copied) return note(context, 'Nothing has been copied yet.', 'Select clips and copy them first.');
  const tracks = context.mirror.tracks();
  const { activeTrackId, cursorSample } = context.view.getState();
  const places = copied.clips.map((clip) => tracks.findIndex((track) => track.id === clip.trackId));
  const top = Math.min(...places.filter((index) => index >= 0));
  const active = tracks.findIndex((track) => track.id === activeTrackId);
  const shift = active >= 0 && Number.isFinite(top) ? active - top : 0;
  const commands: SingleCommand[] = [];
  for (const [index, clip] of copied.clips.entries()) {
    const track = tracks[places[index]! + shift];
    if (places[index]! < 0 || !track)
      return note(context, 'There are not enough tracks below the active one.', 'Activate a higher track, or add one.');
    commands.push(addCommand(clip, track.id, cursorSample + clip.startSample - copied.fromSample));
  }
  const label = commands.length === 1 ? 'Paste clip' : `Paste ${commands.length} clips`;
  // A batch even of one: undo then names it as what it was, a paste.
  const command: Command = { kind: 'batch', label, commands };
  const draft = draftOrNull(context.mirror, command);
  const answer = await sendCommand(context, command);
  if (answer === null) return null;
  context.view.getState().selectClips(placedClipIds(draft, answer));
  // Pasting again goes on where this ended.
  context.view.getState().setCursor(cursorSample + copied.lengthSamples);
  return answer;
}

export const CLIPBOARD_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'edit.copy',
    title: 'Copy clips, or what lies in the range',
    run: (context) => {
      const copied = copy(context);
      if (copied) note(context, copied.clips.length === 1 ? 'Copied 1 clip.' : `Copied ${copied.clips.length} clips.`);
    },
  },
  { id: 'edit.cut', title: 'Cut clips, or what lies in the range', run: cut },
  { id: 'edit.paste', title: 'Paste clips at cursor on the active track', run: paste },
  {
    id: 'clip.duplicate',
    title: 'Duplicate clips after themselves',
    run: async (context) => {
      const clips = selectedClips(context);
      const span = spanOf(clips);
      if (!span) return note(context, 'No clip is selected.');
      const deltaSamples = span.toSample - span.fromSample;
      const clipIds = clips.map((clip) => clip.id);
      const command: Command = { kind: 'clip.duplicate', clipIds, deltaSamples, deltaTracks: 0 };
      const draft = draftOrNull(context.mirror, command);
      const copies = placedClipIds(draft, await sendCommand(context, command));
      if (copies.length > 0) context.view.getState().selectClips(copies);
      return copies;
    },
  },
];
