import { expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { STARTING_COMMANDS, sourceFields } from '../../support/document-samples.ts';
import { allRows, temporaryProject } from '../../support/project-files.ts';
import { randomCommand } from '../../support/random-commands.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** What the product commits by itself. */
const BY_ITSELF = [
  'take.begin',
  'take.punchIn',
  'take.punchOut',
  'take.finish',
  'take.discard',
  'picture.setProxy',
  'source.identify',
];

test.each([21, 22, 23])(
  'whatever is recorded, edited, undone and redone in between, no recording is undone, seed %i',
  async (seed) => {
    const random = seededRandom(seed);
    const project = await temporaryProject();
    for (const command of STARTING_COMMANDS) project.apply(command);
    const mirror = MemoryDocument.fromSnapshot(project.snapshot());
    project.onChange((change) => mirror.applyDiff(change.diff));
    let undone = 0;
    for (let count = 0; count < 1500; count += 1) {
      const before = project.reader.all('take').filter(({ state }) => state === 'recording');
      try {
        if (random() < 0.15) {
          if (random() < 0.6 ? project.undo() : project.redo()) undone += 1;
          // What is being recorded stays so.
          const after = new Set(project.reader.all('take').map(({ id }) => id));
          expect(before.every(({ id }) => after.has(id))).toBe(true);
        } else {
          const command = randomCommand(random, project.reader);
          project.apply(command, {
            undoable: !BY_ITSELF.includes(command.kind),
          });
        }
      } catch (error) {
        if (!(error instanceof TwopopError)) throw error;
        // Only a track that is being recorded on stands in the way of undoing.
        if (error.code === 'project.contradiction')
          expect(error.message).toMatch(/\(take \d+ lies on track \d+, which is not there/);
      }
      if (count % 50 === 49) expect(findViolations(project.reader)).toEqual([]);
    }
    expect(undone).toBeGreaterThan(50);
    expect(findViolations(project.reader)).toEqual([]);
    expect(allRows(mirror)).toEqual(allRows(project.reader));
    await project.close();
    const again = await openProject(project.path, { keepBackups: 0 });
    onTestFinished(() => again.close());
    expect(again.readOnlyReason).toBeNull();
    expect(again.notices.filter((notice) => notice.includes('contradict'))).toEqual([]);
  },
);

async function projectWithTake() {
  const project = await temporaryProject();
  onTestFinished(() => project.close());
  project.apply({ kind: 'track.add', name: 'Boom' });
  const path = 'Audio Files/Boom.wav';
  const take = { trackId: 1, name: 'Boom_001', path, number: 1, startSample: 0, recordedAt: '2026-01-01T00:00:00Z' };
  project.apply({ kind: 'take.begin', takes: [take] }, { undoable: false });
  const source = sourceFields({ name: 'Boom', path, lengthSamples: 9000 });
  const spans = [{ startSample: 0, punchInSample: 100, punchOutSample: 8000 }];
  const steps = [
    { command: { kind: 'take.finish' as const, files: [{ path, source, spans }] }, undoable: false },
    { command: { kind: 'take.place' as const, pass: 1 }, undoable: true },
  ];
  return { project, steps, path };
}

test('taking in and placing are two commits of one transaction: all or none', async () => {
  const { project, steps } = await projectWithTake();
  const seqs: number[] = [];
  project.onChange(({ seq }) => seqs.push(seq));
  const impossible = { command: { kind: 'take.place' as const, pass: 7 }, undoable: true };
  const before = [project.seq, allRows(project.reader)];
  expect(() => project.applyTogether([steps[0]!, impossible])).toThrow(expect.objectContaining({ code: 'take.none' }));
  expect([project.seq, allRows(project.reader)]).toEqual(before);
  const [finished, placed] = project.applyTogether(steps);
  expect([finished?.seq, placed?.seq]).toEqual([3, 4]);
  expect(seqs).toEqual([3, 4]);
  expect(project.canUndo).toBe('Record take');
});

test('undo takes a recording off the timeline, then its track away with its takes; redo brings all of it back', async () => {
  const { project, steps } = await projectWithTake();
  project.applyTogether(steps);
  const end = allRows(project.reader);
  project.undo();
  expect([project.reader.all('clip'), project.reader.all('take').length]).toEqual([[], 1]);
  project.undo();
  expect([project.reader.all('track'), project.reader.all('take')]).toEqual([[], []]);
  expect(project.reader.all('source')).toHaveLength(1);
  project.redo();
  expect(project.reader.all('take')).toHaveLength(1);
  project.redo();
  expect(allRows(project.reader)).toEqual(end);
});

test('a file that was recorded into is remembered, whatever becomes of its take', async () => {
  const { project, steps, path } = await projectWithTake();
  project.applyTogether(steps);
  project.undo();
  project.apply({ kind: 'source.remove', sourceIds: [1] });
  expect(project.reader.all('take')).toEqual([]);
  expect([project.wasRecorded(path), project.wasRecorded('Audio Files/other.wav')]).toEqual([true, false]);
});
