import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Listening } from '../../../src-renderer/sync/listening.ts';
import type { Review } from '../../../src-renderer/sync/review.ts';
import { INITIAL_REVIEW, type ReviewState } from '../../../src-renderer/sync/review-state.ts';
import { shownMatch } from '../../../src-renderer/sync/shown-match.ts';
import { useToasts } from '../../../src-renderer/ui/toasts.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

const outputs: { sampleRate: number; closed: boolean; finishClosing: () => void }[] = [];
vi.mock('../../../src-renderer/audition/tone-output.ts', () => ({
  ToneOutput: class {
    sampleRate: number;
    closed = false;
    finishClosing: () => void = () => undefined;
    constructor(sampleRate: number) {
      this.sampleRate = sampleRate;
      outputs.push(this);
    }
    setMonitorGainDb() {}
    closing = new Promise<void>((resolve) => {
      this.finishClosing = resolve;
    });
    close() {
      this.closed = true;
      return this.closing;
    }
  },
}));
const players = vi.hoisted(() => ({ started: 0 }));
vi.mock('../../../src-renderer/audition/preview-player.ts', () => ({
  PreviewPlayer: class {
    async start() {
      players.started++;
    }
    stop() {}
  },
}));

/** A review that listens to one match, with the requests for sound that it made. */
function listeningTo() {
  const sources = [
    sourceRow(1, { name: 'A001', role: 'camera', lengthSamples: 480_000 }),
    sourceRow(2, { name: 'T01', role: 'recorder', lengthSamples: 960_000 }),
  ];
  const match = matchRow(5, { cameraSourceId: 1, recorderSourceId: 2 });
  const asked: { readonly signal: AbortSignal; readonly answer: () => void }[] = [];
  const clock = { sampleRate: 48_000 };
  const rows = { get: (_: string, id: number) => sources[id - 1] ?? null };
  const review = {
    state: INITIAL_REVIEW as ReviewState,
    set(part: Partial<ReviewState>) {
      this.state = { ...this.state, ...part };
    },
    shown(): ReturnType<typeof shownMatch> {
      return shownMatch(rows as unknown as Parameters<typeof shownMatch>[0], match, this.state);
    },
    project: {
      mirror: { clock: () => clock },
      transport: { stop() {}, store: { subscribe() {}, getState: () => ({ monitorGainDb: 0 }) } },
      session: {
        fetchMedia: (_: string, { signal }: { signal: AbortSignal }) =>
          new Promise((resolve, reject) => {
            signal.addEventListener('abort', () => reject(signal.reason));
            asked.push({ signal, answer: () => resolve({ arrayBuffer: async () => new ArrayBuffer(64) }) });
          }),
      },
    },
  };
  return { listening: new Listening(review as unknown as Review), review, asked, clock };
}

beforeEach(() => {
  outputs.length = 0;
  players.started = 0;
  useToasts.setState({ notices: [] });
});

describe('listening to a match', () => {
  test('that is stopped before it sounds gives up what it was fetching, without a word of error', async () => {
    const { listening, review, asked } = listeningTo();
    listening.play('loop');
    await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0));
    listening.stop();
    expect(asked.every(({ signal }) => signal.aborted)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(review.state.playing).toBe('stopped');
    expect(useToasts.getState().notices).toEqual([]);
    expect(players.started).toBe(0);
  });

  test('that is begun anew while the sound device is given back uses one device and starts once', async () => {
    const { listening, asked, clock } = listeningTo();
    listening.play('loop');
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    clock.sampleRate = 96_000;
    listening.play('loop');
    listening.play('on');
    outputs[0]!.finishClosing();
    await vi.waitFor(() => expect(asked.filter(({ signal }) => !signal.aborted)).toHaveLength(2));
    for (const { answer } of asked) answer();
    await vi.waitFor(() => expect(players.started).toBe(1));
    expect(outputs.map(({ sampleRate, closed }) => [sampleRate, closed])).toEqual([
      [48_000, true],
      [96_000, false],
    ]);
  });
});
