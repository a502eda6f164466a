import { describe, expect, test } from 'vitest';
import { applyCommand } from '../../../src-shared/edit/apply-command.ts';
import { commandSchema, singleCommandSchema } from '../../../src-shared/edit/commands.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import type { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { type RowDiff, reverseDiff, squashDiffs } from '../../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES } from '../../../src-shared/model/rows.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { emptyDocument, STARTING_COMMANDS } from '../../support/document-samples.ts';
import { randomCommand } from '../../support/random-commands.ts';
import { seededRandom } from '../../support/seeded-random.ts';

function rowsOf(document: MemoryDocument) {
  return Object.fromEntries(TABLE_NAMES.map((table) => [table, document.all(table)]));
}

const granted = new Set<string>();

describe('thousands of random commands on a document in memory', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('keep every promise of the rows, seed %i', (seed) => {
    const random = seededRandom(seed);
    const document = emptyDocument();
    const start = rowsOf(document);
    const diffs: RowDiff[] = [];
    const commands = [...STARTING_COMMANDS];
    for (let count = 0; count < 1500; count += 1) {
      const command = commandSchema.parse(commands.shift() ?? randomCommand(random, document));
      const before = count % 100 === 0 ? rowsOf(document) : null;
      try {
        if (before) {
          const { diff } = document.draft(command);
          expect(rowsOf(document)).toEqual(before);
          expect(document.transact((writer) => applyCommand(writer, command)).diff).toEqual(diff);
          diffs.push(diff);
        } else diffs.push(document.transact((writer) => applyCommand(writer, command)).diff);
        granted.add(command.kind);
      } catch (error) {
        if (!(error instanceof TwopopError))
          throw new Error(`seed ${seed}: ${JSON.stringify(command)}`, { cause: error });
      }
      const violations = findViolations(document);
      if (violations.length > 0) throw new Error(`seed ${seed}, ${JSON.stringify(command)}: ${violations.join('; ')}`);
    }
    const end = rowsOf(document);
    for (const { id } of document.all('sync_match')) {
      expect(document.clipsOfMatch(id)).toEqual(document.all('clip').filter((clip) => clip.syncMatchId === id));
    }
    const squashed = squashDiffs(diffs);
    for (const diff of diffs.toReversed()) document.applyDiff(reverseDiff(diff));
    expect(rowsOf(document)).toEqual(start);
    document.applyDiff(squashed);
    expect(rowsOf(document)).toEqual(end);
    document.applyDiff(reverseDiff(squashed));
    expect(rowsOf(document)).toEqual(start);
  });

  test('every kind of command was granted at least once', () => {
    const kinds = [...singleCommandSchema.options.map((option) => option.shape.kind.value), 'batch'];
    expect([...granted].sort()).toEqual(kinds.sort());
  });
});
