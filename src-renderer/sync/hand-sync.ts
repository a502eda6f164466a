import type { SourceMarkRow, SourceRow } from '../../src-shared/model/rows.ts';
import { tellPlain } from '../ui/toasts.ts';
import type { Review } from './review.ts';
import { unlocked } from './review-locks.ts';
import type { HandState, HandTrace } from './review-state.ts';
import { limitsOf } from './shown-match.ts';
import { heldView, recorderSeconds, scrolledView, type TraceView, wholeView, zoomedView } from './trace-view.ts';

/** Laying two files together by hand: each has its own view and cursor; a mark on each says what belongs together. */

/** The files that can be laid under a camera clip, recorders first. */
export function handCandidates(sources: readonly SourceRow[]): readonly SourceRow[] {
  const byName = (a: SourceRow, b: SourceRow) => a.name.localeCompare(b.name, undefined, { numeric: true });
  const ofRole = (role: SourceRow['role']) => sources.filter((source) => source.role === role && !source.derivedFromId);
  return [...[...ofRole('recorder')].sort(byName), ...[...ofRole('other')].sort(byName)];
}

/** Begins or ends laying together by hand. It begins with the match's recorder file, where it lies now. */
export function toggleHand(review: Review): void {
  const { hand } = review.state;
  review.listening.stop();
  if (hand) {
    review.set({ hand: null });
    return;
  }
  const shown = review.shown();
  if (!shown || unlocked(review, [shown.match]).length === 0) return;
  const suggestion = shown.others[0];
  const candidates = handCandidates(review.project.mirror.all('source'));
  const recorder =
    shown.recorder ?? candidates.find(({ id }) => id === suggestion?.recorderSourceId) ?? candidates[0] ?? null;
  const { placeSeconds, view } = review.state;
  const pieces =
    shown.pieces.length > 0
      ? shown.pieces
      : suggestion && suggestion.recorderSourceId === recorder?.id
        ? [{ ...suggestion, fromSeconds: Number.NEGATIVE_INFINITY }]
        : [];
  const laid = pieces.length > 0;
  const at = laid ? recorderSeconds(pieces, placeSeconds) : 0;
  review.set({
    seeksLoudest: false,
    lookedAt: null,
    hand: handWith(review, recorder, at, laid ? view.spanSeconds : null),
  });
}

/** Takes another recorder file to lay under the clip. */
export function chooseHandRecorder(review: Review, sourceId: number): void {
  const source = review.project.mirror.get('source', sourceId);
  review.listening.stop();
  review.set({ hand: handWith(review, source, 0, null), recorderChannel: null });
}

function handWith(review: Review, recorder: SourceRow | null, at: number, spanSeconds: number | null): HandState {
  const limits = recorder ? limitsOf(recorder) : { fromSeconds: 0, toSeconds: 1, sampleRate: 48_000 };
  const recorderView: TraceView =
    spanSeconds === null ? wholeView(limits) : heldView({ centreSeconds: at, spanSeconds }, limits);
  return {
    recorderSourceId: recorder?.id ?? null,
    recorderView,
    recorderSeconds: Math.min(limits.toSeconds, Math.max(0, at)),
    active: review.state.hand?.active ?? 'camera',
    cameraMarkId: review.state.hand?.cameraMarkId ?? null,
    recorderMarkId: null,
  };
}

/** Keys and marks go to the other trace. */
export function switchTrace(review: Review, active?: HandTrace): void {
  const { hand } = review.state;
  if (hand) review.set({ hand: { ...hand, active: active ?? (hand.active === 'camera' ? 'recorder' : 'camera') } });
}

/** The source of a trace. */
export function handSource(review: Review, trace: HandTrace): SourceRow | null {
  const { hand } = review.state;
  const id = trace === 'camera' ? review.cursorMatch()?.cameraSourceId : hand?.recorderSourceId;
  return id ? review.project.mirror.get('source', id) : null;
}

/** Puts a trace's cursor somewhere; the view follows when it would be out of sight. */
export function setHandCursor(review: Review, trace: HandTrace, seconds: number, centre = false): void {
  const { hand } = review.state;
  const source = handSource(review, trace);
  if (!hand || !source) return;
  const limits = limitsOf(source);
  // A mark lies inside the file.
  const at = Math.min(limits.toSeconds - 1 / limits.sampleRate, Math.max(0, seconds));
  const view = trace === 'camera' ? review.state.view : hand.recorderView;
  const outside = Math.abs(at - view.centreSeconds) > view.spanSeconds * 0.48;
  const shown = centre || outside ? heldView({ ...view, centreSeconds: at }, limits) : view;
  if (trace === 'camera') review.set({ placeSeconds: at, view: shown });
  else review.set({ hand: { ...hand, recorderSeconds: at, recorderView: shown } });
  review.listening.refresh();
}

