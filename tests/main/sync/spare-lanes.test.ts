import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ClipLanes, inOrder, SpareLanes } from '../../../src-main/sync/spare-lanes.ts';

/** So many spare lanes, as one clip sees them. */
function lanes(count: number): ClipLanes {
  return sharedLanes(count).ofClip();
}

function sharedLanes(count: number): SpareLanes {
  const spare = new SpareLanes();
  for (let lane = 0; lane < count; lane++) spare.add();
  return spare;
}

/** Work that ends when it is told to. */
function works(count: number) {
  const begun: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<number>());
  const begin = (item: number) => {
    begun.push(item);
    return ends[item]!.promise;
  };
  return { begun, begin, end: (item: number) => ends[item]!.resolve(item) };
}

const items = (count: number) => Array.from({ length: count }, (_, index) => index);
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('what is begun ahead in spare lanes', () => {
  it('is nothing while every lane has a clip of its own', async () => {
    const { begun, begin, end } = works(3);
    const reader = inOrder(items(3), begin, lanes(0));
    const first = reader.next();
    await soon();
    expect(begun).toEqual([0]);
    end(0);
    await first;
    await soon();
    expect(begun).toEqual([0]);
  });

  it('keeps a clip’s own lane and the spare one at work, and comes in order', async () => {
    const { begun, begin, end } = works(4);
    const reader = inOrder(items(4), begin, lanes(1));
    const first = reader.next();
    await soon();
    expect(begun).toEqual([0, 1]);
    end(1);
    await soon();
    expect(begun).toEqual([0, 1, 2]);
    end(0);
    expect((await first).value).toEqual([0, 0]);
    expect((await reader.next()).value).toEqual([1, 1]);
    const third = reader.next();
    await soon();
    expect(begun).toEqual([0, 1, 2, 3]);
    end(3);
    end(2);
    expect((await third).value).toEqual([2, 2]);
    expect((await reader.next()).value).toEqual([3, 3]);
    expect((await reader.next()).done).toBe(true);
  });

  it('is not what is unlikely to be come to', async () => {
    const { begun, begin } = works(4);
    void inOrder(items(4), begin, lanes(3), (item) => item < 2).next();
    await soon();
    expect(begun).toEqual([0, 1]);
  });

  it('is waited for before sound is let go of, also when nobody comes for it', async () => {
    const { begin, end } = works(3);
    const spare = lanes(1);
    end(0);
    for await (const [item] of inOrder(items(3), begin, spare)) if (item === 0) break;
    let isSettled = false;
    const settled = spare.settled().then(() => {
      isSettled = true;
    });
    await soon();
    expect(isSettled).toBe(false);
    end(1);
    await settled;
    expect(spare.take()).toBe(true);
  });

  it('is not waited for by another clip, which shares the lanes alone', async () => {
    const spare = sharedLanes(1);
    const [own, other] = [spare.ofClip(), spare.ofClip()];
    const busy = works(3);
    void inOrder(items(3), busy.begin, other).next();
    await soon();
    // One in its own lane, one in the spare one.
    expect(busy.begun).toEqual([0, 1]);
    const { begun, begin, end } = works(2);
    const reader = inOrder(items(2), begin, own);
    const first = reader.next();
    await soon();
    expect(begun).toEqual([0]);
    end(0);
    await first;
    await reader.return(undefined);
    await own.settled();
    let isOtherSettled = false;
    void other.settled().then(() => {
      isOtherSettled = true;
    });
    await soon();
    expect(isOtherSettled).toBe(false);
    busy.end(1);
    await soon();
    busy.end(0);
    busy.end(2);
    await other.settled();
    expect(spare.take()).toBe(true);
    expect(spare.take()).toBe(false);
  });

  it('tells of a failure when its turn comes, and not before', async () => {
    const fails = (item: number) => (item === 1 ? Promise.reject(new Error('disk')) : Promise.resolve(item));
    const read: number[] = [];
    const all = async () => {
      for await (const [item] of inOrder(items(3), fails, lanes(2))) read.push(item);
    };
    await expect(all()).rejects.toThrow('disk');
    expect(read).toEqual([0]);
  });

  it('never changes what comes out, however long each takes and whatever is found needless on the way', async () => {
    const cases = fc.array(fc.record({ turns: fc.nat(6), rank: fc.nat(9), place: fc.nat(4) }), { maxLength: 12 });
    type Case = { readonly turns: number; readonly rank: number; readonly place: number };
    const outcome = async (list: readonly Case[], spare: ClipLanes | undefined) => {
      const places: number[] = [];
      let best = 0;
      const isEnough = ({ rank }: Case) => rank < 0.4 * best;
      const begin = (one: Case) => {
        if (isEnough(one) || places.includes(one.place)) return null;
        return (async () => {
          for (let turn = 0; turn < one.turns; turn++) await soon();
          return one.rank * 10 + one.place;
        })();
      };
      const told: number[] = [];
      for await (const [one, result] of inOrder(list, begin, spare)) {
        if (isEnough(one)) break;
        if (result === null || places.includes(one.place)) continue;
        places.push(one.place);
        best = Math.max(best, one.rank);
        told.push(result);
      }
      return told;
    };
    await fc.assert(
      fc.asyncProperty(cases, fc.integer({ min: 1, max: 3 }), async (list, count) => {
        const spare = lanes(count);
        expect(await outcome(list, spare)).toEqual(await outcome(list, undefined));
        await spare.settled();
        for (let lane = 0; lane < count; lane++) expect(spare.take()).toBe(true);
        expect(spare.take()).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
