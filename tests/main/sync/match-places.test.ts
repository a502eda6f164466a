import { describe, expect, it } from 'vitest';
import type { VerifiedMatch } from '../../../src-main/sync/line-verification.ts';
import { holdsThroughout } from '../../../src-main/sync/match-camera.ts';
import {
  type Candidate,
  candidateAt,
  likeliestPlaces,
  type Matching,
} from '../../../src-main/sync/match-candidates.ts';
import { type ClipLanes, SpareLanes } from '../../../src-main/sync/spare-lanes.ts';
import type { SyncKernel } from '../../../src-main/sync/sync-kernel.ts';
import type { SyncSource } from '../../../src-main/sync/sync-source.ts';

const source = (id: string, durationSeconds: number) => ({ input: { id, path: id }, durationSeconds }) as SyncSource;
const camera = source('a.mov', 100);
const recorders = [source('T01.wav', 300), source('T02.wav', 300)];

type Asked = Parameters<SyncKernel['syncCheckPlaces']>;
type Tracked = Parameters<SyncKernel['syncTrackLine']>[2];

function matchingWith(kernel: Partial<SyncKernel>, spare?: ClipLanes): Matching {
  const cancelFlag = new Int32Array(new SharedArrayBuffer(4));
  const signal = new AbortController().signal;
  return { kernel: kernel as SyncKernel, camera, recorders, cancelFlag, signal, ...(spare ? { spare } : {}) };
}

describe('the likeliest of several places', () => {
  const places = [5, 40, 80, 120, 160].map((offset, index) =>
    candidateAt(camera, recorders[index % 2]!, offset, index === 3 ? 0.05 : 0.02, 0),
  );

  it('are all of them where no more are given than are wanted, without a look', async () => {
    const found = await likeliestPlaces(matchingWith({}), places, 5);
    expect(found).toEqual(places);
    expect(await likeliestPlaces(matchingWith({}), [], 4)).toEqual([]);
  });

  it('are looked at in the files they lie on, as far round as the widest of them asks for', async () => {
    let asked: Asked | undefined;
    const matching = matchingWith({
      syncCheckPlaces: async (...all) => {
        asked = all;
        return [];
      },
    });
    await likeliestPlaces(matching, places, 2);
    expect(asked?.[2]).toEqual([
      { recorder: 0, offsetSeconds: 5 },
      { recorder: 1, offsetSeconds: 40 },
      { recorder: 0, offsetSeconds: 80 },
      { recorder: 1, offsetSeconds: 120 },
      { recorder: 0, offsetSeconds: 160 },
    ]);
    expect(asked?.[3]).toMatchObject({ cameraFrom: 0, cameraTo: 100, toleranceSeconds: 0.05 });
    expect(asked?.[3].rounds.at(-1)?.kept).toBe(2);
  });

  it('are moved to where a sure look found them, and stay where an unsure one was asked to look', async () => {
    const matching = matchingWith({
      syncCheckPlaces: async () => [
        { place: 3, offsetSeconds: 120.031, score: 20 },
        { place: 0, offsetSeconds: 5.017, score: 6 },
      ],
    });
    const found = await likeliestPlaces(matching, places, 2);
    expect(found.map(({ recorder, rank, place }: Candidate) => [recorder.input.id, rank, place])).toEqual([
      ['T02.wav', 20, { offsetSeconds: 120.031, driftPpm: 0, toleranceSeconds: 0.02 }],
      ['T01.wav', 6, { offsetSeconds: 5, driftPpm: 0, toleranceSeconds: 0.05 }],
    ]);
  });
});

describe('a match that holds throughout', () => {
  const unasked = { secondScore: 0, secondOffsetSeconds: 0 };
  const matchOf = (from: number, to: number) =>
    ({
      recorder: recorders[0]!,
      lines: [{ offsetSeconds: 7, driftPpm: 20, from, to }],
      from,
      to,
    }) as unknown as VerifiedMatch;

  /** What tracking the head (up to 40 s) and the tail gives; and what was asked for. */
  function tracking(head: object, tail: object, spare?: ClipLanes) {
    const asked: Tracked[] = [];
    const matching = matchingWith(
      {
        syncTrackLine: async (_camera, _recorder, request) => {
          asked.push(request);
          const line = {
            found: true,
            score: 9,
            offsetSeconds: 7,
            driftPpm: 20,
            inverted: false,
            windows: [],
            ...unasked,
          };
          return { ...line, ...(request.cameraFrom < 50 ? head : tail) };
        },
      },
      spare,
    );
    return { asked, matching };
  }

  it('is found by itself in its first and in its last two fifths, at one offset', async () => {
    const { asked, matching } = tracking({}, {});
    expect(await holdsThroughout(matching, matchOf(0, 100))).toBe(true);
    expect(asked.map(({ cameraFrom, cameraTo }) => [cameraFrom, cameraTo])).toEqual([
      [0, 40],
      [60, 100],
    ]);
    for (const request of asked) expect(request).toMatchObject({ offsetSeconds: 7, driftPpm: 20, driftRangePpm: 3 });
  });

  it('does not end where either end is heard as little as chance gives, or not at all', async () => {
    for (const weak of [{ score: 4.9 }, { found: false }]) {
      const head = tracking(weak, {});
      expect(await holdsThroughout(head.matching, matchOf(0, 100))).toBe(false);
      expect(head.asked).toHaveLength(1);
      expect(await holdsThroughout(tracking({}, weak).matching, matchOf(0, 100))).toBe(false);
    }
  });

  it('has both ends within half a millisecond of one line', async () => {
    expect(await holdsThroughout(tracking({}, { offsetSeconds: 7.0004 }).matching, matchOf(0, 100))).toBe(true);
    expect(await holdsThroughout(tracking({}, { offsetSeconds: 7.0006 }).matching, matchOf(0, 100))).toBe(false);
    // Where the line is found is what counts, not what it is called at second 0.
    const turned = { driftPpm: 22, offsetSeconds: 7 - 50 * 2e-6 };
    expect(await holdsThroughout(tracking({}, turned).matching, matchOf(0, 100))).toBe(true);
  });

  it('is long enough to have two ends', async () => {
    const { asked, matching } = tracking({}, {});
    expect(await holdsThroughout(matching, matchOf(10, 19.9))).toBe(false);
    expect(asked).toEqual([]);
  });

  it('is judged the same where both ends are looked at at once', async () => {
    for (const [head, tail] of [
      [{}, {}],
      [{ score: 4 }, {}],
      [{}, { score: 4 }],
      [{}, { offsetSeconds: 7.1 }],
    ] as const) {
      const lanes = new SpareLanes();
      lanes.add();
      const spare = lanes.ofClip();
      const alone = await holdsThroughout(tracking(head, tail).matching, matchOf(0, 100));
      const { asked, matching } = tracking(head, tail, spare);
      expect(await holdsThroughout(matching, matchOf(0, 100))).toBe(alone);
      expect(asked).toHaveLength(2);
      await spare.settled();
    }
  });
});
