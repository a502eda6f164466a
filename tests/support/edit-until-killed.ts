/**
 * A process to be killed: opens the project named on its command line and applies random commands to it for ever,
 * printing `SEQ` after each one that was acknowledged. Every so often it undoes or redoes instead, or makes a backup.
 */
import { writeSync } from 'node:fs';
import { openProject } from '../../src-main/project/open-project.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { randomCommand } from './random-commands.ts';
import { seededRandom } from './seeded-random.ts';

const [path = '', seed = '1'] = process.argv.slice(2);
const random = seededRandom(Number(seed));
const project = await openProject(path, { keepBackups: 2, backupIntervalMs: 3 });
if (project.readOnly) throw new Error(`read-only: ${project.readOnlyReason}`);
for (;;) {
  try {
    const dice = random();
    const done =
      dice < 0.1 ? project.undo() : dice < 0.2 ? project.redo() : project.apply(randomCommand(random, project.reader));
    if (done) writeSync(1, `${done.seq}\n`);
  } catch (error) {
    if (!(error instanceof TwopopError)) throw error;
  }
  // Lets the backup under way have its turn.
  await new Promise((resolve) => setImmediate(resolve));
}
