import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Review } from '../../../src-renderer/sync/review.ts';
import {
  adjustMatches,
  chooseAlternative,
  lookAtNextAlternative,
  nudgeBy,
  rejectTargets,
  syncAgain,
} from '../../../src-renderer/sync/review-decisions.ts';
import { INITIAL_REVIEW, type ReviewState } from '../../../src-renderer/sync/review-state.ts';
import { shownMatch } from '../../../src-renderer/sync/shown-match.ts';
import { useToasts } from '../../../src-renderer/ui/toasts.ts';
import type { SyncMatchRow } from '../../../src-shared/model/rows.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';

const place = (recorderSourceId: number, offsetSamplesAt48k: number) => ({
  recorderSourceId,
  offsetSamplesAt48k,
  driftPpm: 0,
  likeness: 0.9,
});

/** A review of two proposals, the first under the cursor, with what it sends to the host. */
function reviewOf(change: Partial<ReviewState>) {
  const sources = [
    sourceRow(1, { name: 'A001', role: 'camera', lengthSamples: 480_000 }),
    sourceRow(2, { name: 'T01', role: 'recorder', lengthSamples: 960_000 }),
  ];
  // The recorder file 3 has been removed since.
  const evidence = JSON.stringify({ alternatives: [place(3, 100), place(2, 9_600), place(2, 19_200)] });
  const matches: SyncMatchRow[] = [
    matchRow(5, { cameraSourceId: 1, recorderSourceId: 2, status: 'proposed', evidence, clockOffsetSamplesAt48k: 48 }),
    matchRow(6, { cameraSourceId: 1, recorderSourceId: 2, status: 'proposed' }),
  ];
  const sent: { kind: string; matchIds?: readonly number[]; alternative?: number }[] = [];
  const started: unknown[] = [];
  let answer: (() => void) | null = null;
  const mirror = {
    get: (table: string, id: number) =>
      (table === 'source' ? sources : matches).find((row) => (row.id as number) === id) ?? null,
    all: () => matches,
    seq: 1,
    clock: () => ({ frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 }),
  };
  const review = {
    state: { ...INITIAL_REVIEW, ...change } as ReviewState,
    set(part: Partial<ReviewState>) {
      this.state = { ...this.state, ...part };
    },
    listening: { refresh() {}, replaceIfPlaying() {}, stop() {} },
    cursorMatch: () => matches[0]!,
    cursorIndex: () => 0,
    rows: () => matches,
    moveTo() {},
    targets: () => matches,
    whenSeen: () => Promise.resolve(),
    shown(): ReturnType<typeof shownMatch> {
      return shownMatch(mirror as unknown as Parameters<typeof shownMatch>[0], matches[0]!, this.state);
    },
    project: {
      info: { readOnly: false },
      mirror,
      apply: (command: (typeof sent)[number]) => {
        sent.push(command);
        return new Promise((resolve) => {
          answer = () => resolve({ seq: 2, added: [] });
        });
      },
      session: {
        store: { getState: () => ({ jobs: [] }) },
        client: { sync: { start: async (what: unknown) => void started.push(what) } },
      },
    },
  };
  return { review: review as unknown as Review, sent, started, matches, answer: () => answer?.() };
}

beforeEach(() => useToasts.setState({ notices: [] }));

describe('while a match is being accepted', () => {
  const accepting = { acceptingIds: new Set([5]) };

  test('it is neither rejected, nudged, adjusted nor given another place, and that is said', () => {
    const { review, sent, matches } = reviewOf(accepting);
    nudgeBy(review, 48);
    chooseAlternative(review, 1);
    adjustMatches(review, [matches[0]!], { followsClock: true });
    expect(sent).toEqual([]);
    expect(useToasts.getState().notices.at(-1)?.message).toContain('being accepted');
  });

  test('others that are selected with it are decided', () => {
    const { review, sent } = reviewOf(accepting);
    rejectTargets(review);
    expect(sent).toEqual([{ kind: 'sync.reject', matchIds: [6] }]);
  });

  test('its camera is not looked at anew', () => {
    const { review, started } = reviewOf(accepting);
    syncAgain(review);
    expect(started).toEqual([]);
  });
});

describe('taking another place', () => {
  test('is done once, however often it is pressed before the host has answered', async () => {
    const { review, sent, answer } = reviewOf({});
    chooseAlternative(review, 1);
    chooseAlternative(review, 1);
    expect(sent).toHaveLength(1);
    answer();
    await vi.waitFor(() => expect(review.state.choosingId).toBeNull());
    chooseAlternative(review, 2);
    expect(sent).toHaveLength(2);
  });

  test('passes over places on recorder files that were removed', () => {
    const { review, sent } = reviewOf({});
    lookAtNextAlternative(review);
    expect(review.state.lookedAt).toBe(1);
    lookAtNextAlternative(review);
    expect(review.state.lookedAt).toBe(2);
    lookAtNextAlternative(review);
    expect(review.state.lookedAt).toBeNull();
    chooseAlternative(review, 0);
    expect(sent).toEqual([]);
  });
});
