/**
 * Bounce of reel M (40 tracks, 10 minutes, 749 clips, 12,132 gain breakpoints, pan, 3 stems and master) as a whole
 * process against ffmpeg with a process a track, and sample by sample against a float64 reference.
 * Run by `npm run bench:bounce`; `-- --small` takes reel S, `-- --no-peer` leaves ffmpeg out.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = join(root, '..', 'shared', 'bench');
if (!existsSync(join(shared, 'reelgen.cpp'))) {
  console.log('bench:bounce SKIPPED: ../shared/bench with the reel generator is not here; nothing was measured.');
  process.exit(0);
}

const small = process.argv.includes('--small');
const [reel, mono, stereo, seconds] = small ? ['S', '6', '2', '120'] : ['M', '32', '8', '600'];
const cache = join(tmpdir(), 'twopop-bench');
const folder = join(cache, reel);
const generator = join(cache, 'reelgen');
mkdirSync(cache, { recursive: true });

function run(command: string, args: readonly string[], quiet = true): number {
  const started = performance.now();
  const result = spawnSync(command, args, {
    stdio: quiet ? ['ignore', 'pipe', 'inherit'] : 'inherit',
    encoding: 'utf8',
  });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${result.status ?? result.error}`);
  if (quiet && result.stdout) output = result.stdout;
  return (performance.now() - started) / 1000;
}
let output = '';

if (!existsSync(generator)) {
  run('g++', ['-O3', '-march=native', '-std=c++17', '-pthread', join(shared, 'reelgen.cpp'), '-o', generator]);
}
if (!existsSync(join(folder, 'session.json'))) run(generator, [folder, mono, stereo, seconds]);
const session = join(folder, 'session.json');
const [ours, theirs, reference] = ['ours', 'ffmpeg', 'reference'].map((name) => {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  return path;
}) as [string, string, string];

const bouncer = fileURLToPath(new URL('bounce-process.ts', import.meta.url));
const times = [1, 2, 3].map(() => run(process.execPath, [bouncer, session, ours]));
const median = times.toSorted((a, b) => a - b)[1]!;
console.log(`reel ${reel}, level core, whole process, warm cache`);
console.log(`  twopop   ${times.map((time) => time.toFixed(2)).join(' ')} s`);

if (!process.argv.includes('--no-peer')) {
  const work = join(folder, 'ffmpeg-work');
  rmSync(work, { recursive: true, force: true });
  run('python3', [join(shared, 'ffmpeg_build.py'), session, work, theirs, '--level', 'core', '--pipes']);
  const peer = run(join(work, 'run.sh'), []);
  console.log(`  ffmpeg   ${peer.toFixed(2)} s (a process a track)`);
  console.log(`  ratio    ${(peer / median).toFixed(1)}x faster than ffmpeg (goal: at least 10x)`);
  rmSync(theirs, { recursive: true, force: true });
}

if (!existsSync(join(reference, 'MASTER.wav'))) run('python3', [join(shared, 'numref.py'), session, reference]);
run('python3', [join(shared, 'cmpwav.py'), ours, reference]);
console.log(output.trimEnd());
const differences = [...output.matchAll(/max diff\s+(-?[\d.]+) dBFS/g)].map((match) => Number(match[1]));
const worst = Math.max(...differences);
console.log(`  largest difference to the float64 reference: ${worst} dBFS (goal: -120 or less)`);
rmSync(ours, { recursive: true, force: true });
if (differences.length !== 4 || worst > -120) process.exitCode = 1;
