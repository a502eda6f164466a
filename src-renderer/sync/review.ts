import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import { type OpenProject, useProject } from '../project/open-project.ts';
import { channelWithSound } from './camera-channel.ts';
import { Listening } from './listening.ts';
import { reviewRows } from './review-order.ts';
import { INITIAL_REVIEW, type ReviewState } from './review-state.ts';
import { limitsOf, placesOf, type ShownMatch, shownMatch } from './shown-match.ts';
import { heldView, wholeView } from './trace-view.ts';

/** How much is shown around a clap or transient at first. */
const LANDMARK_SPAN_SECONDS = 0.16;
/** And around a place that is only loud. */
const LOUDEST_SPAN_SECONDS = 1;

/** The review of one project: what is looked at, and what keys and buttons do with it. */
export class Review {
  readonly project: OpenProject;
  readonly store: StoreApi<ReviewState>;
  readonly listening: Listening;
  #rowsKey: unknown[] = [];
  #rows: readonly SyncMatchRow[] = [];
  #answered = 0;

  constructor(project: OpenProject) {
    this.project = project;
    this.store = createStore<ReviewState>(() => INITIAL_REVIEW);
    this.listening = new Listening(this);
  }

  get state(): ReviewState {
    return this.store.getState();
  }

  set(change: Partial<ReviewState>): void {
    this.store.setState(change);
  }

  nameOf = (sourceId: number): string => this.project.mirror.get('source', sourceId)?.name ?? '?';

  /** The rows of the list as they stand; the same array until matches, names or the order change. */
  rows(): readonly SyncMatchRow[] {
    const { mirror } = this.project;
    const { sort, descending, filter, text } = this.state;
    const key = [mirror.all('sync_match'), mirror.all('source'), sort, descending, filter, text];
    if (key.some((part, index) => part !== this.#rowsKey[index])) {
      this.#rowsKey = key;
      this.#rows = reviewRows(mirror.all('sync_match'), this.nameOf, { sort, descending, filter, text });
    }
    return this.#rows;
  }

  /** Where the cursor stands in the list; 0 when its row is gone and no other of its camera is there. */
  cursorIndex(): number {
    const rows = this.rows();
    const { cursorId, cursorCameraId } = this.state;
    const at = rows.findIndex((match) => match.id === cursorId);
    if (at >= 0) return at;
    return Math.max(
      0,
      rows.findIndex((match) => match.cameraSourceId === cursorCameraId),
    );
  }

  /** The result under the cursor; null when the list is empty. */
  cursorMatch(): SyncMatchRow | null {
    return this.rows()[this.cursorIndex()] ?? null;
  }

  /** What is shown of the result under the cursor. */
  shown(): ShownMatch | null {
    const match = this.cursorMatch();
    return match && shownMatch(this.project.mirror, match, this.state);
  }

  /** The results that a decision goes to: those selected, else the one under the cursor. */
  targets(): readonly SyncMatchRow[] {
    const { selectedIds } = this.state;
    const cursor = this.cursorMatch();
    if (selectedIds.size < 2) return cursor ? [cursor] : [];
    return this.rows().filter((match) => selectedIds.has(match.id));
  }

  /** Puts the cursor on a row, alone selected or (`extend`) with all from the anchor on. */
  moveTo(index: number, extend = false): void {
    const rows = this.rows();
    const match = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (!match) return;
    const { anchorId } = this.state;
    const anchor = extend ? rows.findIndex((row) => row.id === (anchorId ?? this.cursorMatch()?.id)) : -1;
    const at = rows.indexOf(match);
    const selected = anchor < 0 ? [match] : rows.slice(Math.min(anchor, at), Math.max(anchor, at) + 1);
    this.#look(match, selected, anchor < 0 ? match.id : rows[anchor]!.id);
  }

  /** Adds a row to what is selected, or takes it out. */
  toggleSelected(match: SyncMatchRow): void {
    const selected = new Set(this.targets().map((row) => row.id as number));
    if (selected.has(match.id) && selected.size > 1) selected.delete(match.id);
    else selected.add(match.id);
    this.#look(
      match,
      this.rows().filter((row) => selected.has(row.id)),
      match.id,
    );
  }

  selectAll(): void {
    const match = this.cursorMatch();
    if (match) this.#look(match, this.rows(), match.id);
  }

  /** Shows a match wherever it is; a filter that hides it is taken away. */
  showMatch(matchId: number): void {
    const match = this.project.mirror.get('sync_match', matchId);
    if (!match) return;
    if (!this.rows().some((row) => row.id === matchId)) this.set({ filter: 'all', text: '' });
    this.#look(match, [match], match.id);
  }

