import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { usePreferences } from '../app/preferences.ts';
import { attempt } from '../project/open-project.ts';
import { tellPlain } from '../ui/toasts.ts';
import { type NudgeStep, nudgeStepSamplesAt48k } from './nudge.ts';
import type { Review } from './review.ts';
import { unlocked, writable } from './review-locks.ts';
import { acceptable, canFollowClock } from './review-order.ts';
import { startSync } from './start-sync.ts';

/** What a person decides in the review. Each decision is one command, one step of undo. */

/** Accepts matches by a job: their drift is dealt with as chosen, then they go on the timeline as one step. */
export async function acceptMatches(review: Review, matchIds: readonly number[]): Promise<void> {
  const ids = matchIds.filter((id) => !review.state.acceptingIds.has(id));
  if (ids.length === 0 || !writable(review)) return;
  const { driftCorrection } = usePreferences.getState();
  review.set({ acceptingIds: new Set([...review.state.acceptingIds, ...ids]) });
  const { client, store } = review.project.session;
  const started = await attempt(() => client.sync.accept({ matchIds: [...ids], driftCorrection }));
  if (started) await jobEnded(store, started.jobId);
  review.set({ acceptingIds: new Set([...review.state.acceptingIds].filter((id) => !ids.includes(id))) });
}

/** Resolves when a job has ended, or is no longer known because another project was opened. */
function jobEnded(store: Review['project']['session']['store'], jobId: string): Promise<void> {
  let seen = false;
  const ended = () => {
    const job = store.getState().jobs.find(({ id }) => id === jobId);
    seen ||= job !== undefined;
    return job ? job.state !== 'queued' && job.state !== 'running' : seen || store.getState().project === null;
  };
  return new Promise((resolve) => {
    if (ended()) return resolve();
    const stop = store.subscribe(() => {
      if (!ended()) return;
      stop();
      resolve();
    });
  });
}

/** Accepts those selected, or the one under the cursor, and goes on to the next. */
export function acceptTargets(review: Review): void {
  const targets = review.targets().filter((match) => match.recorderSourceId !== null && match.status !== 'accepted');
  if (targets.length === 0) {
    const [match] = review.targets();
    if (match?.recorderSourceId === null)
      tellPlain('There is no recorder file to accept for this clip.', 'Lay one under it by hand (H), or leave it.');
    return;
  }
  goOnAfter(review, targets);
  void acceptMatches(
    review,
    targets.map((match) => match.id),
  );
}

/** Accepts every proposal that is at least as sure as was set. */
export function acceptSure(review: Review): void {
  const minimum = usePreferences.getState().acceptMinimumPercent / 100;
  void acceptMatches(review, acceptable(review.project.mirror.all('sync_match'), minimum));
}

/** Rejects those selected, or the one under the cursor: proposed ones, and accepted ones, which lets their clips go. */
export function rejectTargets(review: Review): void {
  if (!writable(review)) return;
  const decided = review.targets().filter((match) => match.status === 'proposed' || match.status === 'accepted');
  const targets = unlocked(review, decided);
  if (targets.length === 0) return;
  if (targets.every((match) => match.status === 'proposed')) goOnAfter(review, targets);
  void review.project.apply({ kind: 'sync.reject', matchIds: targets.map((match) => match.id) });
}

/** Looks at the clips of the selected rows anew. */
export function syncAgain(review: Review): void {
  if (!writable(review)) return;
  const { mirror } = review.project;
  const { acceptingIds } = review.state;
  const accepted = mirror.all('sync_match').filter(({ id }) => acceptingIds.has(id));
  const accepting = new Set(accepted.map(({ cameraSourceId }) => cameraSourceId));
  const free = unlocked(review, review.targets());
  const cameraSourceIds = [...new Set(free.map((match) => match.cameraSourceId))].filter((id) => !accepting.has(id));
  if (cameraSourceIds.length > 0) void startSync(review.project, { cameraSourceIds, again: true });
}

/** The next row to look at takes the cursor: those decided move to the end of the list. */
function goOnAfter(review: Review, decided: readonly SyncMatchRow[]): void {
  const rows = review.rows();
  const gone = new Set(decided.map((match) => match.id));
  const from = review.cursorIndex();
  const open = (match: SyncMatchRow) => !gone.has(match.id);
  const next = rows.slice(from).find(open) ?? rows.slice(0, from).findLast(open);
  if (next) review.moveTo(rows.indexOf(next));
}

type Adjustment = Omit<Extract<CommandInput, { kind: 'sync.adjust' }>, 'kind' | 'matchIds'>;

