import { useRef } from 'react';
import type { DriftCorrection, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { openDialog, useDialogs } from '../app/dialogs.ts';
import { useKeyHint } from '../app/key-hint.ts';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { useOfflineSources } from '../media/offline-sources.ts';
import { attempt, useProject, useRows } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Progress } from '../ui/Progress.tsx';
import { useReview, useReviewState } from './review.ts';
import { acceptSure } from './review-decisions.ts';
import { acceptable, camerasToSync, heldBack, heldBackWords, syncProgress, unmatchedCameras } from './review-order.ts';
import { startSync } from './start-sync.ts';

const CORRECTIONS: readonly (readonly [DriftCorrection, string, string])[] = [
  [
    'resample',
    'Resample a copy',
    'A copy of the recorder’s sound is resampled to the camera’s clock; the original stays.',
  ],
  ['cut', 'Cut at pauses', 'The recorder’s sound is cut in pauses and each piece moved; nothing is resampled.'],
  ['none', 'Leave drift', 'The clip is right in the middle and drifts towards head and tail.'],
];

/** What looking at all clips anew keeps: everything that a person decided or set. */
const SYNC_AGAIN_HINT =
  'Look at the camera clips anew; what was accepted, rejected, laid by hand, nudged or set by you stays';

/** What there is, and what can be done with all of it. */
export function ReviewHead() {
  const project = useProject();
  const review = useReview();
  const hint = useKeyHint();
  const matches = useRows('sync_match');
  const sources = useRows('source');
  const preferences = usePreferences();
  const running = useRunning();
  const count = (status: SyncMatchRow['status']) => matches.filter((match) => match.status === status).length;
  const { acceptMinimumPercent: minimum, driftCorrection } = preferences;
  const accepting = useReviewState((state) => state.acceptingIds);
  const sure = acceptable(matches, minimum / 100).filter((id) => !accepting.has(id));
  const held = heldBackWords(heldBack(matches, minimum / 100));
  const { readOnly } = project.info;
  const offline = useOfflineSources((state) => state.ids);
  const undecided = camerasToSync(sources, matches, offline).length;
  const unmatched = unmatchedCameras(matches);
  return (
    <header className="review-head">
      <h2>Sync review</h2>
      <span className="dim figures review-counts">
        {matches.length > 0
          ? `${count('proposed')} to review · ${count('unmatched')} unmatched · ${count('accepted')} accepted`
          : ''}
      </span>
      <span className="review-space" />
      {count('proposed') > 0 ? (
        <>
          <select
            className="input review-correction"
            aria-label="What to do with drift when accepting"
            title={CORRECTIONS.find(([value]) => value === driftCorrection)?.[2]}
            value={driftCorrection}
            onChange={(event) => preferences.set({ driftCorrection: event.target.value as DriftCorrection })}
          >
            {CORRECTIONS.map(([value, title]) => (
              <option key={value} value={value}>
                {title}
              </option>
            ))}
          </select>
          <label className="check review-minimum">
            at least
            <input
              className="input"
              type="number"
              min={0}
              max={100}
              aria-label="Accept what is at least so sure, in percent"
              value={minimum}
              onChange={(event) => {
                const value = Math.min(100, Math.max(0, Math.round(Number(event.target.value))));
                if (Number.isFinite(value)) preferences.set({ acceptMinimumPercent: value });
              }}
            />
            %
          </label>
          <Button
            look="primary"
            icon="check"
            disabled={sure.length === 0 || readOnly || running?.kind === 'sync'}
            hint={
              hint(`Accept the ${sure.length} that are at least ${minimum} % sure, as one step`, 'review.acceptSure') +
              held
            }
            aria-label={`Accept ${sure.length}`}
            onClick={() => acceptSure(review)}
          >
            Accept {sure.length}
          </Button>
        </>
      ) : null}
      {matches.length > 0 && undecided > 0 && !running ? (
        <Button
          look="primary"
          icon="sync"
          disabled={readOnly}
          hint={hint(
            'Sync the camera clips that have no result yet, or no match while a recorder file was not searched for them',
            'sync.start',
          )}
          onClick={() => startSync(project)}
        >
          Go on with {undecided}
        </Button>
      ) : null}
      {unmatched.length > 0 && unmatched.length < matches.length && !running ? (
        <Button
          disabled={readOnly}
          aria-label={`Sync ${unmatched.length} unmatched again`}
          hint="Look anew only for what has no recorder file, in files that came in or were given a role since"
          onClick={() => startSync(project, { cameraSourceIds: unmatched, again: true })}
        >
          Sync {unmatched.length} unmatched
        </Button>
      ) : null}
      <Button
        icon="sync"
        disabled={running !== null || readOnly}
        hint={matches.length > 0 ? SYNC_AGAIN_HINT : undefined}
        onClick={() => startSync(project, { again: matches.length > 0 })}
      >
        {matches.length > 0 ? 'Sync again' : 'Sync'}
      </Button>
      <Button look="quiet" icon="help" hint={hint('How sync works', 'help.sync')} onClick={() => openDialog('help')} />
      <Button
        look="quiet"
        icon="enlarge"
        pressed={preferences.reviewMaximised}
        hint={hint(preferences.reviewMaximised ? 'Make the review smaller' : 'Maximise the review', 'review.maximise')}
        onClick={() => preferences.set({ reviewMaximised: !preferences.reviewMaximised })}
      />
      <Button
        look="quiet"
        icon="close"
        hint="Close the review"
        onClick={() => useDialogs.setState({ reviewOpen: false })}
      />
    </header>
  );
}

