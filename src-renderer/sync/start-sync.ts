import { attempt, type OpenProject } from '../project/open-project.ts';
import { tellPlain } from '../ui/toasts.ts';

const waiting = new WeakSet<OpenProject>();

/** Starts sync of all cameras and recorders; while files are still coming in, as soon as they are there. */
export async function startSync(project: OpenProject): Promise<void> {
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
  await attempt(() => project.session.client.sync.start({}));
}

function isActive(state: string): boolean {
  return state === 'queued' || state === 'running';
}
