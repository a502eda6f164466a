import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import { temporaryProject } from '../../support/project-files.ts';

test('jobs that had not ended are there after a restart, oldest first, and are no part of undo', async () => {
  const project = await temporaryProject();
  const job = {
    kind: 'import' as const,
    state: 'queued' as const,
    label: 'Import',
    request: { paths: ['/cards/a.wav'] },
  };
  project.jobs.save({ ...job, id: 'one' });
  project.jobs.save({ ...job, id: 'two' });
  project.jobs.save({ ...job, id: 'three', state: 'done' });
  project.jobs.save({ ...job, id: 'one', state: 'running', request: { done: 3 } });
  expect([project.seq, project.canUndo]).toEqual([0, null]);
  await project.close();
  const again = await openProject(project.path, { keepBackups: 0 });
  onTestFinished(() => again.close());
  expect(again.jobs.unfinished()).toEqual([
    { ...job, id: 'one', state: 'running', request: { done: 3 } },
    { ...job, id: 'two' },
  ]);
});
