import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PlaybackRange } from '../../../src-renderer/audition/playback-schedule.ts';
import {
  type PreviewEvents,
  type PreviewOutput,
  PreviewPlayer,
} from '../../../src-renderer/audition/preview-player.ts';

const RATE = 48_000;

/** A sound device on the test's clock: remembers what was scheduled where. */
class ClockedOutput implements PreviewOutput {
  readonly sampleRate = RATE;
  frame = 0;
  readonly scheduled: { startFrame: number; length: number; first: number; cancelled: boolean }[] = [];

  async resume() {}
  currentFrame() {
    return this.frame;
  }
  heardFrame() {
    return this.frame;
  }
  schedule(left: Float32Array<ArrayBuffer>, _right: Float32Array<ArrayBuffer>, startFrame: number) {
    const entry = { startFrame, length: left.length, first: left[0] ?? 0, cancelled: false };
    this.scheduled.push(entry);
    return () => {
      entry.cancelled = true;
    };
  }
  silence() {
    for (const entry of this.scheduled) if (entry.startFrame + entry.length > this.frame) entry.cancelled = true;
  }
  heard() {
    return this.scheduled.filter((entry) => !entry.cancelled).sort((a, b) => a.startFrame - b.startFrame);
  }
}

let output: ClockedOutput;
let events: { [K in keyof PreviewEvents]: ReturnType<typeof vi.fn<PreviewEvents[K]>> };

beforeEach(() => {
  vi.useFakeTimers();
  output = new ClockedOutput();
  events = { onStart: vi.fn(), onEnd: vi.fn(), onUnderrun: vi.fn(), onError: vi.fn() };
});
afterEach(() => vi.useRealTimers());

/** Lets time pass on the device and on the page together. */
async function pass(seconds: number): Promise<void> {
  for (let left = Math.round(seconds * 100); left > 0; left--) {
    output.frame += RATE / 100;
    await vi.advanceTimersByTimeAsync(10);
  }
}

/** Sound whose every sample is its own version, so that a test sees which render is heard. */
function renderer(delayMs: () => number, version: () => number) {
  return async (_from: number, count: number) => {
    const now = version();
    await new Promise((resolve) => setTimeout(resolve, delayMs()));
    return new Float32Array(count * 2).fill(now);
  };
}

function player(range: PlaybackRange, delayMs = () => 5, version = () => 1, from = 0) {
  return new PreviewPlayer(output, renderer(delayMs, version), range, from, events);
}

describe('the preview', () => {
  test('meets piece to piece without a gap or an overlap', async () => {
    const running = player({ speed: 1, loop: null, endSample: RATE * 5 });
    await running.start();
    await pass(3);
    const heard = output.heard();
    expect(heard.length).toBeGreaterThan(5);
    for (let i = 1; i < heard.length; i++)
      expect(heard[i]!.startFrame).toBe(heard[i - 1]!.startFrame + heard[i - 1]!.length);
    expect(events.onUnderrun).not.toHaveBeenCalled();
    running.stop();
  });

  test('tells the position by the device’s clock', async () => {
    const running = player(
      { speed: 1, loop: null, endSample: null },
      () => 5,
      () => 1,
      96_000,
    );
    expect(running.positionSamples()).toBeNull();
    await running.start();
    await pass(1);
    const before = running.positionSamples()!;
    await pass(0.5);
    expect(running.positionSamples()! - before).toBe(RATE / 2);
    expect(before).toBeGreaterThan(96_000);
    running.stop();
  });

  test('ends where the range ends', async () => {
    const running = player({ speed: 1, loop: null, endSample: RATE });
    await running.start();
    await pass(2);
    expect(events.onEnd).toHaveBeenCalledTimes(1);
    expect(output.heard().reduce((sum, entry) => sum + entry.length, 0)).toBe(RATE);
  });

  test('says when rendering does not keep up, and goes on where it paused', async () => {
    let delay = 5;
    const running = player({ speed: 1, loop: null, endSample: null }, () => delay);
    await running.start();
    await pass(0.5);
    delay = 4_000;
    await pass(8);
    expect(events.onUnderrun).toHaveBeenCalled();
    delay = 5;
    await pass(6);
    const heard = output.heard();
    for (let i = 1; i < heard.length; i++)
      expect(heard[i]!.startFrame).toBeGreaterThanOrEqual(heard[i - 1]!.startFrame + heard[i - 1]!.length);
    expect(events.onError).not.toHaveBeenCalled();
    running.stop();
  });

  test('an edit is heard within two thirds of a second, in place', async () => {
    let version = 1;
    const running = player(
      { speed: 1, loop: null, endSample: null },
      () => 5,
      () => version,
    );
    await running.start();
    await pass(1.2);
    const editedAt = output.frame;
    version = 2;
    running.refresh();
    await pass(1);
    const heard = output.heard();
    for (let i = 1; i < heard.length; i++)
      expect(heard[i]!.startFrame).toBe(heard[i - 1]!.startFrame + heard[i - 1]!.length);
    const first = heard.find((entry) => entry.first === 2)!;
    expect(first.startFrame - editedAt).toBeLessThan(RATE * 0.67);
    expect(heard.filter((entry) => entry.startFrame > first.startFrame).every((entry) => entry.first === 2)).toBe(true);
    running.stop();
  });

  test('a failed render ends it and is told', async () => {
    const failing = new PreviewPlayer(
      output,
      () => Promise.reject(new Error('no engine')),
      { speed: 1, loop: null, endSample: null },
      0,
      events,
    );
    await failing.start();
    await pass(0.1);
    expect(events.onError).toHaveBeenCalledTimes(1);
  });

  test('nothing sounds and nothing is told after a stop', async () => {
    const running = player({ speed: 1, loop: null, endSample: RATE });
    await running.start();
    await pass(0.3);
    running.stop();
    await pass(2);
    expect(events.onEnd).not.toHaveBeenCalled();
    expect(output.heard().every((entry) => entry.startFrame + entry.length <= output.frame)).toBe(true);
  });
});
