import { join } from 'node:path';
import { ORPCError } from '@orpc/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NewProject } from '../../src-shared/rpc/schemas.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { type Hosted, startHosted, TRANSPORTS } from './hosted.ts';

let folder: TemporaryFolder;
const savedHome = process.env.TWOPOP_HOME;

beforeAll(() => {
  folder = makeTemporaryFolder('contract');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
});

afterAll(() => {
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

const take = async <T>(values: AsyncIterable<T>, count: number): Promise<T[]> => {
  const taken: T[] = [];
  for await (const value of values) if (taken.push(value) >= count) break;
  return taken;
};

const errorOf = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ORPCError);
  const typed = error as ORPCError<string, { code: string; message: string; remedy: string }>;
  expect(typed.code).toBe('TWOPOP');
  expect(typed.defined).toBe(true);
  expect(typed.data.message).not.toBe('');
  expect(typed.data.remedy).not.toBe('');
  return typed.data.code;
};

describe.each(TRANSPORTS)('the contract over a %s', (transport) => {
  let hosted: Hosted;
  let number = 0;

  const newProject = (name = `${transport} ${++number}`): NewProject => ({
    name,
    parentFolder: folder.path,
    frameRate: { numerator: 24000, denominator: 1001, drop: false },
    sampleRate: 48000,
    startFrame: 86400,
  });

  beforeEach(async () => {
    hosted = await startHosted(transport);
  });

  afterEach(() => hosted.end());

  test('says what the host is', async () => {
    const info = await hosted.client.host.info();
    expect(info).toMatchObject({ shell: 'browser', platform: process.platform, mediaBaseUrl: hosted.server.origin });
    expect(info.version).toMatch(/^\d+\.\d+\.\d+/);
  });

  test('makes, closes and opens projects, and remembers them', async () => {
    const made = await hosted.client.project.create(newProject());
    expect(made).toMatchObject({ readOnly: false, seq: 0, folder: join(folder.path, made.name) });
    expect(await hosted.client.project.current()).toEqual(made);
    expect(await hosted.client.project.close()).toEqual({ closed: true });
    expect(await hosted.client.project.current()).toBeNull();
    expect(await hosted.client.project.close()).toEqual({ closed: false });
    expect(await hosted.client.project.open({ path: made.folder })).toMatchObject({ path: made.path });
    expect((await hosted.client.host.info()).recentProjects[0]).toMatchObject({ path: made.path });
  });

  test('does commands, undoes and does them again, and keeps their history', async () => {
    await hosted.client.project.create(newProject());
    const added = await hosted.client.document.apply({ command: { kind: 'track.add', name: 'Boom' } });
    expect(added).toMatchObject({ seq: 1, added: [{ table: 'track', id: 1 }] });
    expect(await hosted.client.document.undo()).toMatchObject({ seq: 2 });
    expect(await hosted.client.document.undo()).toBeNull();
    expect(await hosted.client.document.redo()).toMatchObject({ seq: 3 });
    expect(await hosted.client.document.redo()).toBeNull();
    const history = await hosted.client.document.history({ limit: 10 });
    expect(history.map(({ seq, kind }) => [seq, kind])).toEqual([
      [3, 'redo'],
      [2, 'undo'],
      [1, 'command'],
    ]);
  });

  test('sends commits that were missed, then each as it happens, to every view', async () => {
    await hosted.client.project.create(newProject());
    const another = await hosted.connectAnother();
    await hosted.client.document.apply({ command: { kind: 'track.add', name: 'One' } });
    const following = [hosted.client, another].map(async (client) =>
      take(await client.document.changes({ sinceSeq: 0 }), 3),
    );
    await hosted.client.document.apply({ command: { kind: 'track.add', name: 'Two' } });
    await another.document.undo();
    const [mine, theirs] = await Promise.all(following);
    expect(mine).toEqual(theirs);
    expect(mine?.map(({ seq, kind }) => [seq, kind])).toEqual([
      [1, 'command'],
      [2, 'command'],
      [3, 'undo'],
    ]);
    expect(mine?.[1]?.diff).toMatchObject([{ table: 'track', id: 2, before: null, after: { name: 'Two' } }]);
    expect(mine?.[2]).toMatchObject({ canUndo: mine?.[0]?.label, canRedo: mine?.[1]?.label });
  });

  test('ends the stream of commits when the project is closed', async () => {
    await hosted.client.project.create(newProject());
    const changes = await hosted.client.document.changes({ sinceSeq: 0 });
    const rest = take(changes, 100);
    await hosted.client.document.apply({ command: { kind: 'track.add', name: 'One' } });
    await hosted.client.project.create(newProject());
    expect((await rest).map(({ seq }) => seq)).toEqual([1]);
  });

  test('tells every view which project is open', async () => {
    const another = await hosted.connectAnother();
    const following = take(await another.project.events(), 3);
    const made = await hosted.client.project.create(newProject());
    await hosted.client.project.close();
    expect(await following).toEqual([null, made, null]);
  });

  test('follows jobs from wherever they are', async () => {
    await hosted.client.project.create(newProject());
    const { jobId } = await hosted.client.media.import({ paths: [join(folder.path, 'nothing.wav')], mode: 'copy' });
    const jobs = [];
    for await (const job of await hosted.client.jobs.events()) {
      jobs.push(job);
      if (job.id === jobId && job.state !== 'queued' && job.state !== 'running') break;
    }
    expect(jobs.at(-1)).toMatchObject({ kind: 'import', state: 'failed' });
    expect(jobs.at(-1)?.items[0]?.error?.code).toMatch(/^media-/);
    expect((await hosted.client.jobs.list()).map(({ id }) => id)).toContain(jobId);
    expect(await hosted.client.jobs.cancel({ jobId })).toEqual({ cancelled: false });
  });

  test('lists folders of this machine', async () => {
    const listed = await hosted.client.host.listFolder({ path: folder.path });
    expect(listed.path).toBe(folder.path);
    expect(listed.entries.every(({ name }) => !name.startsWith('.'))).toBe(true);
    expect(await errorOf(hosted.client.host.listFolder({ path: 'relative' }))).toBe('folder-unreadable');
    expect(await errorOf(hosted.client.host.listFolder({ path: join(folder.path, 'missing') }))).toBe(
      'folder-unreadable',
    );
  });

  test('fails with code, message and remedy, always', async () => {
    const { client } = hosted;
    expect(await errorOf(client.document.undo())).toBe('no-project');
    expect(await errorOf(client.document.changes({ sinceSeq: 0 }).then((changes) => take(changes, 1)))).toBe(
      'no-project',
    );
    expect(await errorOf(client.project.open({ path: join(folder.path, 'missing') }))).toBe('project.missing');
    await client.project.create(newProject(`Twice ${transport}`));
    expect(await errorOf(client.project.create(newProject(`Twice ${transport}`)))).toBe('project.exists');
    expect(await errorOf(client.document.apply({ command: { kind: 'clip.remove', clipIds: [99] } }))).not.toBe(
      'internal',
    );
    expect(await errorOf(client.document.apply({ command: { kind: 'nonsense' } as never }))).toBe('bad-request');
    expect(await errorOf(client.document.history({ limit: 0 }))).toBe('bad-request');
    expect(await errorOf(client.document.apply({ command: { kind: 'track.add', name: 'x' }, baseSeq: 99 }))).toBe(
      'stale-view',
    );
    const other = { command: { kind: 'track.add', name: 'x' } as const, projectId: 'another' };
    expect(await errorOf(client.document.apply(other))).toBe('stale-view');
    expect(await errorOf(client.document.undo({ projectId: 'another' }))).toBe('stale-view');
    expect(await errorOf(client.document.redo({ projectId: 'another' }))).toBe('stale-view');
    const { id } = (await client.project.current()) ?? {};
    expect(await client.document.undo({ projectId: id })).toBeNull();
    expect(await client.document.apply({ ...other, projectId: id, baseSeq: 0 })).toMatchObject({ seq: 1 });
    const command = { kind: 'track.add', name: 'two\nlines' } as const;
    await expect(client.document.apply({ command })).rejects.toThrow(/command\.name: must be one line/);
    expect(await errorOf(client.media.import({ paths: ['relative.wav'], mode: 'copy' }))).toBe('bad-request');
    expect(await errorOf(client.sync.start({}))).toBe('sync-nothing');
    expect(await errorOf(client.host.revealFile({ path: '/etc/passwd' }))).toBe('bad-request');
  });

  test('opens a project that another host holds read-only and says who holds it', async () => {
    const made = await hosted.client.project.create(newProject());
    const other = await startHosted(transport);
    try {
      const seen = await other.client.project.open({ path: made.path });
      expect(seen).toMatchObject({ readOnly: true });
      expect(seen.readOnlyReason).toMatch(String(process.pid));
      expect(await errorOf(other.client.document.apply({ command: { kind: 'track.add', name: 'x' } }))).toBe(
        'project.read-only',
      );
    } finally {
      await other.end();
    }
  });
});
