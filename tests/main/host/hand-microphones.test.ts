import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCliShell } from '../../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { readEvidence } from '../../../src-shared/sync/sync-evidence.ts';
import { makeDay } from '../../support/sync-day.ts';
import { matchesOf, RATE } from '../../support/sync-project.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let host: Host;
const savedHome = process.env.TWOPOP_HOME;

beforeAll(() => {
  folder = makeTemporaryFolder('hand-microphones');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
});
afterAll(() => {
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});
beforeEach(() => {
  host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '' });
});
afterEach(() => host.close());

const apply = (command: CommandInput) => host.transports.client.document.apply({ command });

async function layByHand(name: string) {
  const sources = await makeDay(host, folder.path, name, 1);
  const idOf = (source: string) => sources.get(source)!.id;
  await apply({ kind: 'sourceMark.add', sourceId: idOf('A001'), atSample: RATE, name: 'word' });
  await apply({ kind: 'sourceMark.add', sourceId: idOf('T01'), atSample: 3 * RATE, name: 'word' });
  await apply({ kind: 'sync.byMarks', cameraMarkId: 1, recorderMarkId: 2 });
}

test('the microphones of a pair that a person laid are looked at, as no step of undo', async () => {
  await layByHand('Laid');
  expect(matchesOf(host)).toMatchObject([{ method: 'by hand', status: 'proposed' }]);
  const tracks = () => readEvidence(matchesOf(host)[0]!.evidence).tracks;
  await expect.poll(() => tracks().length, { timeout: 20_000 }).toBe(2);
  expect(tracks().map(({ channel }) => channel)).toEqual([0, 1]);
  expect(tracks()[0]!.levelDbfs).toBeGreaterThan(-60);
  // What was laid and why stays beside it.
  expect(readEvidence(matchesOf(host)[0]!.evidence).landmark).toMatchObject({ kind: 'mark' });
  expect(await host.transports.client.document.undo()).toMatchObject({ label: 'Sync by marks' });
  expect(matchesOf(host)).toEqual([]);
});

test('looking at them is a job that is seen, and can be cancelled', async () => {
  await layByHand('Cancelled');
  const job = host.services.jobs.list().find(({ kind }) => kind === 'assess')!;
  expect(job.label).toBe('Microphones for A001');
  expect(host.services.jobs.cancel(job.id)).toBe(true);
  expect(await host.services.jobs.whenEnded(job.id)).toMatchObject({ state: 'cancelled' });
  expect(readEvidence(matchesOf(host)[0]!.evidence).tracks).toEqual([]);
});

test('a recorder file that cannot be read is told, and not listened to again until the pair is moved', async () => {
  await layByHand('Unreadable');
  const [job] = host.services.jobs.list().filter(({ kind }) => kind === 'assess');
  host.services.jobs.cancel(job!.id);
  await host.services.jobs.whenEnded(job!.id);
  const { folder: projectFolder } = (await host.transports.client.project.current())!;
  const recorder = host.services.projects
    .require()
    .reader.all('source')
    .find(({ name }) => name === 'T01')!;
  writeFileSync(join(projectFolder, recorder.path), 'the disk gives something else');
  const { id } = matchesOf(host)[0]!;
  const assessed = () => host.services.jobs.list().filter(({ kind }) => kind === 'assess');
  await apply({ kind: 'sync.adjust', matchIds: [id], nudgeBySamplesAt48k: 5 });
  const ended = await host.services.jobs.whenEnded(assessed()[1]!.id);
  expect(ended).toMatchObject({ state: 'failed' });
  await apply({ kind: 'sync.adjust', matchIds: [id], rightsPolarity: true });
  expect(assessed()).toHaveLength(2);
});

test('what was found for another place is not kept', async () => {
  await layByHand('Moved');
  const [match] = matchesOf(host);
  const command = { kind: 'sync.assess' as const, matchId: match!.id, line: 'another', tracks: [] };
  const { seq } = host.services.documents.apply({ ...command, suggestedChannel: 0, suggestionReason: '' });
  expect(host.services.documents.apply({ ...command, suggestedChannel: 1, suggestionReason: '' }).seq).toBe(seq);
});
