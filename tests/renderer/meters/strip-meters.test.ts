import { describe, expect, test } from 'vitest';
import { inputOf } from '../../../src-renderer/engine/input-routing.ts';
import { layOutStrips, MeterBank, pointsOfTrack } from '../../../src-renderer/meters/strip-meters.ts';
import { createTimelineView } from '../../../src-renderer/timeline/timeline-view.ts';
import { layOutLanes } from '../../../src-renderer/timeline/track-layout.ts';
import type { TrackInput } from '../../../src-shared/engine/live-engine.ts';

const input = (fields: Partial<TrackInput>): TrackInput => ({
  trackId: 4,
  inputs: [2],
  mode: 'auto',
  armed: false,
  ...fields,
});

describe('the meter of a track', () => {
  test('shows what it plays, both sides', () => {
    expect(pointsOfTrack(4, input({}))).toEqual([
      { kind: 'trackLeft', id: 4 },
      { kind: 'trackRight', id: 4 },
    ]);
  });

  test('shows its inputs while it is armed or its input is always heard', () => {
    expect(pointsOfTrack(4, input({ armed: true }))).toEqual([{ kind: 'input', id: 2 }]);
    expect(pointsOfTrack(4, input({ mode: 'input', inputs: [0, 1] }))).toEqual([
      { kind: 'input', id: 0 },
      { kind: 'input', id: 1 },
    ]);
    expect(pointsOfTrack(4, input({ armed: true, inputs: [] }))[0]).toMatchObject({ kind: 'trackLeft' });
  });

  test('stands inside its header at every height', () => {
    const tracks = [1, 2, 3, 4, 5].map((id) => ({ id }));
    const view = createTimelineView({
      trackHeights: { 1: 'mini', 2: 'small', 3: 'medium', 4: 'large', 5: 'huge' },
    }).getState();
    const lanes = layOutLanes(tracks, view);
    const strips = layOutStrips(lanes, (trackId) => inputOf([], trackId));
    for (const [at, strip] of strips.entries()) {
      const lane = lanes[at]!;
      expect(strip.top).toBeGreaterThanOrEqual(lane.top);
      expect(strip.top + strip.height).toBeLessThan(lane.top + lane.height);
      expect(strip.height).toBeGreaterThan(10);
    }
  });
});

describe('many meters', () => {
  test('take the highest of what came between two frames', () => {
    const bank = new MeterBank();
    bank.take('a', 0.25);
    bank.take('a', 0.5);
    bank.take('a', 0.1);
    expect(bank.step(['a'], 0)).toBe(true);
    expect(bank.state('a').levelDb).toBeCloseTo(-6.02, 2);
  });

  test('fall as time goes and come to rest', () => {
    const bank = new MeterBank();
    bank.take('a', 1);
    bank.step(['a'], 0);
    bank.step(['a'], 0.25);
    const falling = bank.state('a').levelDb;
    expect(falling).toBeLessThan(0);
    let steps = 0;
    while (bank.step(['a'], 0.5 + steps * 0.25) && steps < 100) steps++;
    expect(bank.state('a').levelDb).toBe(-60);
    expect(steps).toBeLessThan(40);
  });

  test('forget what is not shown any more', () => {
    const bank = new MeterBank();
    bank.take('a', 1);
    bank.step(['a'], 0);
    bank.step(['b'], 0.1);
    expect(bank.state('a').levelDb).toBe(-60);
  });
});