export function moveHandCursor(review: Review, byWidths: number): void {
  const { hand, view, placeSeconds } = review.state;
  if (!hand) return;
  const [from, span] =
    hand.active === 'camera' ? [placeSeconds, view.spanSeconds] : [hand.recorderSeconds, hand.recorderView.spanSeconds];
  setHandCursor(review, hand.active, from + byWidths * span);
}

/** Zooms the active trace about its cursor, or about another second. */
export function zoomHand(review: Review, factor: number, aboutSeconds?: number, trace?: HandTrace): void {
  const { hand, view, placeSeconds } = review.state;
  const which = trace ?? hand?.active ?? 'camera';
  const source = handSource(review, which);
  if (!hand || !source) return;
  const limits = limitsOf(source);
  if (which === 'camera') review.set({ view: zoomedView(view, factor, aboutSeconds ?? placeSeconds, limits) });
  else {
    const recorderView = zoomedView(hand.recorderView, factor, aboutSeconds ?? hand.recorderSeconds, limits);
    review.set({ hand: { ...hand, recorderView } });
  }
}

export function scrollHand(review: Review, byWidths: number, trace?: HandTrace): void {
  const { hand, view } = review.state;
  const which = trace ?? hand?.active ?? 'camera';
  const source = handSource(review, which);
  if (!hand || !source) return;
  const limits = limitsOf(source);
  if (which === 'camera') review.set({ view: scrolledView(view, byWidths, limits) });
  else review.set({ hand: { ...hand, recorderView: scrolledView(hand.recorderView, byWidths, limits) } });
}

/** Sets a mark at the active trace's cursor; it is kept with its file. */
export async function addMark(review: Review): Promise<void> {
  const { hand, placeSeconds } = review.state;
  const trace = hand?.active ?? 'camera';
  const match = review.cursorMatch();
  const source = hand ? handSource(review, trace) : match && review.project.mirror.get('source', match.cameraSourceId);
  if (!source || review.project.info.readOnly) return;
  const seconds = trace === 'camera' ? placeSeconds : hand!.recorderSeconds;
  const atSample = Math.min(source.lengthSamples - 1, Math.max(0, Math.round(seconds * source.sampleRate)));
  const marks = review.project.mirror.all('source_mark').filter((mark) => mark.sourceId === source.id);
  const standing = marks.find((mark) => mark.atSample === atSample);
  const name = `Mark ${marks.length + 1}`;
  const result = standing
    ? null
    : await review.project.apply({ kind: 'sourceMark.add', sourceId: source.id, atSample, name });
  const id = standing?.id ?? result?.added.find(({ table }) => table === 'source_mark')?.id;
  const now = review.state.hand;
  if (id === undefined || !now) return;
  review.set({ hand: { ...now, ...(trace === 'camera' ? { cameraMarkId: id } : { recorderMarkId: id }) } });
}

/** Chooses a mark to be laid on the other file's, and goes there. */
export function chooseMark(review: Review, trace: HandTrace, mark: SourceMarkRow): void {
  const { hand } = review.state;
  const source = handSource(review, trace);
  if (!hand || !source) return;
  review.set({ hand: { ...hand, ...(trace === 'camera' ? { cameraMarkId: mark.id } : { recorderMarkId: mark.id }) } });
  setHandCursor(review, trace, mark.atSample / source.sampleRate, true);
}

/** Whether a mark on each is chosen and still there. */
export function marksReady(review: Review): boolean {
  const { hand } = review.state;
  const { mirror } = review.project;
  return [hand?.cameraMarkId, hand?.recorderMarkId].every((id) => id != null && mirror.get('source_mark', id) !== null);
}

/** Lays the files together so that the two marks fall on each other; then it is looked at like any other match. */
export async function layTogether(review: Review): Promise<void> {
  const { hand } = review.state;
  const match = review.cursorMatch();
  if (!hand || !match || review.project.info.readOnly) return;
  const { cameraMarkId, recorderMarkId } = hand;
  if (!marksReady(review) || cameraMarkId === null || recorderMarkId === null) {
    tellPlain(
      'A mark on each is needed.',
      'Put the cursor on the same sound in the camera’s trace and in the recorder’s, and set a mark (M) on each.',
    );
    return;
  }
  if (unlocked(review, [match]).length === 0) return;
  const result = await review.project.apply({ kind: 'sync.byMarks', cameraMarkId, recorderMarkId });
  const id = result?.added.find(({ table }) => table === 'sync_match')?.id;
  if (id === undefined) return;
  review.listening.stop();
  review.set({ hand: null });
  await review.whenSeen(result!.seq);
  review.showMatch(id);
  review.lookAtLandmark();
}
