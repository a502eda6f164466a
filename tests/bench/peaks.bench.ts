/**
 * Peaks of a 2-hour, 8-channel, 48 kHz, 24-bit file (8.3 GB) as a whole process against `cat FILE > /dev/null`, both
 * with a warm cache. Run by `npm run bench:peaks`; `-- --small` takes 10 minutes. The file is removed afterwards.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainWavHeader } from './reel-plan.ts';

const channelCount = 8;
const seconds = process.argv.includes('--small') ? 600 : 7200;
const frameCount = seconds * 48_000;
const dataBytes = frameCount * channelCount * 3;
const cache = join(tmpdir(), 'twopop-bench');
const path = join(cache, 'poly.wav');
const outPath = join(cache, 'poly.peaks');
mkdirSync(cache, { recursive: true });
const disk = statfsSync(cache);
if (disk.bavail * disk.bsize < 1.1 * dataBytes) {
  console.log(
    `bench:peaks SKIPPED: ${cache} has no room for ${(dataBytes / 1e9).toFixed(1)} GB; nothing was measured.`,
  );
  process.exit(0);
}

/** Noise under a slow envelope, a minute of it repeated: the engine looks at every byte either way. */
function writePoly(): void {
  const block = Buffer.alloc(60 * 48_000 * channelCount * 3);
  let state = 1;
  for (let at = 0; at < block.length; at += 3) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    block.writeIntLE(((state >> 9) * (((at / 3) % 4_000_000) / 4_000_000)) | 0, at, 3);
  }
  const file = openSync(path, 'w');
  // Past 4 GB the sizes of a plain header do not fit; what is measured here starts at the data.
  writeSync(file, plainWavHeader(48_000, channelCount, 24, Math.min(frameCount, 100_000_000)));
  for (let minute = 0; minute < seconds / 60; minute++) writeSync(file, block);
  closeSync(file);
}

function run(command: string, args: readonly string[]): number {
  const started = performance.now();
  const result = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status ?? result.error}`);
  return (performance.now() - started) / 1000;
}

try {
  writePoly();
  const builder = fileURLToPath(new URL('peaks-process.ts', import.meta.url));
  const cat = () => run('sh', ['-c', 'cat "$0" > /dev/null', path]);
  const ours = () => run(process.execPath, [builder, path, '44', `${channelCount}`, `${frameCount}`, outPath]);
  cat();
  const pairs = [1, 2, 3].map(() => ({ cat: cat(), ours: ours() }));
  const best = (key: 'cat' | 'ours') => Math.min(...pairs.map((pair) => pair[key]));
  const list = (key: 'cat' | 'ours') => pairs.map((pair) => pair[key].toFixed(2)).join(' ');
  console.log(`peaks of ${seconds / 3600} h, ${channelCount} channels, 24-bit (${(dataBytes / 1e9).toFixed(1)} GB)`);
  console.log(`  cat to /dev/null   ${list('cat')} s`);
  console.log(`  twopop             ${list('ours')} s, ${(statSync(outPath).size / 1e6).toFixed(0)} MB of peaks`);
  console.log(`  ratio              ${(best('ours') / best('cat')).toFixed(2)}x of cat (goal: under 3x)`);
} finally {
  rmSync(path, { force: true });
  rmSync(outPath, { force: true });
}
