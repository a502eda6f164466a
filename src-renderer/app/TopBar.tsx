import { chooseAndImport } from '../media/import-media.ts';
import { useOfflineSources } from '../media/offline-sources.ts';
import { attempt, useProject, useRows, useSeq } from '../project/open-project.ts';
import { camerasToSync } from '../sync/review-order.ts';
import { startSync } from '../sync/start-sync.ts';
import { Counter } from '../transport/Counter.tsx';
import { TransportBar } from '../transport/TransportBar.tsx';
import { Button } from '../ui/Button.tsx';
import { openDialog, useDialogs } from './dialogs.ts';
import { useKeyHint } from './key-hint.ts';
import { useSession } from './session.ts';

/** Project, undo, transport, counter and the three steps of the job: import, sync, bounce. */
export function TopBar() {
  const project = useProject();
  const session = useSession();
  const seq = useSeq();
  const name = useRows('project')[0]?.name ?? project.info.name;
  const hint = useKeyHint();
  const matches = useRows('sync_match');
  const toReview = matches.filter((match) => match.status === 'proposed').length;
  const { canUndo, canRedo } = project.mirror;
  const { readOnly, readOnlyReason } = project.info;
  const sources = useRows('source');
  const offline = useOfflineSources((state) => state.ids);
  const syncing = session.store((state) =>
    state.jobs.some(({ kind, state: phase }) => kind === 'sync' && (phase === 'running' || phase === 'queued')),
  );
  const toSync = readOnly || syncing ? 0 : camerasToSync(sources, matches, offline).length;
  // It syncs what is to be synced, and shows the review either way; that has a button of its own to close it.
  const pressSync = () => {
    useDialogs.setState({ reviewOpen: true, jobsOpen: false });
    if (toSync > 0) void startSync(project);
    else requestAnimationFrame(() => document.querySelector<HTMLElement>('.review-list, .review')?.focus());
  };
  return (
    // The commit that is shown, for what looks on from outside.
    <header className="top-bar" data-seq={seq}>
      <div className="top-left">
        <Button
          look="quiet"
          icon="home"
          hint="Close the project and go to the start screen"
          onClick={() => attempt(() => session.client.project.close())}
        />
        <span className="top-name" title={project.info.path}>
          {name}
        </span>
        {readOnly ? (
          <span className="badge" data-tone="warn" title={readOnlyReason ?? ''}>
            read-only
          </span>
        ) : null}
        <span className="top-space" />
        <span className="top-undo-label dim">{canUndo ?? ''}</span>
        <Button
          look="quiet"
          icon="undo"
          hint={hint(canUndo ? `Undo: ${canUndo}` : 'Nothing to undo', 'edit.undo')}
          aria-label={canUndo ? `Undo ${canUndo}` : 'Undo'}
          disabled={!canUndo || readOnly}
          onClick={() => project.undo()}
        />
        <Button
          look="quiet"
          icon="redo"
          hint={hint(canRedo ? `Redo: ${canRedo}` : 'Nothing to redo', 'edit.redo')}
          aria-label={canRedo ? `Redo ${canRedo}` : 'Redo'}
          disabled={!canRedo || readOnly}
          onClick={() => project.redo()}
        />
      </div>
      <TransportBar />
      <Counter />
      <div className="top-right">
        <Button
          icon="import"
          hint={hint('Import media', 'media.import')}
          disabled={readOnly}
          onClick={() => chooseAndImport(project)}
        >
          Import
        </Button>
        <Button
          icon="sync"
          hint={hint(
            toSync > 0
              ? `Sync ${toSync} camera ${toSync === 1 ? 'clip' : 'clips'} with the recorder files`
              : 'Open the sync review',
            toSync > 0 ? 'sync.start' : 'sync.review',
          )}
          onClick={pressSync}
        >
          Sync
          {toReview > 0 ? (
            <span className="badge" data-tone="accent">
              {toReview}
            </span>
          ) : null}
        </Button>
        <Button icon="bounce" hint={hint('Bounce', 'bounce.open')} onClick={() => openDialog('bounce')}>
          Bounce
        </Button>
        <Button
          look="quiet"
          icon="search"
          hint={hint('Find a command', 'app.palette')}
          onClick={() => openDialog('palette')}
        />
        <Button
          look="quiet"
          icon="keyboard"
          hint={hint('Keyboard shortcuts', 'app.shortcuts')}
          onClick={() => openDialog('shortcuts')}
        />
      </div>
    </header>
  );
}
