import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestCatch, snapDistance, snapSample, snapToGrid } from '../../../src-renderer/timeline/snap.ts';
import { FRAME_RATES, frameToSample, sampleToFrame } from '../../../src-shared/time/frame-rate.ts';
import { localTimeline } from '../../support/local-timeline.ts';
import { clipRow, FRAME, rowsWith } from './timeline-rows.ts';

const { mirror, view } = localTimeline(
  rowsWith([clipRow(1, 1, 48_123), clipRow(2, 2, 200_007)], {
    marker: [{ id: 1, atSample: 333_333, name: 'M', comment: '' }],
  }),
  { samplesPerPixel: 480, cursorSample: 150_001 },
);
const scope = (except: readonly number[] = [], trackIds = [1, 2, 3]) => ({
  mirror,
  view: view.getState(),
  trackIds,
  except: new Set(except),
});

describe('snapping', () => {
  it('catches clip edges, cursor and markers within 8 pixels', () => {
    expect(nearestCatch(48_123 + 3000, scope())).toEqual({ sample: 48_123, reason: 'clip edge' });
    expect(nearestCatch(96_123 + 3000, scope())).toEqual({ sample: 96_123, reason: 'clip edge' });
    expect(nearestCatch(150_001 - 3000, scope())).toEqual({ sample: 150_001, reason: 'cursor' });
    expect(nearestCatch(333_333 + 1, scope())).toEqual({ sample: 333_333, reason: 'marker' });
    expect(nearestCatch(48_123 - 8 * 480 - 1, scope())).toBeNull();
  });

  it('is not caught by the clips that are being moved, nor by tracks out of sight', () => {
    expect(nearestCatch(48_123, scope([1]))).toBeNull();
    expect(nearestCatch(200_007, scope([], [1]))).toBeNull();
  });

  it('falls to the frame where nothing else catches', () => {
    expect(snapSample(FRAME * 5 + 900, scope([], [])).sample).toBe(FRAME * 5);
    expect(snapSample(FRAME * 5 + 1100, scope([], [])).sample).toBe(FRAME * 6);
  });

  it('does nothing when it is off', () => {
    const off = { ...scope(), view: { ...view.getState(), snap: { ...view.getState().snap, enabled: false } } };
    expect(snapSample(48_124.4, off)).toEqual({ sample: 48_124, caught: null });
  });

  it('lets go of the grid where a frame has become wider than 400 pixels', () => {
    const near = { ...scope([], []), view: { ...view.getState(), samplesPerPixel: 0.5 } };
    expect(snapSample(FRAME * 5 + 77, near).sample).toBe(FRAME * 5 + 77);
  });

  it('puts every sample on a frame of every rate', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(FRAME_RATES)),
        fc.integer({ min: 0, max: 700_000_000 }),
        (frameRate, sample) => {
          const clock = { frameRate, sampleRate: 48_000, startFrame: 0 };
          const snapped = snapToGrid(sample, 'frame', clock);
          expect(frameToSample(sampleToFrame(snapped, frameRate, 48_000), frameRate, 48_000)).toBe(snapped);
        },
      ),
    );
  });

  it('counts seconds as the labels do', () => {
    const clock = { frameRate: FRAME_RATES['23.976'], sampleRate: 48_000, startFrame: 86_400 };
    // 24 frames of 2002 samples.
    expect(snapToGrid(50_000, 'second', clock)).toBe(48_048);
    const late = { ...clock, startFrame: 86_412 };
    expect(snapToGrid(25_000, 'second', late)).toBe(24_024);
  });

  it('moves by whole frames, so sync finer than a frame survives', () => {
    const clock = mirror.clock();
    expect(snapDistance(FRAME * 3 + 700, 'frame', clock)).toBe(FRAME * 3);
    expect(snapDistance(-FRAME * 3 - 1300, 'frame', clock)).toBe(-FRAME * 4);
    expect(snapDistance(777.4, 'off', clock)).toBe(777);
  });
});