  /** Shows what was asked for from elsewhere, each request once. */
  answer(wanted: { readonly matchId: number | null }, request: number): void {
    if (request <= this.#answered) return;
    this.#answered = request;
    if (wanted.matchId !== null) this.showMatch(wanted.matchId);
  }

  /** Begins to look at whatever the cursor stands on, once its sources are known. */
  settle(): void {
    const match = this.cursorMatch();
    if (!match || match.id === this.state.cursorId) return;
    this.#look(match, [match], match.id);
  }

  #look(match: SyncMatchRow, selected: readonly SyncMatchRow[], anchorId: number): void {
    const before = this.state;
    const selectedIds = new Set(selected.map((row) => row.id as number));
    const cursor = { cursorId: match.id, cursorCameraId: match.cameraSourceId, selectedIds, anchorId };
    if (before.cursorId === match.id) {
      this.set(cursor);
      return;
    }
    this.listening.stop();
    this.set({
      ...cursor,
      lookedAt: null,
      recorderChannel: null,
      cameraChannel: before.cursorCameraId === match.cameraSourceId ? before.cameraChannel : 0,
      hand: null,
    });
    this.lookAtLandmark();
    if (before.cursorCameraId !== match.cameraSourceId) void this.#chooseCameraChannel(match);
  }

  /** Shows another channel of the camera than its first where that one is timecode or silence. */
  async #chooseCameraChannel(match: SyncMatchRow): Promise<void> {
    const { mirror, session } = this.project;
    const camera = mirror.get('source', match.cameraSourceId);
    if (!camera || camera.channelCount < 2) return;
    const from = Math.round(Math.max(0, this.state.placeSeconds * camera.sampleRate - camera.sampleRate / 2));
    const reads = Array.from({ length: Math.min(8, camera.channelCount) }, async (_, channel) => {
      const query = `?source=${camera.id}&channel=${channel}&from=${from}&count=${camera.sampleRate}`;
      const response = await session.fetchMedia(MEDIA_ROUTES.samples + query);
      return new Float32Array(await response.arrayBuffer());
    });
    // A file that is offline shows nothing on any channel.
    const channels = await Promise.all(reads).catch(() => null);
    if (channels && this.state.cursorId === match.id) this.set({ cameraChannel: channelWithSound(channels) });
  }

  /** Goes to the clap or the strongest transient; without one to where both sounds are loud. */
  lookAtLandmark(): void {
    const shown = this.shown();
    if (!shown) return;
    const limits = limitsOf(shown.camera);
    const { landmark } = shown.evidence;
    if (landmark && !(landmark.cameraSeconds > limits.toSeconds)) {
      const view = { centreSeconds: landmark.cameraSeconds, spanSeconds: LANDMARK_SPAN_SECONDS };
      this.set({ placeSeconds: landmark.cameraSeconds, view: heldView(view, limits), seeksLoudest: false });
      return;
    }
    const placeSeconds = (shown.covered.from + shown.covered.to) / 2;
    this.set({ placeSeconds, view: wholeView(limits), seeksLoudest: shown.recorder !== null });
  }

  /** Goes where both sounds are loud, once that is known, unless something else was looked at in the meantime. */
  goToLoudest(seconds: number): void {
    const shown = this.shown();
    if (!this.state.seeksLoudest || !shown) return;
    const view = { centreSeconds: seconds, spanSeconds: LOUDEST_SPAN_SECONDS };
    this.set({ seeksLoudest: false, placeSeconds: seconds, view: heldView(view, limitsOf(shown.camera)) });
  }

  /** Goes to a place of the camera clip; the view follows when it would be out of sight, or (`centre`) always. */
  goTo(seconds: number, centre = true): void {
    const shown = this.shown();
    if (!shown) return;
    const limits = limitsOf(shown.camera);
    const placeSeconds = Math.min(limits.toSeconds, Math.max(limits.fromSeconds, seconds));
    const { view } = this.state;
    const outside = Math.abs(placeSeconds - view.centreSeconds) > view.spanSeconds * 0.48;
    this.set({
      placeSeconds,
      seeksLoudest: false,
      ...(centre || outside ? { view: heldView({ ...view, centreSeconds: placeSeconds }, limits) } : {}),
    });
    this.listening.replaceIfPlaying();
  }

  /** Resolves when the mirror holds a commit. */
  whenSeen(seq: number): Promise<void> {
    const { mirror } = this.project;
    return new Promise((resolve) => {
      if (mirror.seq >= seq) return resolve();
      const stop = mirror.subscribe(() => {
        if (mirror.seq < seq) return;
        stop();
        resolve();
      });
    });
  }

  /** The places of the shown clip to step to. */
  places() {
    const shown = this.shown();
    return shown ? placesOf(shown, this.project.mirror.all('source_mark')) : [];
  }
}

const reviews = new WeakMap<OpenProject, Review>();

/** The review of a project: one as long as the project is open. */
export function reviewOf(project: OpenProject): Review {
  let review = reviews.get(project);
  if (!review) {
    review = new Review(project);
    reviews.set(project, review);
  }
  return review;
}

/** The review of the open project. */
export function useReview(): Review {
  return reviewOf(useProject());
}

/** What the selector picks of the review's state. */
export function useReviewState<T>(select: (state: ReviewState) => T): T {
  return useStore(useReview().store, select);
}
