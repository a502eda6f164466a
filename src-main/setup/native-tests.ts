import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { buildNativeTests, FLAVOURS, type Flavour } from './native-build.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * `npm run test:native [-- --sanitize address|undefined|thread|callback] [-- name]`: builds what is stale and runs the
 * native tests, all or those of the files whose name (or of the facts whose words) hold `name`. Its last line alone is
 * `N passed, N failed, N skipped`; it ends with 1 when anything failed.
 */
type Count = { passed: number; failed: number; skipped: number };

const SANITIZER_SETTINGS = {
  ASAN_OPTIONS: 'abort_on_error=0:detect_stack_use_after_return=1',
  UBSAN_OPTIONS: 'print_stacktrace=1',
  TSAN_OPTIONS: 'halt_on_error=1:second_deadlock_stack=1',
};

/** Characters kept of a program's standard error, the last ones: a sanitizer's report ends it. */
const MOST_COMPLAINTS = 30_000;

/** Builds and runs one flavour. What did not build counts as failed; on Windows all is skipped, loudly. */
export async function runNativeTests(flavour: Flavour, only = ''): Promise<Count> {
  if (process.platform === 'win32') {
    console.warn(
      `SKIPPED the native unit tests (${flavour}): they are built with g++ or clang++ on Linux and macOS only.`,
    );
    return { passed: 0, failed: 0, skipped: 1 };
  }
  const total: Count = { passed: 0, failed: 0, skipped: 0 };
  const named = readdirSync(join(PROJECT_ROOT, 'native', 'tests', flavour === 'bench' ? 'bench' : '.'));
  const isFileName = only !== '' && named.some((name) => name.endsWith('.cc') && name.includes(only));
  const built = await buildNativeTests(flavour, (name) => !isFileName || name.includes(only));
  for (const failure of built.failures) {
    console.error(`${failure.output}\nFAILED ${failure.name} does not build (${flavour})`);
    total.failed++;
  }
  for (const program of built.programs) {
    console.log(`\n${program.name} (${flavour}):`);
    const count = await runProgram(program.path, only !== '' && !isFileName ? [only] : []);
    if (count) {
      total.passed += count.passed;
      total.failed += count.failed;
      total.skipped += count.skipped;
    } else {
      console.error(`FAILED ${program.name} (${flavour}): it ended before its last fact`);
      total.failed++;
    }
  }
  return total;
}

/** Shows what a program prints and reads its last line; null where it ended without one, or badly after it. */
function runProgram(path: string, args: readonly string[]): Promise<Count | null> {
  return new Promise((resolve) => {
    const child = spawn(path, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...SANITIZER_SETTINGS, ...process.env },
    });
    let text = '';
    child.stdout.setEncoding('utf8');
    child.stdout.on('data', (piece: string) => {
      text += piece;
      process.stdout.write(piece.replace(/^\d+ passed, \d+ failed, \d+ skipped\n/m, ''));
    });
    // What audio libraries say of a machine without a sound card is of interest only where something failed.
    let complaints = '';
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (piece: string) => {
      complaints = (complaints + piece).slice(-MOST_COMPLAINTS);
    });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(null);
    });
    child.on('close', (status) => {
      const found = /^(\d+) passed, (\d+) failed, (\d+) skipped\n$/m.exec(text);
      const count = found && { passed: Number(found[1]), failed: Number(found[2]), skipped: Number(found[3]) };
      // A sanitizer may still object while the program ends.
      if (status !== 0) console.error(complaints.trimEnd());
      resolve(count && (status === 0) === (count.failed === 0) ? count : null);
    });
  });
}

function usage(reason: string): TwopopError {
  return new TwopopError({
    code: 'bad-usage',
    message: `${reason} Nothing was run.`,
    remedy: `npm run test:native -- [--sanitize ${FLAVOURS.join('|')}] [name of a file of tests, or words of a fact]`,
  });
}

function parseArguments(words: readonly string[]): { flavour: Flavour; only: string } {
  let flavour: Flavour = 'plain';
  let only = '';
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--sanitize') {
      const named = FLAVOURS.find((known) => known === words[i + 1]);
      if (!named) throw usage(`There is no "${words[i + 1] ?? ''}" to check with.`);
      flavour = named;
      i++;
    } else if (word.startsWith('-')) {
      if (word !== '--') throw usage(`"${word}" is not known.`);
    } else {
      only = word;
    }
  }
  return { flavour, only };
}

if (import.meta.main) {
  try {
    const { flavour, only } = parseArguments(process.argv.slice(2));
    const { passed, failed, skipped } = await runNativeTests(flavour, only);
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof TwopopError)) throw error;
    console.error(`${error.message}\n${error.remedy}`);
    process.exitCode = 2;
  }
}
