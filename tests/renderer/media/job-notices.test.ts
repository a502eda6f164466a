import { expect, test } from 'vitest';
import { noticeOfJob } from '../../../src-renderer/media/job-notices.ts';
import type { Job } from '../../../src-shared/rpc/schemas.ts';

const job: Job = {
  id: '1',
  kind: 'import',
  label: 'Import 2 files',
  state: 'done',
  progress: 1,
  detail: '',
  items: [
    { name: 'good.wav', state: 'done', progress: 1, error: null },
    {
      name: 'bad.wav',
      state: 'failed',
      progress: 0,
      error: { code: 'x', message: 'It is empty.', remedy: 'Copy it again.' },
    },
  ],
  error: null,
  results: [],
  warnings: [],
};

test('an import with a bad file names it, and says that the rest is done', () => {
  expect(noticeOfJob(job)).toEqual({
    tone: 'bad',
    message: 'Import 2 files: 1 of 2 failed, the rest is done. bad.wav: It is empty.',
    remedy: 'Copy it again.',
  });
});

test('an import that went well needs no word, a bounce tells where it lies', () => {
  expect(noticeOfJob({ ...job, items: [] })).toBeNull();
  expect(noticeOfJob({ ...job, kind: 'bounce', items: [], results: ['/b/mix.wav'] })?.remedy).toBe('/b/mix.wav');
});

test('a bounce that is not what was asked for says so', () => {
  const flawed = noticeOfJob({ ...job, kind: 'bounce', items: [], warnings: ['Silent: A001 is offline.', 'Clipped.'] });
  expect(flawed).toMatchObject({ tone: 'bad', message: expect.stringContaining('A001 is offline') });
  expect(flawed?.remedy).toContain('1 more');
});

test('a cancelled job was somebody’s wish', () => {
  expect(noticeOfJob({ ...job, state: 'cancelled' })).toBeNull();
});
