import { beforeEach, expect, test } from 'vitest';
import type { OpenProject } from '../../../src-renderer/project/open-project.ts';
import { startSync } from '../../../src-renderer/sync/start-sync.ts';
import { useToasts } from '../../../src-renderer/ui/toasts.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';

beforeEach(() => useToasts.setState({ notices: [] }));

test('where every clip has a result, what is told offers to look at them anew, and that is done once pressed', async () => {
  const asked: { again?: boolean; cameraSourceIds?: readonly number[] }[] = [];
  const start = async (what: (typeof asked)[number]) => {
    asked.push(what);
    if (!what.again)
      throw new TwopopError({ code: 'sync-all-decided', message: 'All have a result.', remedy: 'Look at them.' });
    return { jobId: '1' };
  };
  const store = { getState: () => ({ jobs: [] }) };
  const project = { session: { store, client: { sync: { start } } } } as unknown as OpenProject;
  await startSync(project, { cameraSourceIds: [4] });
  const [notice] = useToasts.getState().notices;
  expect(notice?.message).toBe('All have a result.');
  expect(notice?.action?.label).toBe('Sync again');
  notice?.action?.run();
  expect(useToasts.getState().notices[0]?.shown).toBe(false);
  expect(asked.at(-1)).toEqual({ cameraSourceIds: [4], again: true });
});

test('what one start was refused for goes when sync is started again', async () => {
  const answers: (() => Promise<unknown>)[] = [
    async () => {
      throw new TwopopError({ code: 'sync-nothing', message: 'There is no recorder file.', remedy: 'Import it.' });
    },
    async () => ({ jobId: '1' }),
  ];
  const store = { getState: () => ({ jobs: [] }) };
  const start = () => answers.shift()!();
  const project = { session: { store, client: { sync: { start } } } } as unknown as OpenProject;
  await startSync(project);
  expect(useToasts.getState().notices.map(({ shown }) => shown)).toEqual([true]);
  await startSync(project);
  expect(useToasts.getState().notices.map(({ shown }) => shown)).toEqual([false]);
});

test('another failure is told without that', async () => {
  const start = async () => {
    throw new TwopopError({ code: 'sync-offline', message: 'Nothing is there.', remedy: 'Relink.' });
  };
  const store = { getState: () => ({ jobs: [] }) };
  await startSync({ session: { store, client: { sync: { start } } } } as unknown as OpenProject);
  expect(useToasts.getState().notices[0]).toMatchObject({ message: 'Nothing is there.', action: null });
});
