import type { SingleCommand } from '../../../src-shared/edit/commands.ts';
import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { selectedClips, spanOf } from '../clip-targets.ts';
import { note, sendCommand, sendCommands } from '../send-command.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineAction } from './timeline-action.ts';

/** Copy, cut, paste, duplicate. What was copied is kept as it was then, so it can be pasted after the original is gone. */

type Copied = { readonly clips: readonly ClipRow[]; readonly fromSample: number; readonly lengthSamples: number };

/** By mirror: one clipboard for each open project. */
const copiedIn = new WeakMap<object, Copied>();

function copy(context: TimelineContext): readonly ClipRow[] | null {
  const clips = selectedClips(context);
  const span = spanOf(clips);
  if (!span) return note(context, 'No clip is selected.');
  copiedIn.set(context.mirror, {
    clips,
    fromSample: span.fromSample,
    lengthSamples: span.toSample - span.fromSample,
  });
  return clips;
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
  };
}

function paste(context: TimelineContext): unknown {
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
  context.view.getState().setCursor(cursorSample + copied.lengthSamples);
  return sendCommands(context, commands.length === 1 ? 'Paste clip' : `Paste ${commands.length} clips`, commands);
}

export const CLIPBOARD_ACTIONS: readonly TimelineAction[] = [
  {
    id: 'edit.copy',
    title: 'Copy clips',
    run: (context) => {
      const clips = copy(context);
      if (clips) note(context, clips.length === 1 ? 'Copied 1 clip.' : `Copied ${clips.length} clips.`);
    },
  },
  {
    id: 'edit.cut',
    title: 'Cut clips',
    run: (context) => {
      const clips = copy(context);
      if (!clips) return null;
      context.view.getState().selectClips([]);
      return sendCommand(context, { kind: 'clip.remove', clipIds: clips.map((clip) => clip.id) });
    },
  },
  { id: 'edit.paste', title: 'Paste clips at cursor on the active track', run: paste },
  {
    id: 'clip.duplicate',
    title: 'Duplicate clips after themselves',
    run: (context) => {
      const clips = selectedClips(context);
      const span = spanOf(clips);
      if (!span) return note(context, 'No clip is selected.');
      const deltaSamples = span.toSample - span.fromSample;
      return sendCommand(context, { kind: 'clip.duplicate', clipIds: clips.map((clip) => clip.id), deltaSamples });
    },
  },
];
