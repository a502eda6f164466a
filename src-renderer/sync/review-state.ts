import type { PairEars } from '../audition/pair-sound.ts';
import type { ReviewFilter, ReviewSort } from './review-order.ts';
import type { TraceView } from './trace-view.ts';

/** Which of the two files keys and marks go to while two are laid together by hand. */
export type HandTrace = 'camera' | 'recorder';

/** Two files looked at one above the other, each with its own cursor, to be laid together by a mark on each. */
export type HandState = {
  readonly recorderSourceId: number | null;
  readonly recorderView: TraceView;
  /** The cursor in the recorder's file; the camera's is `placeSeconds`. */
  readonly recorderSeconds: number;
  readonly active: HandTrace;
  /** The marks that would fall together; null: none chosen yet. */
  readonly cameraMarkId: number | null;
  readonly recorderMarkId: number | null;
};

/** How the review is looked at. Nothing of it is in the document. */
export type ReviewState = {
  readonly sort: ReviewSort;
  readonly descending: boolean;
  readonly filter: ReviewFilter;
  readonly text: string;
  readonly cursorId: number | null;
  /** The camera of the row under the cursor: found again when a new sync gives the row another id. */
  readonly cursorCameraId: number | null;
  /** Further rows that a decision goes to; the cursor's row is always among them when there are any. */
  readonly selectedIds: ReadonlySet<number>;
  readonly anchorId: number | null;
  /** Matches whose acceptance is under way: a job deals with their drift first. */
  readonly acceptingIds: ReadonlySet<number>;

  /** The stretch of the camera clip that is shown. */
  readonly view: TraceView;
  /** The place that is looked at and listened from, camera seconds. */
  readonly placeSeconds: number;
  /** No landmark is known: the place goes where both sounds are loud, as soon as they can be seen. */
  readonly seeksLoudest: boolean;
  readonly cameraChannel: number;
  /** Null: the chosen microphone, else the one that the match was made on. */
  readonly recorderChannel: number | null;
  /** The match that is just being given another place; null while none is. */
  readonly choosingId: number | null;
  /** The alternative that is looked at and listened to in place of the match. */
  readonly lookedAt: number | null;
  /** A nudge that is shown before its command has come back. */
  readonly draft: { readonly matchId: number; readonly nudgeSamplesAt48k: number } | null;

  readonly playing: 'stopped' | 'starting' | 'playing';
  readonly ears: PairEars;
  readonly hand: HandState | null;
};

export const INITIAL_REVIEW: ReviewState = {
  sort: 'doubt',
  descending: false,
  filter: 'all',
  text: '',
  cursorId: null,
  cursorCameraId: null,
  selectedIds: new Set(),
  anchorId: null,
  acceptingIds: new Set(),
  view: { centreSeconds: 0, spanSeconds: 1 },
  placeSeconds: 0,
  seeksLoudest: false,
  cameraChannel: 0,
  recorderChannel: null,
  choosingId: null,
  lookedAt: null,
  draft: null,
  playing: 'stopped',
  ears: 'camera-left',
  hand: null,
};
