import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { DraftedSettings } from '../../../src-renderer/audio/drafted-settings.ts';

type Gains = { readonly left: number; readonly right: number };

/** A host that answers when it is told to, and what was asked of it. */
function hostOf(start: Gains) {
  let kept: Gains | null = start;
  const asked: Gains[] = [];
  const answers: { take(): void; refuse(error: Error): void }[] = [];
  const refusals: unknown[] = [];
  const drafted = new DraftedSettings<Gains>({
    host: () => kept,
    send: (settings) => {
      asked.push(settings);
      return new Promise((resolve, reject) =>
        answers.push({ take: () => resolve(settings), refuse: (error) => reject(error) }),
      );
    },
    adopt: (settings) => {
      kept = settings;
    },
    onRefused: (error) => refusals.push(error),
  });
  return {
    drafted,
    asked,
    refusals,
    waits: () => answers.length > 0,
    shown: () => drafted.shown.getState().settings,
    set: (field: keyof Gains, value: number) => drafted.change(field, (settings) => ({ ...settings, [field]: value })),
    /** The host told of a change by itself. */
    tell(settings: Gains | null) {
      kept = settings;
      drafted.refresh();
    },
    async answer(how: 'take' | Error = 'take') {
      const next = answers.shift()!;
      if (how === 'take') next.take();
      else next.refuse(how);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

describe('settings that are set by hand', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => vi.useRealTimers());

  test('are shown at once, before the host has answered', () => {
    const host = hostOf({ left: 0, right: 0 });
    host.set('left', -6);
    expect(host.shown()).toEqual({ left: -6, right: 0 });
  });

  test('are sent at most thirty times a second, the newest each time, one request after the other', async () => {
    const host = hostOf({ left: 0, right: 0 });
    for (let at = 1; at <= 100; at++) {
      host.set('left', -at);
      await vi.advanceTimersByTimeAsync(10);
      if (host.waits()) await host.answer();
    }
    await vi.advanceTimersByTimeAsync(100);
    expect(host.asked.length).toBeLessThanOrEqual(32);
    expect(host.asked.length).toBeGreaterThan(20);
    expect(host.asked.at(-1)).toEqual({ left: -100, right: 0 });
  });

  test('are never drawn back by an answer to an older request', async () => {
    const host = hostOf({ left: 0, right: 0 });
    host.set('left', -1);
    await vi.advanceTimersByTimeAsync(40);
    host.set('left', -9);
    await host.answer();
    expect(host.shown()).toEqual({ left: -9, right: 0 });
    host.tell({ left: -1, right: 0 });
    expect(host.shown()).toEqual({ left: -9, right: 0 });
    await vi.advanceTimersByTimeAsync(40);
    expect(host.asked).toEqual([
      { left: -1, right: 0 },
      { left: -9, right: 0 },
    ]);
  });

  test('keep what somebody else changed meanwhile', async () => {
    const host = hostOf({ left: 0, right: 0 });
    host.set('left', -1);
    host.tell({ left: 0, right: -20 });
    expect(host.shown()).toEqual({ left: -1, right: -20 });
    await vi.advanceTimersByTimeAsync(40);
    expect(host.asked).toEqual([{ left: -1, right: -20 }]);
  });

  test('go back to what the host has when it refuses them, and say why', async () => {
    const host = hostOf({ left: 0, right: 0 });
    host.set('left', 99);
    await vi.advanceTimersByTimeAsync(40);
    const refusal = new Error('too loud');
    await host.answer(refusal);
    expect(host.refusals).toEqual([refusal]);
    expect(host.shown()).toEqual({ left: 0, right: 0 });
    await vi.advanceTimersByTimeAsync(1000);
    expect(host.asked).toHaveLength(1);
  });

  test('cannot be changed before the host has said them', async () => {
    const host = hostOf({ left: 0, right: 0 });
    host.tell(null);
    host.set('left', -1);
    await vi.advanceTimersByTimeAsync(100);
    expect(host.asked).toEqual([]);
    expect(host.shown()).toBeNull();
  });
});
