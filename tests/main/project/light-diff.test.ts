import { afterEach, beforeEach, expect, test } from 'vitest';
import { createProject } from '../../../src-main/project/create-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { lightDiff, type RowDiff, wholeDiff } from '../../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { sourceFields } from '../../support/document-samples.ts';
import { evidenceText, proposedMatch, SECOND } from '../../support/sync-document.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let project: Project;
const claps = JSON.stringify({ claps: Array.from({ length: 200 }, (_, index) => index + 0.125) });

beforeEach(async () => {
  folder = makeTemporaryFolder('light-diff');
  const frameRate = { numerator: 24, denominator: 1, drop: false };
  project = await createProject({
    name: 'Reel',
    parentFolder: folder.path,
    frameRate,
    sampleRate: SECOND,
    startFrame: 0,
  });
  for (const role of ['camera', 'recorder'] as const) {
    const source = sourceFields({ name: role, path: `Audio Files/${role}.wav`, role, lengthSamples: 20 * SECOND });
    project.apply({ kind: 'source.add', source, picture: null });
  }
  project.apply({ kind: 'sync.propose', matches: [proposedMatch(1, 2, { evidence: claps })] });
});
afterEach(async () => {
  await project.close();
  folder.remove();
});

const evidence = () => project.reader.get('sync_match', 1)?.evidence;

test('evidence that an edit leaves as it is is neither sent nor logged with it, and a view still has it', () => {
  const view = MemoryDocument.fromSnapshot(project.snapshot());
  const seen = project.seq;
  const sent: RowDiff[] = [];
  project.onChange(({ diff }) => sent.push(JSON.parse(JSON.stringify(lightDiff(diff)))));
  project.apply({ kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 3 });
  project.apply({ kind: 'sync.accept', matchIds: [1] });
  project.apply({ kind: 'sync.reject', matchIds: [1] });
  project.undo();
  project.redo();
  expect(JSON.stringify(sent)).not.toContain('claps');
  expect(JSON.stringify(project.changesSince(seen))).not.toContain('claps');
  for (const diff of sent) view.applyDiff(wholeDiff(diff, (table, id) => view.get(table, id)));
  for (const table of TABLE_NAMES) expect(view.all(table)).toEqual(project.reader.all(table));
  const late = MemoryDocument.fromSnapshot(project.snapshot());
  expect(late.get('sync_match', 1)?.evidence).toBe(claps);
});

test('undo of an edit leaves evidence as others have written it since', () => {
  project.apply({ kind: 'sync.adjust', matchIds: [1], nudgeBySamplesAt48k: 3 });
  expect(project.undo()).toMatchObject({ label: 'Nudge sync match' });
  expect(evidence()).toBe(claps);
  project.redo();
  expect(evidence()).toBe(claps);
  expect(project.reader.get('sync_match', 1)?.nudgeSamplesAt48k).toBe(3);
});

test('evidence that an edit changes is sent and comes back by undo', () => {
  const other = evidenceText({
    alternatives: [{ recorderSourceId: 2, offsetSamplesAt48k: 5 * SECOND, driftPpm: 0, likeness: 0.8 }],
  });
  project.apply({ kind: 'sync.propose', matches: [proposedMatch(1, 2, { evidence: other })] });
  const matchId = project.reader.all('sync_match')[0]?.id ?? 0;
  const sent: RowDiff[] = [];
  project.onChange(({ diff }) => sent.push(lightDiff(diff)));
  project.apply({ kind: 'sync.choose', matchId, alternative: 0 });
  expect(sent[0]?.[0]?.after).toHaveProperty('evidence');
  project.undo();
  expect(project.reader.get('sync_match', matchId)?.evidence).toBe(other);
});
