import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { chooseTake } from '../../takes/chosen-take.ts';
import { selectedClips } from '../clip-targets.ts';
import { pixelOfSample, sampleAtPixel } from '../coordinates.ts';
import type { TimelineHit } from '../hit-test.ts';
import type { TimelineContext } from '../timeline-context.ts';
import type { TimelineTool } from '../timeline-view.ts';
import { fadeClips } from './fade-clips.ts';
import { gainClips } from './gain-clips.ts';
import type { Gesture, GestureStart } from './gesture.ts';
import { moveClips } from './move-clips.ts';
import { moveMarker, movePicture } from './move-others.ts';
import { rubberBand } from './rubber-band.ts';
import { selectRange } from './select-range.ts';
import { slipClips } from './slip-clips.ts';
import { splitClips } from './split-clips.ts';
import { trimClips } from './trim-clips.ts';
import { dragView, zoomSpan } from './view-gestures.ts';

type ClipHit = Extract<TimelineHit, { on: 'clip' }>;
type TakeHit = Extract<TimelineHit, { on: 'take' }>;

/** What a press begins, by tool and by what lies under the pointer. Null begins nothing. */
export function chooseGesture(hit: TimelineHit, start: GestureStart): Gesture | null {
  const { context } = start;
  const { tool } = context.view.getState();
  if (hit.on === 'ruler') return tool === 'zoom' ? zoomSpan(start) : selectRange(start, true);
  if (hit.on === 'marker') {
    const marker = context.mirror.get('marker', hit.markerId);
    return marker && moveMarker(start, marker);
  }
  if (tool === 'hand') return dragView(start);
  if (tool === 'zoom') return zoomSpan(start);
  if (hit.on === 'picture') {
    const clip = context.mirror.get('picture_clip', hit.pictureClipId);
    return clip && (tool === 'range' ? selectRange(start, true) : movePicture(start, clip));
  }
  if (hit.on === 'marker-row' || hit.on === 'picture-lane') return selectRange(start, true);
  if (hit.on === 'outside') return rubberBand(start);
  if (hit.on === 'take') return takeGesture(hit, start);
  if (tool === 'range') return selectRange(start, false);
  return hit.on === 'clip' ? clipGesture(hit, tool, start) : rubberBand(start);
}

/** Chooses the take and selects time over it, to be used there; a press into the selected range leaves that as it is. */
function takeGesture({ trackId, takeId }: TakeHit, start: GestureStart): Gesture | null {
  const view = start.context.view.getState();
  view.setActiveTrack(trackId);
  if (takeId !== null) chooseTake(takeId);
  const at = sampleAtPixel(start.pointer.x, view);
  const { range } = view;
  const inRange = range?.trackIds.includes(trackId) && at >= range.fromSample && at < range.toSample;
  return inRange && !start.pointer.shift ? null : selectRange(start, false);
}

function clipGesture(hit: ClipHit, tool: TimelineTool, start: GestureStart): Gesture | null {
  const grabbed = start.context.mirror.get('clip', hit.clipId);
  if (!grabbed) return null;
  const clips = pickUp(grabbed, start);
  if (!clips.includes(grabbed)) return null;
  switch (tool) {
    case 'split':
      return splitClips(start, clips);
    case 'slip':
      return slipClips(start, grabbed, clips);
    case 'gain':
      return gainClips(start, grabbed, clips);
    case 'trim':
      return trimClips(start, grabbed, clips, nearerEdge(grabbed, start));
    case 'fade':
      return fadeClips(start, grabbed, clips, nearerEdge(grabbed, start) === 'start' ? 'in' : 'out');
  }
  switch (hit.part) {
    case 'start':
    case 'end':
      return trimClips(start, grabbed, clips, hit.part);
    case 'fade-in':
      return fadeClips(start, grabbed, clips, 'in');
    case 'fade-out':
      return fadeClips(start, grabbed, clips, 'out');
    case 'gain':
      return gainClips(start, grabbed, clips);
    case 'name':
    case 'body':
      return moveClips(start, grabbed, clips);
  }
}

/**
 * Selects by the press: a clip that is not selected becomes the selection, with Shift it joins or leaves it. Returns the
 * clips that the gesture works on.
 */
function pickUp(grabbed: ClipRow, { context, pointer }: GestureStart): readonly ClipRow[] {
  const view = context.view.getState();
  const { selectedClipIds } = view;
  view.setActiveTrack(grabbed.trackId);
  if (pointer.shift && selectedClipIds.has(grabbed.id))
    view.selectClips([...selectedClipIds].filter((id) => id !== grabbed.id));
  else if (pointer.shift) view.selectClips([...selectedClipIds, grabbed.id]);
  else if (!selectedClipIds.has(grabbed.id)) view.selectClips([grabbed.id]);
  view.selectRange(null);
  return selectedClips(context);
}

function nearerEdge(clip: ClipRow, { context, pointer }: GestureStart): 'start' | 'end' {
  const view = context.view.getState();
  const middle = pixelOfSample(clip.startSample + clip.lengthSamples / 2, view);
  return pointer.x < middle ? 'start' : 'end';
}

/** The mouse cursor over a place before anything is pressed. */
export function cursorOver(hit: TimelineHit, context: TimelineContext): string {
  const { tool } = context.view.getState();
  if (hit.on === 'marker') return 'pointer';
  if (tool === 'hand') return 'grab';
  if (tool === 'zoom') return 'zoom-in';
  if (hit.on === 'picture') return tool === 'range' ? 'text' : 'grab';
  if (hit.on !== 'clip') return tool === 'range' || hit.on === 'ruler' || hit.on === 'take' ? 'text' : 'default';
  switch (tool) {
    case 'range':
      return 'text';
    case 'split':
      return 'col-resize';
    case 'slip':
    case 'trim':
    case 'fade':
      return 'ew-resize';
    case 'gain':
      return 'ns-resize';
  }
  switch (hit.part) {
    case 'start':
    case 'end':
      return 'ew-resize';
    case 'fade-in':
    case 'fade-out':
      return 'crosshair';
    case 'gain':
      return 'ns-resize';
    case 'name':
    case 'body':
      return 'grab';
  }
}
