import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * How the native tests are built: `plain` is optimised and checks nothing more; `callback` ends the program where the
 * audio callback allocates, locks or sleeps; `bench` is optimised as the addon is and takes its programs from
 * `native/tests/bench`; the others are the compilers' sanitizers.
 */
export const FLAVOURS = ['plain', 'callback', 'address', 'undefined', 'thread', 'address,undefined'] as const;
export type Flavour = (typeof FLAVOURS)[number] | 'bench';

const NATIVE = join(PROJECT_ROOT, 'native');
const TESTS = join(NATIVE, 'tests');
const COMMON = ['-std=c++17', '-g', '-Wall', '-Wextra', '-ffp-contract=off', '-fno-math-errno', '-pthread', '-MMD'];
const FLAGS: Record<Flavour, readonly string[]> = {
  plain: ['-O2'],
  bench: ['-O3', '-fno-trapping-math'],
  callback: ['-O1', '-fno-omit-frame-pointer', '-DTWOPOP_CALLBACK_GUARD'],
  address: ['-O1', '-fno-omit-frame-pointer', '-fsanitize=address'],
  undefined: ['-O1', '-fsanitize=undefined', '-fno-sanitize-recover=all'],
  thread: ['-O1', '-fno-omit-frame-pointer', '-fsanitize=thread'],
  'address,undefined': ['-O1', '-fno-omit-frame-pointer', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'],
};
/** More would only make everything else on the machine wait. */
const JOBS = Math.min(2, availableParallelism());

export type NativeTestPrograms = {
  /** Name of the file of facts, and the program made of it. */
  readonly programs: readonly { readonly name: string; readonly path: string }[];
  /** What did not compile or link, each with what the compiler said. */
  readonly failures: readonly { readonly name: string; readonly output: string }[];
};

/**
 * Compiles what is stale of `native/src` (all but `bind`) into an archive below `native/build-tests/<flavour>`, and
 * each wanted `native/tests/*.cc` into a program. A file that does not compile is left out and told of: programs that
 * do not need it are still made. Several builds at once do no harm to each other: files are renamed into place.
 * Throws a `TwopopError` where there is no compiler.
 */
export async function buildNativeTests(
  flavour: Flavour,
  wanted: (name: string) => boolean,
): Promise<NativeTestPrograms> {
  const compiler = findCompiler();
  const folder = join(NATIVE, 'build-tests', flavour.replace(',', '-'));
  mkdirSync(folder, { recursive: true });
  const flags = [
    ...COMMON,
    ...FLAGS[flavour],
    `-DTWOPOP_FLAVOUR="${flavour}"`,
    ...['include', 'src', 'tests'].map((path) => `-I${join(NATIVE, path)}`),
  ];
  const failures: { name: string; output: string }[] = [];

  const compile = async (sources: readonly string[]): Promise<string[]> => {
    const objects: string[] = [];
    await inParallel(sources, async (source) => {
      const object = join(folder, `${relative(NATIVE, source).split(sep).join('-')}.o`);
      const output = objectIsStale(object) ? await compileOne(compiler, flags, source, object) : '';
      if (output) failures.push({ name: relative(PROJECT_ROOT, source), output });
      else objects.push(object);
    });
    return objects.sort();
  };

  const library = await compile(sourcesBelow(join(NATIVE, 'src')).filter((path) => !path.includes(`${sep}bind${sep}`)));
  const support = await compile(sourcesBelow(join(TESTS, 'support')));
  const tests = await compile(
    sourcesIn(flavour === 'bench' ? join(TESTS, 'bench') : TESTS).filter((path) => wanted(testName(path))),
  );
  const archive = join(folder, 'libtwopop-native.a');
  if (isOlder(archive, library) || !holdsAll(archive, library)) makeArchive(archive, library);

  const programs: { name: string; path: string }[] = [];
  await inParallel(tests, async (object) => {
    const name = testName(object.replace(/\.o$/, '')).replace(/^tests-(bench-)?/, '');
    const path = join(folder, name);
    const output = isOlder(path, [object, archive, ...support])
      ? await link(compiler, flavour, [object, ...support, archive], path)
      : '';
    if (output) failures.push({ name: `the program of ${name}.cc`, output });
    else programs.push({ name, path });
  });
  programs.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { programs, failures };
}

const testName = (path: string) => (path.split(sep).pop() as string).replace(/\.cc$/, '');

/** `CXX`, else g++, else clang++, else c++: the first that runs. */
function findCompiler(): string {
  const named = process.env.CXX;
  for (const program of named ? [named] : ['g++', 'clang++', 'c++']) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0) return program;
  }
  throw new TwopopError({
    code: 'compiler-missing',
    message: `The native tests need a C++17 compiler, and ${named ? `${named} does not run` : 'none was found'}.`,
    remedy: 'Install g++ or clang++ (macOS: xcode-select --install), or name one in CXX.',
  });
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.cc'))
    .sort()
    .map((name) => join(folder, name));
}

function sourcesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cc'))
    .sort()
    .map((name) => join(folder, name));
}

/** Whether an object is missing or older than any file it was made of, as the compiler wrote them down beside it. */
function objectIsStale(object: string): boolean {
  const list = object.replace(/\.o$/, '.d');
  if (!existsSync(object) || !existsSync(list)) return true;
  const inputs = readFileSync(list, 'utf8')
    .replace(/\\\r?\n/g, ' ')
    .replace(/^.*?\.o[^:]*:\s/s, '')
    .split(/(?<!\\)\s+/)
    .map((path) => path.replace(/\\ /g, ' '))
    .filter((path) => path.startsWith(NATIVE));
  return inputs.length === 0 || isOlder(object, inputs);
}

function isOlder(output: string, inputs: readonly string[]): boolean {
  const built = statSync(output, { throwIfNoEntry: false });
  if (!built) return true;
  return inputs.some((input) => (statSync(input, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > built.mtimeMs);
}

/** Returns what the compiler said when it failed, else nothing. */
async function compileOne(compiler: string, flags: readonly string[], source: string, object: string): Promise<string> {
  const startedAt = new Date();
  const made = `${object}.${process.pid}`;
  const list = object.replace(/\.o$/, '.d');
  const run = await output(compiler, [
    ...flags,
    '-MF',
    `${list}.${process.pid}`,
    '-MT',
    object,
    '-c',
    source,
    '-o',
    made,
  ]);
  if (run.status !== 0) {
    rmSync(made, { force: true });
    rmSync(`${list}.${process.pid}`, { force: true });
    return run.text || `${compiler} ended with ${run.status}`;
  }
  if (run.text) console.warn(run.text);
  // As old as the moment it was begun: what changed while the compiler ran makes it stale.
  utimesSync(made, startedAt, startedAt);
  renameSync(`${list}.${process.pid}`, list);
  renameSync(made, object);
  return '';
}

/** An archive that was made while a file did not compile lacks it, and is no older than it. */
function holdsAll(archive: string, objects: readonly string[]): boolean {
  const listed = spawnSync('ar', ['t', archive], { encoding: 'utf8' }).stdout.trim().split('\n');
  return listed.length === objects.length && objects.every((object) => listed.includes(basename(object)));
}

function makeArchive(archive: string, objects: readonly string[]): void {
  const made = `${archive}.${process.pid}`;
  rmSync(made, { force: true });
  const run = spawnSync('ar', ['rcs', made, ...objects], { encoding: 'utf8' });
  if (run.status !== 0) throw failedTool('ar', run);
  renameSync(made, archive);
}

async function link(compiler: string, flavour: Flavour, inputs: readonly string[], program: string): Promise<string> {
  const made = `${program}.${process.pid}`;
  const sanitize = FLAGS[flavour].filter((flag) => flag.startsWith('-fsanitize'));
  const system = process.platform === 'linux' ? ['-rdynamic', '-ldl', '-latomic'] : [];
  const run = await output(compiler, ['-pthread', ...sanitize, ...inputs, ...system, '-o', made]);
  if (run.status !== 0) return run.text || `${compiler} ended with ${run.status}`;
  mkdirSync(dirname(program), { recursive: true });
  renameSync(made, program);
  return '';
}

function failedTool(name: string, run: SpawnSyncReturns<string>): TwopopError {
  return new TwopopError({
    code: 'build-failed',
    message: `The native tests were not built: ${name} ended with ${run.status ?? run.error?.message}. ${run.stderr}`,
    remedy: 'See that the compiler and its binutils are whole, then run it again.',
  });
}

/** Runs a program to its end; both its outputs as one text. */
function output(program: string, args: readonly string[]): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const pieces: Buffer[] = [];
    child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
    child.stderr.on('data', (piece: Buffer) => pieces.push(piece));
    child.on('error', (error) => resolve({ status: null, text: error.message }));
    child.on('close', (status) => resolve({ status, text: Buffer.concat(pieces).toString('utf8').trim() }));
  });
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < items.length) await work(items[next++] as Item);
  };
  await Promise.all(Array.from({ length: JOBS }, worker));
}
