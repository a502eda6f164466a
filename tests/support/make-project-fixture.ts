/**
 * Makes the fixture of today's layout in `tests/fixtures/projects`: run it once when a layout is new, before the next
 * one comes, and never again for an older one. `node tests/support/make-project-fixture.ts`
 */
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '../../src-main/project/create-project.ts';
import { MIGRATIONS } from '../../src-main/project/migrations.ts';
import { TABLE_NAMES } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { STARTING_COMMANDS } from './document-samples.ts';
import { randomCommand } from './random-commands.ts';
import { seededRandom } from './seeded-random.ts';

const fixture = join(import.meta.dirname, '../fixtures/projects', `layout-${MIGRATIONS.length}`);
if (existsSync(`${fixture}.twopop`))
  throw new Error(`${fixture}.twopop is there already, and stays as its era made it`);
const parentFolder = mkdtempSync(join(tmpdir(), 'twopop-fixture-'));
const project = await createProject(
  {
    name: 'Era',
    parentFolder,
    frameRate: { numerator: 24000, denominator: 1001, drop: false },
    sampleRate: 48000,
    startFrame: 86400,
  },
  { keepBackups: 0 },
);
for (const command of STARTING_COMMANDS) project.apply(command);
const random = seededRandom(2026);
for (let count = 0; count < 500; count += 1) {
  try {
    project.apply(randomCommand(random, project.reader));
  } catch (error) {
    if (!(error instanceof TwopopError)) throw error;
  }
}
for (let count = 0; count < 5; count += 1) project.undo();
project.redo();
const { path, seq, canUndo, canRedo } = project;
const tables = Object.fromEntries(TABLE_NAMES.map((table) => [table, project.reader.all(table)]));
await project.close();
copyFileSync(path, `${fixture}.twopop`);
writeFileSync(`${fixture}.json`, `${JSON.stringify({ seq, canUndo, canRedo, tables }, null, 1)}\n`);
rmSync(parentFolder, { recursive: true });
