import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import type { NewProject, ProjectInfo } from '../../../src-shared/rpc/schemas.ts';
import { sourceFields } from '../../support/document-samples.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { writeWave } from '../../support/write-wave.ts';

let folder: TemporaryFolder;
let host: Host;
let project: ProjectInfo;
const savedHome = process.env.TWOPOP_HOME;

const fieldsOf = (name: string): NewProject => ({
  name,
  parentFolder: folder.path,
  frameRate: { numerator: 25, denominator: 1, drop: false },
  sampleRate: 48_000,
  startFrame: 0,
});

beforeEach(async () => {
  folder = makeTemporaryFolder('document-service');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
  project = await host.services.projects.create(fieldsOf('Reel'));
});

afterEach(async () => {
  await host.close();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

describe('an edit and the project that it was made on', () => {
  test('is refused on another project, however alike', async () => {
    const { documents, projects } = host.services;
    documents.apply({ kind: 'track.add', name: 'A' }, { projectId: project.id, baseSeq: 0 });
    const other = await projects.create(fieldsOf('Reel 2'));
    expect(other.id).not.toBe(project.id);
    const stale = expect.objectContaining({ code: 'stale-view' });
    expect(() => documents.apply({ kind: 'track.add', name: 'B' }, { projectId: project.id, baseSeq: 0 })).toThrow(
      stale,
    );
    expect(() => documents.undo(project.id)).toThrow(stale);
    expect(() => documents.redo(project.id)).toThrow(stale);
    expect(projects.require().seq).toBe(0);
  });

  test('is done over commits that came between; of two that set a field the last stands', () => {
    const { documents, projects } = host.services;
    documents.apply({ kind: 'track.add', name: 'A' });
    documents.apply({ kind: 'track.update', trackIds: [1], gainDb: -3 }, { baseSeq: 1 });
    documents.apply({ kind: 'track.update', trackIds: [1], name: 'B' }, { baseSeq: 1 });
    documents.apply({ kind: 'track.update', trackIds: [1], gainDb: -6 }, { baseSeq: 1 });
    expect(projects.require().reader.get('track', 1)).toMatchObject({ name: 'B', gainDb: -6 });
  });
});

test.skipIf(process.platform === 'win32')(
  'the open project opened again by a link stays open for writing',
  async () => {
    const alias = join(folder.path, 'alias');
    symlinkSync(project.folder, alias);
    symlinkSync(project.path, join(folder.path, 'link.twopop'));
    for (const path of [alias, join(alias, 'Reel.twopop'), join(folder.path, 'link.twopop')]) {
      expect(await host.services.projects.open(path)).toMatchObject({ readOnly: false, path: project.path });
    }
  },
);

test('hundreds of missed commits are followed page by page, each once, and those that come meanwhile', async () => {
  const { documents, projects } = host.services;
  const open = projects.require();
  for (let count = 0; count < 250; count += 1) open.apply({ kind: 'marker.add', atSample: count, name: 'm' });
  const asked: (number | undefined)[] = [];
  const changesSince = open.changesSince.bind(open);
  open.changesSince = (seq, limit) => {
    asked.push(limit);
    return changesSince(seq, limit);
  };
  const seen: number[] = [];
  for await (const { seq } of documents.changes(0)) {
    seen.push(seq);
    if (seq === 50) documents.apply({ kind: 'marker.add', atSample: 0, name: 'meanwhile' });
    if (seq === 251) documents.apply({ kind: 'marker.add', atSample: 0, name: 'after' });
    if (seq === 252) break;
  }
  expect(seen).toEqual(Array.from({ length: 252 }, (_, index) => index + 1));
  expect(Math.max(...asked.map((limit) => limit ?? Number.POSITIVE_INFINITY))).toBeLessThanOrEqual(1000);
});

test('following ends when the project is closed before everything missed was read', async () => {
  const { documents, projects } = host.services;
  for (let count = 0; count < 150; count += 1) documents.apply({ kind: 'marker.add', atSample: count, name: 'm' });
  const seen: number[] = [];
  for await (const { seq } of documents.changes(0)) {
    seen.push(seq);
    if (seq === 20) await projects.close();
  }
  expect(seen.length).toBeLessThan(150);
});

describe('a source pointed at another file', () => {
  const relink = (path: string, linked = true) =>
    host.transports.client.document.apply({ command: { kind: 'source.relink', sourceId: 1, path, linked } });
  const wave = (name: string, lengthSamples: number, channelCount = 2, sampleRate = 48_000): string => {
    const path = join(folder.path, name);
    writeWave(path, { lengthSamples, channelCount, sampleRate });
    return path;
  };
  const reasonOf = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (error: { data?: { code: string; message: string } }) => `${error.data?.code}: ${error.data?.message}`,
    );

  beforeEach(() => {
    const source = sourceFields({ name: 'S', lengthSamples: 4800, sizeBytes: 19_296 });
    host.services.documents.apply({ kind: 'source.add', source, picture: null });
  });

  test('is taken where channels, rate, length and size are the same, linked or in the folder', async () => {
    const path = wave('same.wav', 4800);
    expect(await reasonOf(relink(path))).toBe('done');
    mkdirSync(join(project.folder, 'Audio Files'), { recursive: true });
    writeWave(join(project.folder, 'Audio Files', 'own.wav'), { lengthSamples: 4800, channelCount: 2 });
    expect(await reasonOf(relink('Audio Files/own.wav', false))).toBe('done');
  });

  test('is refused where they are not, or where there is no such file', async () => {
    expect(await reasonOf(relink(wave('short.wav', 4799)))).toMatch(/^source\.relink: .*4799 samples long/);
    expect(await reasonOf(relink(wave('mono.wav', 4800, 1)))).toMatch(/^source\.relink: .*1 channels/);
    expect(await reasonOf(relink(wave('rate.wav', 4800, 2, 44_100)))).toMatch(/^source\.relink: .*44100 Hz/);
    expect(await reasonOf(relink(join(folder.path, 'gone.wav')))).toMatch(/^source\.relink: /);
    expect(await reasonOf(relink('relative.wav'))).toMatch(/^source\.path: /);
    const commands = [{ kind: 'source.relink', sourceId: 1, path: wave('long.wav', 4801), linked: true } as const];
    const batch = { kind: 'batch', label: 'Relink', commands } as const;
    expect(
      await reasonOf(host.transports.client.document.apply({ command: { ...batch, commands: [...commands] } })),
    ).toMatch(/^source\.relink: /);
    expect(host.services.projects.require().seq).toBe(1);
  });
});