/** Sets something on matches that have a recorder file. */
export function adjustMatches(review: Review, matches: readonly SyncMatchRow[], what: Adjustment): void {
  const laid = matches.filter((match) => match.recorderSourceId !== null);
  if (laid.length === 0 || !writable(review)) return;
  const matchIds = unlocked(review, laid).map((match) => match.id);
  if (matchIds.length === 0) return;
  void review.project.apply({ kind: 'sync.adjust', matchIds, ...what }).then(() => review.listening.refresh());
}

const underWay = new WeakMap<Review, number>();

/**
 * Moves the recorder's sound of the shown match: `way` 1 later, -1 earlier. It is seen and heard there at once; the
 * command follows, one for each press.
 */
export function nudge(review: Review, step: NudgeStep, way: 1 | -1): void {
  nudgeBy(review, -way * nudgeStepSamplesAt48k(step, review.project.mirror.clock()));
}

/** Takes the nudge of the shown match back. */
export function resetNudge(review: Review): void {
  const shown = review.shown();
  if (shown && shown.nudgeSamplesAt48k !== 0) nudgeBy(review, -shown.nudgeSamplesAt48k);
}

/** Adds to the shown match's nudge, in samples at 48 kHz: above 0 the recorder's sound goes earlier. */
export function nudgeBy(review: Review, samplesAt48k: number): void {
  const shown = review.shown();
  if (!shown?.recorder || review.state.lookedAt !== null || review.state.hand) return;
  if (!writable(review) || unlocked(review, [shown.match]).length === 0) return;
  const matchId = shown.match.id;
  review.set({ draft: { matchId, nudgeSamplesAt48k: shown.nudgeSamplesAt48k + samplesAt48k } });
  review.listening.refresh();
  underWay.set(review, (underWay.get(review) ?? 0) + 1);
  void review.project
    .apply({ kind: 'sync.adjust', matchIds: [matchId], nudgeBySamplesAt48k: samplesAt48k })
    .then((result) => review.whenSeen(result?.seq ?? 0))
    .then(() => {
      const left = (underWay.get(review) ?? 1) - 1;
      underWay.set(review, left);
      if (left === 0) review.set({ draft: null });
      review.listening.refresh();
    });
}

/** Follows the clock instead of the sound, or the other way round, for all that were selected and have a clock. */
export function toggleClock(review: Review): void {
  const shown = review.shown();
  if (!shown || !canFollowClock(shown.match)) return;
  const followsClock = !shown.match.followsClock;
  const targets = review.targets().filter(canFollowClock);
  adjustMatches(review, targets, { followsClock });
}

/** Rights inverted channels of the selected matches, or leaves them as they are. */
export function togglePolarity(review: Review): void {
  const shown = review.shown();
  if (shown?.recorder) adjustMatches(review, review.targets(), { rightsPolarity: !shown.match.rightsPolarity });
}

/** Hears the next microphone: all, then each alone. */
export function nextMicrophone(review: Review): void {
  const shown = review.shown();
  if (!shown?.recorder) return;
  const next = shown.match.chosenChannel === null ? 0 : shown.match.chosenChannel + 1;
  const chosenChannel = next < shown.recorder.channelCount ? next : null;
  review.set({ recorderChannel: null });
  adjustMatches(review, [shown.match], { chosenChannel });
}

/** Looks at the next alternative, after the last one at the match again. */
export function lookAtNextAlternative(review: Review): void {
  const shown = review.shown();
  if (!shown || shown.others.length === 0) return;
  const { lookedAt } = review.state;
  const next = shown.others.find(({ index }) => lookedAt === null || index > lookedAt);
  lookAt(review, next?.index ?? null);
}

/** Shows and plays an alternative in place of the match; null: the match. */
export function lookAt(review: Review, alternative: number | null): void {
  review.set({ lookedAt: alternative, recorderChannel: null, hand: null });
  review.listening.replaceIfPlaying();
}

/**
 * Takes the alternative that is looked at, or another by its number in the evidence. Once it is taken the place that was
 * left stands first among the others, so until the host has answered a second press takes nothing.
 */
export function chooseAlternative(review: Review, alternative = review.state.lookedAt): void {
  const shown = review.shown();
  if (!shown || alternative === null || review.state.choosingId !== null || !writable(review)) return;
  const other = shown.others.find(({ index }) => index === alternative);
  if (!other) return;
  if (unlocked(review, [shown.match]).length === 0) return;
  review.set({ lookedAt: null, choosingId: shown.match.id });
  const { recorderSourceId, offsetSamplesAt48k } = other;
  const place = { recorderSourceId, offsetSamplesAt48k };
  void review.project
    .apply({ kind: 'sync.choose', matchId: shown.match.id, alternative, place })
    .then((result) => review.whenSeen(result?.seq ?? 0))
    .finally(() => review.set({ choosingId: null }));
}
