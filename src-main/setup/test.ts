import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findFfmpeg } from '../media/ffmpeg.ts';
import { buildElectronWhenStale, buildEngineWhenStale, buildInterfaceWhenStale } from './builds.ts';
import { findChromium } from './chromium.ts';
import type { Flavour } from './native-build.ts';
import { runNativeTests } from './native-tests.ts';
import { PROJECT_ROOT } from './project-root.ts';
import {
  CHROMIUM,
  FFMPEG,
  installDebianPackages,
  missingLine,
  SOUND_RIGS,
  type SystemPackage,
} from './system-packages.ts';

/**
 * `npm test`: installs what the tests want and may be installed, builds, checks types and style, runs every test and
 * every journey. Its last line alone is `N passed, N failed, N skipped`; it ends with 1 when anything failed.
 */
type Count = { passed: number; failed: number; skipped: number };

const RESULTS = join(PROJECT_ROOT, 'out', 'test-results');
const total: Count = { passed: 0, failed: 0, skipped: 0 };

rmSync(RESULTS, { recursive: true, force: true });
mkdirSync(RESULTS, { recursive: true });

await installWanted();
await step('engine builds', buildEngineWhenStale);
await step('interface builds', buildInterfaceWhenStale);
await step('Electron shell builds', buildElectronWhenStale);
for (const root of ['src-shared', 'src-main', 'src-renderer', 'tests']) {
  await step(`types of ${root}`, () => runProgram('typescript/bin/tsc', ['-p', root]));
}
await step('lint and format', () => runProgram('@biomejs/biome/bin/biome', ['check', '.']));
if (process.platform === 'linux') {
  await step('package configuration', () =>
    succeeds(process.execPath, [join(PROJECT_ROOT, 'src-main', 'setup', 'pack-check.ts')]),
  );
}
for (const flavour of ['plain', 'callback', 'address,undefined'] as const) await countNativeTests(flavour);
runVitest('unit', ['--config', 'vitest.config.ts']);
runVitest('journeys', ['--config', 'vitest.journeys.config.ts']);

console.log('');
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
process.exit(total.failed > 0 ? 1 : 0);

async function installWanted(): Promise<void> {
  const missing: SystemPackage[] = [];
  if (!(await findFfmpeg())) missing.push(FFMPEG);
  if (!findChromium()) missing.push(CHROMIUM);
  installOrSay(missing);
  // Apart from the others: a system that has not all of these still gets those.
  if (process.platform === 'linux') {
    installOrSay(SOUND_RIGS.filter(({ isThere }) => !isThere()).map(({ wanted }) => wanted));
  }
}

function installOrSay(missing: readonly SystemPackage[]): void {
  if (missing.length === 0 || installDebianPackages(missing.map((wanted) => wanted.debian))) return;
  for (const wanted of missing) console.warn(missingLine(wanted));
}

async function step(name: string, work: () => unknown): Promise<void> {
  const startMs = performance.now();
  let failure = '';
  try {
    if ((await work()) === false) failure = 'see above';
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  const seconds = ((performance.now() - startMs) / 1000).toFixed(1);
  console.log(failure ? `FAILED ${name}: ${failure}` : `ok ${name} (${seconds} s)`);
  if (failure) total.failed++;
  else total.passed++;
}

async function countNativeTests(flavour: Flavour): Promise<void> {
  try {
    const count = await runNativeTests(flavour);
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped;
  } catch (error) {
    console.error(`FAILED native tests (${flavour}): ${error instanceof Error ? error.message : String(error)}`);
    total.failed++;
  }
}

function runProgram(program: string, args: readonly string[]): boolean {
  return succeeds(process.execPath, [join(PROJECT_ROOT, 'node_modules', program), ...args]);
}

function succeeds(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { cwd: PROJECT_ROOT, stdio: 'inherit' }).status === 0;
}

type VitestReport = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  success: boolean;
};

function runVitest(name: string, args: readonly string[]): void {
  const report = join(RESULTS, `${name}.json`);
  console.log(`\n${name}:`);
  const succeeded = runProgram('vitest/vitest.mjs', [
    'run',
    ...args,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]);
  try {
    const counted = JSON.parse(readFileSync(report, 'utf8')) as VitestReport;
    total.passed += counted.numPassedTests;
    // A file that does not load has no tests to count as failed.
    total.failed += counted.numFailedTests || (succeeded ? 0 : 1);
    total.skipped += counted.numPendingTests + counted.numTodoTests;
  } catch {
    total.failed++;
  }
}
