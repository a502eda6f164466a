import { afterEach, describe, expect, it, vi } from 'vitest';
import { PeakStore } from '../../../src-renderer/timeline/canvas/peak-store.ts';
import { PEAKS_PER_TILE, type PeakRequest } from '../../../src-shared/rpc/media-routes.ts';

/** A host whose tiles hold their own level and number as first pair. */
function hostWithTiles() {
  const requests: PeakRequest[] = [];
  const answer = vi.fn(async (_url: string, init: { body: string }) => {
    const request = JSON.parse(init.body) as PeakRequest;
    requests.push(request);
    const peaks = new Int16Array(request.tiles.length * PEAKS_PER_TILE * 2);
    for (const [index, { level, tile }] of request.tiles.entries())
      peaks.set([level, tile], index * PEAKS_PER_TILE * 2);
    return { ok: true, arrayBuffer: async () => peaks.buffer };
  });
  vi.stubGlobal('fetch', answer);
  return { requests, answer };
}

async function frame(store: PeakStore, ask: () => void): Promise<void> {
  store.beginFrame();
  ask();
  store.endFrame();
  await vi.waitFor(() => expect(store.awaited).toBe(0));
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('the store of peak tiles', () => {
  it('fetches what a frame wanted in one request and has it in the next', async () => {
    const { requests } = hostWithTiles();
    const arrived = vi.fn();
    const store = new PeakStore('http://host', 'token', arrived);
    await frame(store, () => {
      expect(store.find(5, 1, 2, 7)).toBeNull();
      expect(store.find(5, 1, 2, 8)).toBeNull();
      store.find(5, 1, 2, 7);
    });
    expect(requests).toHaveLength(1);
    expect(requests[0]?.tiles).toEqual([
      { sourceId: 5, channel: 1, level: 2, tile: 7 },
      { sourceId: 5, channel: 1, level: 2, tile: 8 },
    ]);
    expect(arrived).toHaveBeenCalled();
    expect(store.find(5, 1, 2, 8)).toMatchObject({ level: 2, tile: 8 });
    expect([...store.find(5, 1, 2, 8)!.peaks.slice(0, 2)]).toEqual([2, 8]);
  });

  it('shows the coarser tile over one that is still missing', async () => {
    hostWithTiles();
    const store = new PeakStore('http://host', 'token', () => undefined);
    await frame(store, () => store.find(1, 0, 3, 2));
    store.beginFrame();
    expect(store.find(1, 0, 1, 37)).toMatchObject({ level: 3, tile: 2 });
    expect(store.find(1, 0, 1, 64)).toBeNull();
  });

  it('forgets a source whose file has changed, and only that', async () => {
    hostWithTiles();
    const store = new PeakStore('http://host', 'token', () => undefined);
    await frame(store, () => [1, 2].map((source) => store.find(source, 0, 0, 0)));
    store.forget([1]);
    expect(store.peek(1, 0, 0, 0)).toBeNull();
    expect(store.peek(2, 0, 0, 0)).not.toBeNull();
  });

  it('waits before it asks again a host that refuses', async () => {
    const refusal = vi.fn(async () => ({ ok: false, status: 503 }));
    vi.stubGlobal('fetch', refusal);
    const store = new PeakStore('http://host', 'token', () => undefined);
    store.beginFrame();
    store.find(1, 0, 0, 0);
    store.endFrame();
    await vi.waitFor(() => expect(refusal).toHaveBeenCalledTimes(1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    store.beginFrame();
    store.find(1, 0, 0, 0);
    store.endFrame();
    expect(refusal).toHaveBeenCalledTimes(1);
  });
});
