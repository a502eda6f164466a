import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { TimelineContext } from './timeline-context.ts';

/** What an action applies to. */

/** The selected clips that still exist, by start. */
export function selectedClips({ mirror, view }: TimelineContext): readonly ClipRow[] {
  const clips: ClipRow[] = [];
  for (const id of view.getState().selectedClipIds) {
    const clip = mirror.get('clip', id);
    if (clip) clips.push(clip);
  }
  return clips.sort((a, b) => a.startSample - b.startSample || a.id - b.id);
}

/** The clips of the active track that the cursor stands in; of a crossfade both. */
export function clipsUnderCursor({ mirror, view }: TimelineContext): readonly ClipRow[] {
  const { activeTrackId, cursorSample } = view.getState();
  return activeTrackId === null ? [] : mirror.clipsOnTrack(activeTrackId, cursorSample, cursorSample + 1);
}

/** The selected clips, or else what lies under the cursor on the active track. */
export function targetClips(context: TimelineContext): readonly ClipRow[] {
  const selected = selectedClips(context);
  return selected.length > 0 ? selected : clipsUnderCursor(context);
}

export function clipEndSample(clip: ClipRow): number {
  return clip.startSample + clip.lengthSamples;
}

/** From the first start to the last end; null for no clips. */
export function spanOf(clips: readonly ClipRow[]): { readonly fromSample: number; readonly toSample: number } | null {
  if (clips.length === 0) return null;
  let fromSample = Number.POSITIVE_INFINITY;
  let toSample = 0;
  for (const clip of clips) {
    fromSample = Math.min(fromSample, clip.startSample);
    toSample = Math.max(toSample, clipEndSample(clip));
  }
  return { fromSample, toSample };
}

/** The tracks that a range or an action without a range works on: the active one, or all when none is. */
export function workingTrackIds({ mirror, view }: TimelineContext): readonly number[] {
  const { activeTrackId } = view.getState();
  if (activeTrackId !== null && mirror.get('track', activeTrackId)) return [activeTrackId];
  return mirror.tracks().map((track) => track.id);
}
