import { describe, expect, onTestFinished, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { DocumentChange } from '../../../src-main/project/project.ts';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { commandSchema } from '../../../src-shared/edit/commands.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { STARTING_COMMANDS } from '../../support/document-samples.ts';
import { allRows, temporaryProject } from '../../support/project-files.ts';
import { randomCommand } from '../../support/random-commands.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/** What the product finds out by itself. */
const FOUND_OUT = ['picture.setProxy', 'source.identify'];

const byRow = (a: { table: string; id: number }, b: { table: string; id: number }) =>
  a.table < b.table ? -1 : a.table > b.table ? 1 : a.id - b.id;

const withoutProxies = (rows: Record<string, unknown>) => ({
  ...rows,
  picture: (rows.picture as { proxyPath: unknown }[]).map((picture) => ({ ...picture, proxyPath: null })),
});

describe('thousands of random commands on a project file', () => {
  test.each([11, 12, 13])(
    'file and mirror agree, undo all leads back to the start, redo all to the end, seed %i',
    async (seed) => {
      const random = seededRandom(seed);
      const project = await temporaryProject();
      const start = allRows(project.reader);
      const mirror = MemoryDocument.fromSnapshot(project.snapshot());
      const follower = MemoryDocument.fromSnapshot(project.snapshot());
      let last: DocumentChange | null = null;
      project.onChange((change) => {
        last = change;
        follower.applyDiff(change.diff);
      });
      const starting = [...STARTING_COMMANDS];
      let granted = 0;
      for (let count = 0; count < 1200; count += 1) {
        const command = commandSchema.parse(starting.shift() ?? randomCommand(random, project.reader));
        const seqBefore = project.seq;
        let onFile: unknown;
        let inMemory: unknown;
        try {
          // What the product does by itself is no step of undo, and lies between those that are.
          const { seq, label } = project.apply(command, { undoable: !FOUND_OUT.includes(command.kind) });
          const diff = seq > seqBefore ? [...((last as DocumentChange | null)?.diff ?? [])].sort(byRow) : [];
          onFile = { label, diff };
          granted += 1;
        } catch (error) {
          if (!(error instanceof TwopopError)) throw error;
          onFile = error.toJSON();
        }
        try {
          const { result, diff } = mirror.transact((writer) => applyCommand(writer, command));
          inMemory = { label: result, diff: [...diff].sort(byRow) };
        } catch (error) {
          inMemory = (error as TwopopError).toJSON();
        }
        expect(inMemory).toEqual(onFile);
        // Now and then steps of undo and redo in between, which the mirror learns as diffs.
        if (random() < 0.05) {
          for (let steps = Math.floor(random() * 4); steps > 0 && project.undo(); steps -= 1) {
            mirror.applyDiff((last as unknown as DocumentChange).diff);
          }
          if (random() < 0.5 && project.redo()) mirror.applyDiff((last as unknown as DocumentChange).diff);
        }
        if (count % 100 === 99) {
          expect(findViolations(project.reader)).toEqual([]);
          expect(allRows(mirror)).toEqual(allRows(project.reader));
        }
      }
      expect(granted).toBeGreaterThan(600);
      expect(allRows(follower)).toEqual(allRows(project.reader));
      while (project.redo());
      const end = allRows(project.reader);

      await project.close();
      const again = await openProject(project.path, { keepBackups: 0 });
      onTestFinished(() => again.close());
      let undone = 0;
      while (again.undo()) {
        undone += 1;
        if (undone % 50 === 0) expect(findViolations(again.reader)).toEqual([]);
      }
      expect(undone).toBeGreaterThan(500);
      expect(allRows(again.reader)).toEqual(start);
      expect(again.canUndo).toBeNull();
      while (again.redo());
      expect(findViolations(again.reader)).toEqual([]);
      // A picture that was taken back and put there again has no proxy yet.
      expect(withoutProxies(allRows(again.reader))).toEqual(withoutProxies(end));
      expect(again.canRedo).toBeNull();
    },
  );
});
