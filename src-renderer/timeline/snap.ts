import { countingBase, frameToSample, sampleToFrame, snapToFrame } from '../../src-shared/time/frame-rate.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import type { Mirror } from '../project/mirror.ts';
import type { SnapGrid, TimelineViewState } from './timeline-view.ts';

/** How near, in CSS pixels, an edge, the cursor or a marker catches. */
export const SNAP_PIXELS = 8;

export type SnapReason = 'clip edge' | 'cursor' | 'marker' | 'grid' | 'in sync';
export type Snapped = { readonly sample: number; readonly reason: SnapReason };

type SnapScope = {
  readonly mirror: Mirror;
  readonly view: TimelineViewState;
  /** Tracks whose clip edges catch: those in sight. */
  readonly trackIds: readonly number[];
  /** Clips that are being moved do not catch themselves. */
  readonly except: ReadonlySet<number>;
};

/**
 * The clip edge, cursor, marker or start of the timeline that catches a sample: the nearest within reach, or null. The
 * grid is not asked.
 */
export function nearestCatch(sample: number, scope: SnapScope): Snapped | null {
  const { mirror, view, trackIds, except } = scope;
  if (!view.snap.enabled) return null;
  const reach = Math.max(1, SNAP_PIXELS * view.samplesPerPixel);
  let best: Snapped | null = null;
  let bestDistance = reach;
  const offer = (candidate: number, reason: SnapReason) => {
    const distance = Math.abs(candidate - sample);
    if (distance < bestDistance || (distance === bestDistance && best === null)) {
      best = { sample: candidate, reason };
      bestDistance = distance;
    }
  };
  if (view.snap.cursor) offer(view.cursorSample, 'cursor');
  if (view.snap.markers) for (const marker of mirror.all('marker')) offer(marker.atSample, 'marker');
  if (view.snap.clipEdges) {
    const from = Math.max(0, Math.floor(sample - reach));
    const to = Math.max(from + 1, Math.ceil(sample + reach) + 1);
    // One sample further: a clip that ends right at the reach does not overlap it.
    for (const trackId of trackIds)
      for (const clip of mirror.clipsOnTrack(trackId, Math.max(0, from - 1), to)) {
        if (except.has(clip.id)) continue;
        offer(clip.startSample, 'clip edge');
        offer(clip.startSample + clip.lengthSamples, 'clip edge');
      }
    for (const clip of mirror.pictureClips(Math.max(0, from - 1), to)) {
      offer(clip.startSample, 'clip edge');
      offer(clip.startSample + clip.lengthSamples, 'clip edge');
    }
  }
  return best;
}

/** Where an edit at a sample falls: what catches it, else the grid, else the sample itself. Whole, not negative. */
export function snapSample(
  sample: number,
  scope: SnapScope,
): { readonly sample: number; readonly caught: Snapped | null } {
  const caught = nearestCatch(sample, scope);
  if (caught) return { sample: caught.sample, caught };
  const whole = Math.max(0, Math.round(sample));
  const clock = scope.mirror.clock();
  return {
    sample: snapToGrid(whole, gridInForce(scope.view, clock), clock),
    caught: null,
  };
}

/** Whoever has zoomed in until a step of the grid is this wide, in CSS pixels, means samples. */
const WIDEST_GRID_STEP = 400;

/** The grid that holds at this zoom: the chosen one, or none where snapping is off or its steps have become too wide. */
export function gridInForce(view: TimelineViewState, clock: ProjectClock): SnapGrid {
  const { enabled, grid } = view.snap;
  if (!enabled || grid === 'off') return 'off';
  const samplesPerFrame = (clock.sampleRate * clock.frameRate.denominator) / clock.frameRate.numerator;
  const step = grid === 'frame' ? samplesPerFrame : samplesPerFrame * countingBase(clock.frameRate);
  return step / view.samplesPerPixel > WIDEST_GRID_STEP ? 'off' : grid;
}

/** The nearest line of the grid. A second is a labelled one: as many frames as the rate counts. */
export function snapToGrid(sample: number, grid: SnapGrid, clock: ProjectClock): number {
  if (grid === 'off') return sample;
  const { frameRate, sampleRate } = clock;
  if (grid === 'frame') return snapToFrame(sample, frameRate, sampleRate);
  const base = countingBase(frameRate);
  const frame = sampleToFrame(sample, frameRate, sampleRate);
  const before = Math.floor((frame + clock.startFrame) / base) * base - clock.startFrame;
  const low = Math.max(0, frameToSample(before, frameRate, sampleRate));
  const high = frameToSample(before + base, frameRate, sampleRate);
  return sample - low < high - sample ? low : high;
}

/**
 * A distance in whole grid steps. Moving by whole frames keeps what a clip is off a frame by: sync finer than a frame is
 * never lost to the grid.
 */
export function snapDistance(distance: number, grid: SnapGrid, clock: ProjectClock): number {
  if (grid === 'off') return Math.round(distance);
  const step = grid === 'frame' ? 1 : countingBase(clock.frameRate);
  const samplesPerStep = (step * clock.sampleRate * clock.frameRate.denominator) / clock.frameRate.numerator;
  const steps = Math.round(Math.abs(distance) / samplesPerStep);
  return Math.sign(distance) * frameToSample(steps * step, clock.frameRate, clock.sampleRate);
}
