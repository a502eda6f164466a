import type { Command } from '../../../src-shared/edit/commands.ts';
import { nearestSample, sampleAtPixel } from '../coordinates.ts';
import { type Snapped, snapSample } from '../snap.ts';
import type { TimelineContext } from '../timeline-context.ts';
import { headerRows, type Lane, laneIndexAt, lanesBetween } from '../track-layout.ts';

/**
 * A gesture is what happens from press to release. It changes nothing but the view: each move says which command would
 * be sent now, the stage shows that command's draft, and only the release sends it. Escape drops it.
 */

/** Where the pointer is, in CSS pixels from the top left of the stage, and what is held down. */
export type GesturePointer = {
  readonly x: number;
  readonly y: number;
  /** Constrains: to one axis, to whole tracks, to single steps. */
  readonly shift: boolean;
  /** Duplicates, or takes the other of two meanings. */
  readonly alt: boolean;
  /** No snapping, fine steps. Command on a Mac. */
  readonly control: boolean;
};

export type GestureFrame = {
  /** What the release would send; null for nothing. */
  readonly command: Command | null;
  /** Shown beside the pointer. */
  readonly readout?: string;
  /** A line where something caught. */
  readonly guideSample?: number | null;
  /** A rubber band in stage pixels. */
  readonly band?: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
  readonly cursor?: string;
};

export type Gesture = {
  readonly update: (pointer: GesturePointer) => GestureFrame;
  /** Runs on release before the command is sent: what changes in the view. */
  readonly finish?: (pointer: GesturePointer) => void;
  /** Runs on Escape: puts back what the gesture changed in the view. */
  readonly cancel?: () => void;
};

/** What a gesture starts from. */
export type GestureStart = {
  readonly context: TimelineContext;
  readonly lanes: readonly Lane[];
  readonly pointer: GesturePointer;
};

/** Pixels that the pointer must travel before a press counts as a drag. */
export const DRAG_THRESHOLD = 3;

/** Whether the pointer has left the place where it went down. */
export function hasDragged(start: GesturePointer, now: GesturePointer): boolean {
  return Math.hypot(now.x - start.x, now.y - start.y) >= DRAG_THRESHOLD;
}

/**
 * How far in time the pointer has gone since the press, in fractional samples. Counted on the timeline, not on the screen,
 * so that a drag that scrolls the view goes on.
 */
export function travelledSamples(start: GestureStart): (pointer: GesturePointer) => number {
  const { view } = start.context;
  const from = sampleAtPixel(start.pointer.x, view.getState());
  return (pointer) => sampleAtPixel(pointer.x, view.getState()) - from;
}

/** The same pointer as if it had taken hold exactly at a sample: what is dragged does not jump at the press. */
export function heldAt(sample: number, start: GestureStart): (pointer: GesturePointer) => GesturePointer {
  const { view } = start.context;
  const offset = sample - sampleAtPixel(start.pointer.x, view.getState());
  return (pointer) => ({ ...pointer, x: pointer.x + offset / view.getState().samplesPerPixel });
}

/** Height in lane space. */
export function laneY(y: number, context: TimelineContext): number {
  const view = context.view.getState();
  return y - headerRows(view.showFeetFrames).lanesTop + view.scrollTop;
}

/** The lane at a height on the stage, held to the first and last; null when there is none. */
export function laneAt(y: number, start: GestureStart): Lane | null {
  const index = laneIndexAt(start.lanes, laneY(y, start.context));
  return start.lanes[Math.min(start.lanes.length - 1, Math.max(0, index))] ?? null;
}

/** Tracks in sight, whose edges catch. */
export function trackIdsInSight({ context, lanes }: GestureStart): readonly number[] {
  const view = context.view.getState();
  const height = view.viewportHeight - headerRows(view.showFeetFrames).lanesTop;
  return lanesBetween(lanes, view.scrollTop, view.scrollTop + height).map((lane) => lane.trackId);
}

/** The sample under the pointer, snapped unless Control is held. */
export function snappedSample(
  pointer: GesturePointer,
  start: GestureStart,
  except: ReadonlySet<number> = new Set(),
): { readonly sample: number; readonly caught: Snapped | null } {
  const { context } = start;
  const view = context.view.getState();
  if (pointer.control) return { sample: nearestSample(pointer.x, view), caught: null };
  return snapSample(sampleAtPixel(pointer.x, view), {
    mirror: context.mirror,
    view,
    trackIds: trackIdsInSight(start),
    except,
  });
}
