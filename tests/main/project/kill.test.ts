import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { openProject } from '../../../src-main/project/open-project.ts';
import { MemoryDocument } from '../../../src-shared/edit/memory-document.ts';
import { wholeDiff } from '../../../src-shared/edit/row-diff.ts';
import { STARTING_COMMANDS } from '../../support/document-samples.ts';
import { allRows, temporaryProject } from '../../support/project-files.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const CHILD = join(import.meta.dirname, '../../support/edit-until-killed.ts');
/** Kills in all, by two processes at a time. */
const KILLS = Number(process.env.TWOPOP_KILLS ?? 200);

/** Lets a process edit the project, kills it at a random moment, and returns the last commit that it acknowledged. */
async function editUntilKilled(path: string, seed: number, afterMs: number): Promise<number> {
  const child = spawn(process.execPath, [CHILD, path, String(seed)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  let errors = '';
  child.stdout.once('data', () => setTimeout(() => child.kill('SIGKILL'), afterMs));
  child.stdout.on('data', (data: Buffer) => {
    printed += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    errors += data.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== null) throw new Error(`the process ended by itself: ${errors}`);
  const whole = printed.slice(0, printed.lastIndexOf('\n')).split('\n');
  return Number(whole.at(-1) ?? 0);
}

/** Half of the kills, one after the other, on a project of their own. */
async function killAgainAndAgain(lane: number): Promise<void> {
  const random = seededRandom(lane * 7919);
  const project = await temporaryProject({}, `Lane ${lane}`);
  const mirror = MemoryDocument.fromSnapshot(project.snapshot());
  for (const command of STARTING_COMMANDS) project.apply(command);
  const { path } = project;
  let seen = 0;
  for (const change of project.changesSince(seen))
    mirror.applyDiff(wholeDiff(change.diff, (table, id) => mirror.get(table, id)));
  seen = project.seq;
  await project.close();
  let lost = 0;
  for (let kill = 0; kill < KILLS / 2; kill += 1) {
    const acknowledged = await editUntilKilled(path, lane * 100_000 + kill, random() * 30);
    // Opening checks the file and the promises of the rows, and takes the lock over from the dead process.
    const opened = await openProject(path, { keepBackups: 0 });
    try {
      expect(opened.readOnlyReason).toBeNull();
      if (opened.seq < acknowledged) lost += 1;
      const missed = opened.changesSince(seen);
      expect(missed.map((change) => change.seq)).toEqual(missed.map((_, index) => seen + 1 + index));
      for (const change of missed) mirror.applyDiff(wholeDiff(change.diff, (table, id) => mirror.get(table, id)));
      seen = opened.seq;
      if (kill % 20 === 19) expect(allRows(opened.reader)).toEqual(allRows(mirror));
    } finally {
      await opened.close();
    }
  }
  expect(lost).toBe(0);
  expect(readdirSync(join(dirname(path), 'Backups')).filter((name) => !name.endsWith('.twopop'))).toEqual([]);
  // A busy machine gets through fewer edits between kills; that none at all were made must not pass.
  expect(seen).toBeGreaterThan(KILLS / 4);
}

// One test for both lanes: tests that run at the same time would end each other's folders.
test('a process killed at any moment loses no acknowledged commit, and leaves a sound file', {
  timeout: 600_000,
}, async () => {
  await Promise.all([killAgainAndAgain(1), killAgainAndAgain(2)]);
});
