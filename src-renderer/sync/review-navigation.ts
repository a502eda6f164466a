import type { PairEars } from '../audition/pair-sound.ts';
import { moveHandCursor, scrollHand, zoomHand } from './hand-sync.ts';
import type { Review } from './review.ts';
import { nextPlace, type PlaceKind } from './review-places.ts';
import { limitsOf } from './shown-match.ts';
import { heldView, scrolledView, wholeView, zoomedView } from './trace-view.ts';

/** Moving through the sound of the shown match. While two files are laid together by hand, the active one moves. */

/** Zooms about the place (or another second): above 1 shows less. */
export function zoom(review: Review, factor: number, aboutSeconds?: number): void {
  const shown = review.shown();
  if (!shown) return;
  const { hand, view, placeSeconds } = review.state;
  if (hand) {
    zoomHand(review, factor, aboutSeconds);
    return;
  }
  const inSight = Math.abs(placeSeconds - view.centreSeconds) <= view.spanSeconds / 2;
  const about = aboutSeconds ?? (inSight ? placeSeconds : view.centreSeconds);
  review.set({ view: zoomedView(view, factor, about, limitsOf(shown.camera)), seeksLoudest: false });
}

/** Shows so much around the place. */
export function showAround(review: Review, spanSeconds: number): void {
  const { hand, view } = review.state;
  if (hand) {
    zoomHand(review, (hand.active === 'camera' ? view : hand.recorderView).spanSeconds / spanSeconds);
    return;
  }
  const shown = review.shown();
  if (!shown) return;
  const centreSeconds = review.state.placeSeconds;
  review.set({ view: heldView({ centreSeconds, spanSeconds }, limitsOf(shown.camera)), seeksLoudest: false });
}

export function showWhole(review: Review): void {
  const shown = review.shown();
  if (!shown) return;
  const { hand } = review.state;
  const recorder = hand?.recorderSourceId ? review.project.mirror.get('source', hand.recorderSourceId) : null;
  review.set({
    view: wholeView(limitsOf(shown.camera)),
    seeksLoudest: false,
    ...(hand && recorder ? { hand: { ...hand, recorderView: wholeView(limitsOf(recorder)) } } : {}),
  });
}

/** Scrolls by a share of the width. */
export function scroll(review: Review, byWidths: number): void {
  const shown = review.shown();
  if (!shown) return;
  if (review.state.hand) {
    scrollHand(review, byWidths);
    return;
  }
  review.set({ view: scrolledView(review.state.view, byWidths, limitsOf(shown.camera)), seeksLoudest: false });
}

/** Moves the place by a share of the width. */
export function moveCursor(review: Review, byWidths: number): void {
  const { hand, view, placeSeconds } = review.state;
  if (hand) {
    moveHandCursor(review, byWidths);
    return;
  }
  review.goTo(placeSeconds + byWidths * view.spanSeconds, false);
}

/** Goes to the landmark, or to head, middle or tail. */
export function goToKind(review: Review, kind: PlaceKind): void {
  if (kind === 'landmark') {
    review.lookAtLandmark();
    review.listening.replaceIfPlaying();
    return;
  }
  const place = review.places().find((candidate) => candidate.kind === kind);
  if (place) review.goTo(place.seconds);
}

/** Goes on to the next place worth a look, or back. */
export function stepPlace(review: Review, way: 1 | -1): void {
  const place = nextPlace(review.places(), review.state.placeSeconds, way);
  if (place) review.goTo(place.seconds);
}

/** Sets what each ear hears; heard at once. */
export function setEars(review: Review, ears: PairEars): void {
  review.set({ ears });
  review.listening.refresh();
}

/** Camera and recorder change ears. */
export function flipEars(review: Review): void {
  setEars(review, review.state.ears === 'camera-left' ? 'recorder-left' : 'camera-left');
}

/** Only one of them in both ears, or both again. */
export function toggleSolo(review: Review, which: 'camera' | 'recorder'): void {
  setEars(review, review.state.ears === which ? 'camera-left' : which);
}
