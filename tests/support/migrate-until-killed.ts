/** A process to be killed: says that it begins, then opens the project on its command line with a layout to migrate to. */
import { writeSync } from 'node:fs';
import { openProject } from '../../src-main/project/open-project.ts';
import { WITH_SLOW_NEXT_LAYOUT } from './next-layout.ts';

writeSync(1, 'begins\n');
const project = await openProject(process.argv[2] ?? '', { keepBackups: 0, migrations: WITH_SLOW_NEXT_LAYOUT });
await project.close();
