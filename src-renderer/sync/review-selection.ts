import { create } from 'zustand';
import { useDialogs } from '../app/dialogs.ts';

type ReviewSelection = {
  /** The sync match that was asked for last; null before any was. */
  readonly matchId: number | null;
  /** Rises with each request: the same match asked for again is shown again. */
  readonly request: number;
};

/** Which match the review is asked to show, by whoever asks from elsewhere: the inspector, a clip's menu. */
export const useReviewSelection = create<ReviewSelection>(() => ({ matchId: null, request: 0 }));

/** Opens the review at a match. */
export function showInReview(matchId: number): void {
  useDialogs.setState({ reviewOpen: true, jobsOpen: false });
  useReviewSelection.setState(({ request }) => ({ matchId, request: request + 1 }));
}
