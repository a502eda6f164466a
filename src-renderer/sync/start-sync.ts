import { reportOf } from '../app/connection.ts';
import type { OpenProject } from '../project/open-project.ts';
import { dismissAbout, tellError, tellPlain } from '../ui/toasts.ts';

/** What notices are about. */
const ABOUT = 'sync.start';

const waiting = new WeakSet<OpenProject>();

/** Which cameras, and whether those that have a result are looked at anew. All that have none when left out. */
type SyncWhat = { readonly cameraSourceIds?: readonly number[]; readonly again?: boolean };

/**
 * Starts sync of cameras against all recorders; while files are still coming in, as soon as they are there. Cameras that
 * have a result are passed over, so that it goes on where it was left.
 */
export async function startSync(project: OpenProject, what: SyncWhat = {}): Promise<void> {
  const { store } = project.session;
  const importing = () => store.getState().jobs.some((job) => job.kind === 'import' && isActive(job.state));
  if (waiting.has(project)) return;
  if (importing()) {
    tellPlain('Files are still being imported.', 'Sync starts by itself when they are there.');
    waiting.add(project);
    await new Promise<void>((resolve) => {
      const stop = store.subscribe((state) => {
        if (state.project?.path === project.info.path && importing()) return;
        stop();
        resolve();
      });
    });
    waiting.delete(project);
    if (store.getState().project?.path !== project.info.path) return;
  }
  // What a start before this one was refused for is told anew where it still holds.
  dismissAbout(ABOUT);
  try {
    await project.session.client.sync.start({
      ...(what.cameraSourceIds ? { cameraSourceIds: [...what.cameraSourceIds] } : {}),
      ...(what.again ? { again: true } : {}),
    });
  } catch (error) {
    const report = reportOf(error);
    const again = { label: 'Sync again', run: () => void startSync(project, { ...what, again: true }) };
    tellError(report, report.code === 'sync-all-decided' ? again : null, ABOUT);
  }
}

function isActive(state: string): boolean {
  return state === 'queued' || state === 'running';
}
