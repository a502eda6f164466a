import type { AppAction } from '../app/action.ts';
import { useDialogs } from '../app/dialogs.ts';
import { usePreferences } from '../app/preferences.ts';
import { addMark, layTogether, switchTrace, toggleHand } from './hand-sync.ts';
import { type Review, reviewOf } from './review.ts';
import {
  acceptSure,
  acceptTargets,
  chooseAlternative,
  lookAtNextAlternative,
  nextMicrophone,
  nudge,
  rejectTargets,
  resetNudge,
  syncAgain,
  toggleClock,
  togglePolarity,
} from './review-decisions.ts';
import {
  flipEars,
  goToKind,
  moveCursor,
  scroll,
  showAround,
  showWhole,
  stepPlace,
  toggleSolo,
  zoom,
} from './review-navigation.ts';

const PAGE_ROWS = 8;

/** Something done in the review; from elsewhere it opens the review instead. Its key works while the review has the focus. */
function inReview(id: string, title: string, run: (review: Review) => unknown): AppAction {
  return {
    id,
    title,
    needsProject: true,
    run: ({ project }) => {
      if (!project) return;
      if (useDialogs.getState().reviewOpen) run(reviewOf(project));
      else useDialogs.setState({ reviewOpen: true, jobsOpen: false });
    },
  };
}

function focusIn(selector: string): void {
  document.querySelector<HTMLElement>(`.review ${selector}`)?.focus();
}

/** Everything that can be done in the sync review. */
export const REVIEW_ACTIONS: readonly AppAction[] = [
  inReview('review.next', 'Next result', (review) => review.moveTo(review.cursorIndex() + 1)),
  inReview('review.previous', 'Previous result', (review) => review.moveTo(review.cursorIndex() - 1)),
  inReview('review.pageDown', 'A page of results down', (review) => review.moveTo(review.cursorIndex() + PAGE_ROWS)),
  inReview('review.pageUp', 'A page of results up', (review) => review.moveTo(review.cursorIndex() - PAGE_ROWS)),
  inReview('review.first', 'First result', (review) => review.moveTo(0)),
  inReview('review.last', 'Last result', (review) => review.moveTo(review.rows().length - 1)),
  inReview('review.extendNext', 'Select the next result too', (review) =>
    review.moveTo(review.cursorIndex() + 1, true),
  ),
  inReview('review.extendPrevious', 'Select the previous result too', (review) =>
    review.moveTo(review.cursorIndex() - 1, true),
  ),
  inReview('review.selectAll', 'Select all results listed', (review) => review.selectAll()),
  inReview('review.find', 'Find in the results', () => focusIn('.review-find')),
  inReview('review.toList', 'Move to the list of results', () => focusIn('.review-list')),
  inReview('review.maximise', 'Make the review as large as the window', () => {
    const { reviewMaximised, set } = usePreferences.getState();
    set({ reviewMaximised: !reviewMaximised });
  }),

  inReview('review.accept', 'Accept', acceptTargets),
  inReview('review.acceptSure', 'Accept all that are sure enough', acceptSure),
  inReview('review.reject', 'Reject', rejectTargets),
  inReview('review.syncAgain', 'Sync again what is selected', syncAgain),

  inReview('review.play', 'Play round the place, or stop', (review) => review.listening.toggle('loop')),
  inReview('review.playOn', 'Play on from the place, or stop', (review) => review.listening.toggle('on')),
  inReview('review.flip', 'Camera and recorder change ears', flipEars),
  inReview('review.soloCamera', 'Camera only', (review) => toggleSolo(review, 'camera')),
  inReview('review.soloRecorder', 'Recorder only', (review) => toggleSolo(review, 'recorder')),

  inReview('review.nudgeSampleEarlier', 'Recorder one sample earlier', (review) => nudge(review, 'sample', -1)),
  inReview('review.nudgeSampleLater', 'Recorder one sample later', (review) => nudge(review, 'sample', 1)),
  inReview('review.nudgeQuarterEarlier', 'Recorder a quarter frame earlier', (review) => nudge(review, 'quarter', -1)),
  inReview('review.nudgeQuarterLater', 'Recorder a quarter frame later', (review) => nudge(review, 'quarter', 1)),
  inReview('review.nudgeFrameEarlier', 'Recorder one frame earlier', (review) => nudge(review, 'frame', -1)),
  inReview('review.nudgeFrameLater', 'Recorder one frame later', (review) => nudge(review, 'frame', 1)),
  inReview('review.nudgeReset', 'Take the nudge back', resetNudge),

  inReview('review.landmark', 'Go to the clap or strongest transient', (review) => goToKind(review, 'landmark')),
  inReview('review.head', 'Go to the head', (review) => goToKind(review, 'head')),
  inReview('review.middle', 'Go to the middle', (review) => goToKind(review, 'middle')),
  inReview('review.tail', 'Go to the tail', (review) => goToKind(review, 'tail')),
  inReview('review.nextPlace', 'Next clap, mark or lost samples', (review) => stepPlace(review, 1)),
  inReview('review.previousPlace', 'Previous clap, mark or lost samples', (review) => stepPlace(review, -1)),
  inReview('review.cursorEarlier', 'Place earlier', (review) => moveCursor(review, -0.01)),
  inReview('review.cursorLater', 'Place later', (review) => moveCursor(review, 0.01)),
  inReview('review.scrollEarlier', 'Scroll the sound back', (review) => scroll(review, -0.25)),
  inReview('review.scrollLater', 'Scroll the sound on', (review) => scroll(review, 0.25)),
  inReview('review.zoomIn', 'Zoom the sound in', (review) => zoom(review, 2)),
  inReview('review.zoomOut', 'Zoom the sound out', (review) => zoom(review, 0.5)),
  inReview('review.zoomWhole', 'Show the whole clip', showWhole),
  inReview('review.zoomSamples', 'Show single samples', (review) => showAround(review, 0.002)),

  inReview('review.followClock', 'Follow timecode or sound', toggleClock),
  inReview('review.rightPolarity', 'Right inverted polarity, or leave it', togglePolarity),
  inReview('review.nextMicrophone', 'Hear the next microphone', nextMicrophone),
  inReview('review.nextAlternative', 'Look at the next place that fits', lookAtNextAlternative),
  inReview('review.chooseAlternative', 'Take the place looked at', (review) => chooseAlternative(review)),

  inReview('review.byHand', 'Lay together by hand, or leave that', toggleHand),
  inReview('review.switchTrace', 'Camera’s or recorder’s trace', (review) => switchTrace(review)),
  inReview('review.mark', 'Set a mark at the place', addMark),
  inReview('review.layTogether', 'Lay the two marks together', layTogether),
];
