import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildEngineWhenStale, buildInterfaceWhenStale } from './builds.ts';
import { PROJECT_ROOT } from './project-root.ts';

/** `npm run bench [NAME...]`: every benchmark of tests/bench, or the named ones, one after the other. */
buildEngineWhenStale();
buildInterfaceWhenStale();

const folder = join(PROJECT_ROOT, 'tests', 'bench');
const wanted = process.argv.slice(2);
const benches = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .filter((name) => wanted.length === 0 || wanted.includes(name.replace('.bench.ts', '')))
  .sort();
for (const name of benches) {
  console.log(`\n== ${name.replace('.bench.ts', '')}`);
  const run = spawnSync(process.execPath, ['--expose-gc', join(folder, name)], { cwd: PROJECT_ROOT, stdio: 'inherit' });
  if (run.status !== 0) process.exitCode = 1;
}
