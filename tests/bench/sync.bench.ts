/**
 * Dual-system sync on generated shooting days with ground truth: how many pairs are right, to a sample, to a
 * millisecond, and how long it takes against ffmpeg decoding the camera audio alone. Run by `npm run bench:sync`.
 *   -- --seeds 1,2,3,7   days to make (1,2)
 *   -- --only a,b        kinds of damage; all when left out
 *   -- --long            the 30-minute takes as well
 *   -- --foreign         instead, every clip of each day against the recorders of the next: nothing may match
 *   -- --day             instead, all days as one, names and timecode stripped: how time and memory grow
 *   -- --plot FILE.svg   draws the confidence against the share that was right
 *   -- --data FOLDER     where days are kept (about 1.3 GB each; the system's temporary folder)
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeCalibrationPlot } from './calibration-plot.ts';
import { childSeconds } from './child-seconds.ts';
import { benchDay } from './sync-day.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const shared = join(root, '..', 'shared', 'sync');
if (!existsSync(join(shared, 'gen.py'))) {
  console.log('bench:sync SKIPPED: ../shared/sync with the generator is not here; nothing was measured.');
  process.exit(0);
}
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1,2' },
    only: { type: 'string' },
    long: { type: 'boolean', default: false },
    foreign: { type: 'boolean', default: false },
    day: { type: 'boolean', default: false },
    plot: { type: 'string' },
    data: { type: 'string', default: join(tmpdir(), 'twopop-bench', 'sync') },
  },
});
const only = values.only?.split(',');
const child = fileURLToPath(new URL('sync-process.ts', import.meta.url));

type Clip = { id: string; path: string };
type Bin = { id: string; cameras: Clip[]; recorders: Clip[] };
type Json = {
  pairs: ({ camera: string; recorder: string; confidence: number; reason: string } & Record<string, unknown>)[];
  unmatched: { camera: string; reason: string }[];
  ltc?: Record<string, number>;
};

function runPython(args: readonly string[]): string {
  const run = spawnSync('python3', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`python3 ${args[0]} failed: ${run.stderr}`);
  return run.stdout;
}

/** Makes a day unless it is there. */
function day(seed: string, long: boolean): { folder: string; bins: Bin[] } {
  const folder = join(values.data, long ? `long${seed}` : `seed${seed}`);
  if (!existsSync(join(folder, 'manifest.json'))) {
    mkdirSync(folder, { recursive: true });
    console.log(`making day ${seed} in ${folder}`);
    const args = [join(shared, 'gen.py'), '--seed', seed, '--out', folder, '--jobs', '2'];
    runPython(long ? [...args, '--long', '--only', 'drift30'] : args);
  }
  const { bins } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { bins: Bin[] };
  return { folder, bins };
}

/** `seconds` of the whole process; `workSeconds` without Node's own start and the loading of modules. */
type Run = { result: Json; seconds: number; workSeconds: number; processorSeconds: number; peakMegabytes: number };