/** The sync or acceptance under way; null when there is none. */
function useRunning() {
  const { store } = useSession();
  return (
    store((state) =>
      state.jobs.findLast(
        ({ kind, state: phase }) =>
          (kind === 'sync' || kind === 'accept') && (phase === 'running' || phase === 'queued'),
      ),
    ) ?? null
  );
}

/** How far the work is, clip by clip, with a way to stop it; or what went wrong. */
export function ReviewRunning() {
  const session = useSession();
  const matches = useRows('sync_match');
  const sources = useRows('source');
  const running = useRunning();
  const lost = session.store((state) => state.phase !== 'open');
  const last = session.store((state) => state.jobs.findLast(({ kind }) => kind === 'sync' || kind === 'accept'));
  const begun = useRef<{ readonly jobId: string; readonly ids: ReadonlySet<number>; readonly isAgain: boolean }>(null);
  if (running && lost)
    return (
      <p className="review-failed">
        {running.label}: the connection was lost at {Math.round(running.progress * 100)} %. Whether it goes on is told
        when the host is there again.
      </p>
    );
  if (running) {
    const { decided, cameras, undecided, unmatched } = syncProgress(sources, matches);
    if (begun.current?.jobId !== running.id)
      begun.current = {
        jobId: running.id,
        ids: new Set(matches.map((match) => match.id)),
        isAgain: undecided === 0 && matches.length > 0,
      };
    const { ids, isAgain } = begun.current;
    const anew = new Set(matches.filter((match) => !ids.has(match.id)).map((match) => match.cameraSourceId)).size;
    const far = isAgain ? `${anew} looked at anew` : `${decided} of ${cameras}`;
    return (
      <div className="review-running">
        <Progress label={running.label} value={running.progress} />
        <span className="dim figures" role="status">
          {running.kind === 'sync' ? `${far}, ${unmatched} unmatched · ` : ''}
          {running.detail || running.label} {Math.round(running.progress * 100)} %
        </span>
        <Button onClick={() => attempt(() => session.client.jobs.cancel({ jobId: running.id }))}>Cancel</Button>
      </div>
    );
  }
  if (last?.state === 'failed' && last.error)
    return (
      <p className="review-failed selectable">
        {last.error.message} <span className="dim">{last.error.remedy}</span>
      </p>
    );
  return null;
}
