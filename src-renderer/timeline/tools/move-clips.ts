import type { ClipRow } from '../../../src-shared/model/rows.ts';
import { exactTimecodeAt } from '../../../src-shared/time/timecode-entry.ts';
import { clipEndSample } from '../clip-targets.ts';
import { distanceText } from '../readout.ts';
import { gridInForce, nearestCatch, SNAP_PIXELS, type Snapped, snapDistance } from '../snap.ts';
import {
  type Gesture,
  type GestureFrame,
  type GesturePointer,
  type GestureStart,
  hasDragged,
  laneAt,
  trackIdsInSight,
  travelledSamples,
} from './gesture.ts';

import { syncErrorOf, syncText } from './sync-catch.ts';

/** Sideways travel below this is the hand's unrest while moving between tracks: time stays. */
const STAYS_IN_TIME_PIXELS = 5;

/**
 * Moves clips in time and across tracks together. The place in sync of the grabbed clip catches before all else, then
 * its edges; else the distance is whole grid steps. Shift keeps to one axis, Alt copies, Control moves sample by sample.
 */
export function moveClips(start: GestureStart, grabbed: ClipRow, clips: readonly ClipRow[]): Gesture {
  const { context, pointer: from } = start;
  const clipIds = clips.map((clip) => clip.id);
  const moving = new Set(clipIds);
  const earliest = Math.min(...clips.map((clip) => clip.startSample));
  const startLane = laneAt(from.y, start);
  const travelled = travelledSamples(start);
  const places = clips.map((clip) => start.lanes.findIndex((lane) => lane.trackId === clip.trackId));
  const highest = Math.min(...places);
  const lowest = Math.max(...places);
  const syncError = syncErrorOf(start, grabbed, clips);

  function distance(pointer: GesturePointer): { samples: number; caught: Snapped | null } {
    const view = context.view.getState();
    const clock = context.mirror.clock();
    const raw = travelled(pointer);
    const pixels = raw / view.samplesPerPixel;
    const vertical = Math.abs(pointer.y - from.y);
    if (Math.abs(pixels) < STAYS_IN_TIME_PIXELS) return { samples: 0, caught: null };
    if (pointer.shift && vertical > Math.abs(pixels)) return { samples: 0, caught: null };
    if (pointer.control || !view.snap.enabled) return { samples: Math.max(-earliest, Math.round(raw)), caught: null };
    // A copy is tied to no sync.
    if (syncError !== null && !pointer.alt && syncError <= earliest) {
      if (Math.abs(raw + syncError) <= SNAP_PIXELS * view.samplesPerPixel) {
        const sample = grabbed.startSample - syncError;
        return { samples: -syncError, caught: { sample, reason: 'in sync' } };
      }
    }
    const scope = {
      mirror: context.mirror,
      view,
      trackIds: trackIdsInSight(start),
      except: pointer.alt ? new Set<number>() : moving,
    };
    const atStart = nearestCatch(grabbed.startSample + raw, scope);
    const atEnd = nearestCatch(clipEndSample(grabbed) + raw, scope);
    const startError = atStart ? Math.abs(atStart.sample - grabbed.startSample - raw) : Number.POSITIVE_INFINITY;
    const endError = atEnd ? Math.abs(atEnd.sample - clipEndSample(grabbed) - raw) : Number.POSITIVE_INFINITY;
    if (atStart && startError <= endError)
      return { samples: Math.max(-earliest, atStart.sample - grabbed.startSample), caught: atStart };
    if (atEnd) return { samples: Math.max(-earliest, atEnd.sample - clipEndSample(grabbed)), caught: atEnd };
    return {
      samples: Math.max(-earliest, snapDistance(raw, gridInForce(view, clock), clock)),
      caught: null,
    };
  }

  function tracks(pointer: GesturePointer): number {
    const lane = laneAt(pointer.y, start);
    if (!lane || !startLane) return 0;
    const horizontal = Math.abs(pointer.x - from.x);
    if (pointer.shift && horizontal >= Math.abs(pointer.y - from.y)) return 0;
    return Math.min(start.lanes.length - 1 - lowest, Math.max(-highest, lane.index - startLane.index));
  }

  function update(pointer: GesturePointer): GestureFrame {
    if (!hasDragged(from, pointer)) return { command: null };
    const { samples, caught } = distance(pointer);
    const deltaTracks = tracks(pointer);
    const clock = context.mirror.clock();
    const placed = `${distanceText(samples, clock)}   ${exactTimecodeAt(grabbed.startSample + samples, clock)}`;
    const readout =
      pointer.alt || syncError === null ? placed : `${placed}   ${syncText(grabbed, syncError + samples, clock)}`;
    const kind = pointer.alt ? 'clip.duplicate' : 'clip.move';
    const command =
      samples === 0 && deltaTracks === 0 ? null : ({ kind, clipIds, deltaSamples: samples, deltaTracks } as const);
    return { command, readout, guideSample: caught?.sample ?? null, cursor: pointer.alt ? 'copy' : 'grabbing' };
  }

  return { update };
}