/** The command as a process of its own. */
function sync(cameras: readonly string[], recorders: readonly string[], more: readonly string[] = []): Run {
  const started = performance.now();
  const run = spawnSync(
    process.execPath,
    [child, '--cameras', ...cameras, '--recorders', ...recorders, '--json', '-', ...more],
    { encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  const seconds = (performance.now() - started) / 1000;
  if (run.status === null || run.status > 1) throw new Error(`sync failed: ${run.stderr}`);
  const told = /peak (\d+) MB, ([\d.]+) s, processor ([\d.]+) s/.exec(run.stderr);
  const result = JSON.parse(run.stdout) as Json;
  return {
    result,
    seconds,
    workSeconds: Number(told?.[2]),
    processorSeconds: Number(told?.[3]),
    peakMegabytes: Number(told?.[1]),
  };
}

/** What every tool must do at the least: ffmpeg decoding the sound of each camera clip, one after the other. */
function decode(paths: readonly string[]): { seconds: number; processorSeconds: number } {
  const started = performance.now();
  const before = childSeconds();
  for (const path of paths)
    spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', path, '-map', '0:a:0?', '-ar', '48000', '-f', 'f32le', '-'], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
  return { seconds: (performance.now() - started) / 1000, processorSeconds: childSeconds() - before };
}

const judged: { confidence: number; right: boolean }[] = [];

for (const long of values.day ? [] : values.long ? [false, true] : [false]) {
  for (const seed of values.foreign ? [] : values.seeds.split(',')) {
    const { folder, bins: all } = day(seed, long);
    const bins = only ? all.filter((bin) => only.includes(bin.id)) : all;
    if (bins.length === 0) continue;
    const pairs: Json['pairs'] = [];
    const unmatched: string[] = [];
    const ltc: Record<string, number> = {};
    const notes: string[] = [];
    let seconds = 0;
    let working = 0;
    let decoding = 0;
    let processor = 0;
    let decodingProcessor = 0;
    let peak = 0;
    for (const bin of bins) {
      const paths = (clips: readonly Clip[]) => clips.map((clip) => join(folder, clip.path));
      const ids = new Map([...bin.cameras, ...bin.recorders].map((clip) => [join(folder, clip.path), clip.id]));
      const least = decode(paths(bin.cameras));
      decoding += least.seconds;
      decodingProcessor += least.processorSeconds;
      const run = sync(paths(bin.cameras), paths(bin.recorders));
      seconds += run.seconds;
      working += run.workSeconds;
      processor += run.processorSeconds;
      peak = Math.max(peak, run.peakMegabytes);
      for (const pair of run.result.pairs)
        pairs.push({ ...pair, camera: ids.get(pair.camera)!, recorder: ids.get(pair.recorder)! });
      for (const clip of run.result.unmatched) {
        unmatched.push(ids.get(clip.camera)!);
        notes.push(`  ${ids.get(clip.camera)}: ${clip.reason}`);
      }
      for (const [path, at] of Object.entries(run.result.ltc ?? {})) ltc[ids.get(path)!] = at;
    }
    const cameras = bins.flatMap((bin) => bin.cameras.map((clip) => clip.id));
    const resultPath = join(folder, 'result.json');
    writeFileSync(resultPath, JSON.stringify({ pairs, unmatched, ltc, scope: { cameras } }, null, 1));
    console.log(`\n${long ? '30-minute takes, ' : ''}seed ${seed}`);
    console.log(runPython([join(shared, 'score.py'), join(folder, 'truth.json'), resultPath]).trimEnd());
    console.log('unmatched, in the words of the result:');
    console.log(notes.join('\n') || '  none');
    console.log(
      `sync ${working.toFixed(1)} s in ${bins.length} runs (${seconds.toFixed(1)} s with the start of each process), ffmpeg ` +
        `decoding the camera audio ${decoding.toFixed(1)} s: ${(working / decoding).toFixed(2)}x ` +
        `(${(seconds / decoding).toFixed(2)}x), processor time ${processor.toFixed(1)} and ${decodingProcessor.toFixed(1)} s: ` +
        `${(processor / decodingProcessor).toFixed(2)}x on one core, ${(processor / decodingProcessor / 2).toFixed(2)}x on two; peak memory ${peak} MB; load ${loadavg()[0]!.toFixed(1)}`,
    );
    judge(folder, pairs);
  }
}

if (values.foreign) {
  const seeds = values.seeds.split(',');
  for (const [index, seed] of seeds.entries()) {
    const next = seeds[(index + 1) % seeds.length]!;
    if (next === seed) throw new Error('--foreign needs two days: --seeds 1,2');
    const paths = (which: 'cameras' | 'recorders', { folder, bins }: ReturnType<typeof day>) =>
      bins.flatMap((bin) => bin[which].map((clip) => join(folder, clip.path)));
    const run = sync(paths('cameras', day(seed, false)), paths('recorders', day(next, false)));
    // A clip whose sound is timecode alone goes by the clock; two days share the hours, and nothing else tells them apart.
    const byClock = run.result.pairs.filter(({ method }) => method === 'ltc');
    const bySound = run.result.pairs.filter(({ method }) => method !== 'ltc');
    console.log(
      `\nclips of day ${seed} against recorders of day ${next}: ${bySound.length} matches by sound (0 is right), ` +
        `${byClock.length} by the hour of timecode alone, ${run.result.unmatched.length} unmatched, ` +
        `${run.workSeconds.toFixed(0)} s, peak memory ${run.peakMegabytes} MB; load ${loadavg()[0]!.toFixed(1)}`,
    );
    for (const pair of bySound) {
      console.log(`  FALSE ${basename(pair.camera)} -> ${basename(pair.recorder)} ${pair.confidence} ${pair.reason}`);
      judged.push({ confidence: pair.confidence, right: false });
    }
  }
}

if (values.day) {
  const folder = join(values.data, 'day');
  benchDay({
    days: values.seeds.split(',').map((seed) => ({ seed, ...day(seed, false) })),
    folder,
    sync: (cameras, recorders) => sync(cameras, recorders, ['--no-timecode']),
    decode,
    judge: rightPairs,
    probeMinutes: (paths) => paths.reduce((sum, path) => sum + secondsOf(path), 0) / 60,
  });
}

/** How long a file's sound is, by ffprobe; 0 for files without. */
function secondsOf(path: string): number {
  const args = ['-v', 'error', '-select_streams', 'a:0', '-show_entries', 'stream=duration', '-of', 'csv=p=0', path];
  return Number(spawnSync('ffprobe', args, { encoding: 'utf8' }).stdout) || 0;
}

/** Right means within a millisecond from the first frame to the last; by the scorer's own rules, pair by pair. */
function judge(folder: string, pairs: Json['pairs']): void {
  const right = rightPairs(join(folder, 'truth.json'), join(folder, 'result.json'));
  for (const [index, pair] of pairs.entries()) judged.push({ confidence: pair.confidence, right: right[index]! });
}

function rightPairs(truthPath: string, resultPath: string): boolean[] {
  const script = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location('score', sys.argv[1]); score = importlib.util.module_from_spec(spec); spec.loader.exec_module(score)
truth = {(t['camera'], t['recorder']): t for t in json.load(open(sys.argv[2]))['pairs']}
print(json.dumps([bool((p['camera'], p['recorder']) in truth and score.errors(truth[(p['camera'], p['recorder'])], p)[0] <= 48) for p in json.load(open(sys.argv[3]))['pairs']]))
`;
  return JSON.parse(runPython(['-c', script, join(shared, 'score.py'), truthPath, resultPath])) as boolean[];
}

if (judged.length > 0 && values.plot) writeCalibrationPlot(values.plot, judged);
if (judged.length > 0) console.log('\nconfidence against the share that is right to 1 ms');
for (const [from, to] of judged.length === 0
  ? []
  : ([
      [0, 0.5],
      [0.5, 0.7],
      [0.7, 0.9],
      [0.9, 0.97],
      [0.97, 1.001],
    ] as const)) {
  const group = judged.filter(({ confidence }) => confidence >= from && confidence < to);
  const right = group.filter((pair) => pair.right).length;
  const bar = group.length ? '#'.repeat(Math.round((40 * right) / group.length)) : '';
  console.log(
    `  ${from.toFixed(2)}-${Math.min(1, to).toFixed(2)}  ${String(group.length).padStart(4)} pairs  ` +
      `${group.length ? `${((100 * right) / group.length).toFixed(1)} %`.padStart(8) : '       -'}  ${bar}`,
  );
}
