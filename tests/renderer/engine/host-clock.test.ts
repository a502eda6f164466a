import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostClock } from '../../../src-renderer/engine/host-clock.ts';

/** A page and a host whose clocks lie `offsetMs` apart, and a way between them of its own slowness each time. */
function twoClocks(offsetMs: number) {
  let nowMs = 0;
  const clock = new HostClock(() => nowMs);
  const ping = (thereMs: number, backMs: number) =>
    clock.measure(async () => {
      nowMs += thereMs;
      const hostNs = (nowMs + offsetMs) * 1e6;
      nowMs += backMs;
      return hostNs;
    });
  return {
    clock,
    ping,
    rest: (ms: number) => (nowMs += ms),
    errorMs: () => clock.hostNs(nowMs)! / 1e6 - nowMs - offsetMs,
  };
}

describe('the host’s clock', () => {
  test('is not known before a ping has come back', () => {
    const { clock } = twoClocks(0);
    expect(clock.isSet).toBe(false);
    expect(clock.hostNs(5)).toBeNull();
  });

  test('errs by half of the smallest round trip at most', async () => {
    const ways = fc.array(
      fc.tuple(fc.double({ min: 0, max: 80, noNaN: true }), fc.double({ min: 0, max: 80, noNaN: true })),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(ways, fc.double({ min: -1e7, max: 1e7, noNaN: true }), async (trips, offsetMs) => {
        const { ping, errorMs } = twoClocks(offsetMs);
        for (const [there, back] of trips) await ping(there, back);
        const smallest = Math.min(...trips.map(([there, back]) => there + back));
        // A microsecond for rounding, and a little for that of the sum here.
        expect(Math.abs(errorMs())).toBeLessThanOrEqual(smallest / 2 + 1e-3 + 1e-9);
      }),
    );
  });

  test('takes the rounding of a figure for no contradiction', async () => {
    const { ping, errorMs } = twoClocks(-5e-324);
    await ping(0, 0);
    await ping(80, 0);
    expect(Math.abs(errorMs())).toBeLessThan(1e-3);
  });

  test('is known the better the more ways it was asked, though each was slow one way or the other', async () => {
    const { ping, errorMs } = twoClocks(1234);
    await ping(0.5, 20);
    await ping(20, 0.5);
    expect(Math.abs(errorMs())).toBeLessThan(0.5);
  });

  test('believes new pings over old ones that contradict them', async () => {
    let nowMs = 0;
    const clock = new HostClock(() => nowMs);
    await clock.measure(async () => 0);
    nowMs = 1000;
    await clock.measure(async () => 1_005e6);
    expect(clock.hostNs(1000)).toBe(1_005e6);
  });

  test('forgets a lucky ping after a minute: the clocks may have drifted', async () => {
    const { ping, rest, errorMs } = twoClocks(1000);
    await ping(0, 0);
    rest(61_000);
    await ping(30, 10);
    expect(errorMs()).toBeCloseTo(10, 6);
  });

  test('is not followed any more once that is over', async () => {
    const { clock } = twoClocks(0);
    const over = new AbortController();
    let pings = 0;
    await clock.follow(async () => {
      pings++;
      if (pings === 3) over.abort();
      return 0;
    }, over.signal);
    expect(pings).toBe(3);
  });

  test('tells when a ping fails', async () => {
    const { clock } = twoClocks(0);
    const gone = clock.follow(() => Promise.reject(new Error('gone')), new AbortController().signal);
    await expect(gone).rejects.toThrow('gone');
  });
});
