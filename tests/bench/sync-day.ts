/**
 * A whole day at once: the clips and recorder files of several generated days together, in any order, names replaced by
 * numbers and timecode left unread. Run on a quarter, a half and all of it, to see how time grows.
 */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { extname, join } from 'node:path';

type Clip = { id: string; path: string };
export type DayBin = { id: string; cameras: Clip[]; recorders: Clip[] };
export type Day = { seed: string; folder: string; bins: DayBin[] };
type Pair = { camera: string; recorder: string; confidence: number; reason: string; method: string };
type Run = {
  result: { pairs: Pair[]; unmatched: { camera: string; reason: string }[] };
  workSeconds: number;
  processorSeconds: number;
  peakMegabytes: number;
};
type Truth = { camera: string; recorder: string };

/** The same order each time. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  let state = 12_345;
  for (let index = order.length - 1; index > 0; index--) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = Math.floor((state / 2 ** 32) * (index + 1));
    [order[index], order[other]] = [order[other]!, order[index]!];
  }
  return order;
}

/** Slope of log seconds over log size. */
function exponent(points: readonly { size: number; seconds: number }[]): number {
  const rows = points.map(({ size, seconds }) => [Math.log(size), Math.log(seconds)] as const);
  const mean = (column: 0 | 1) => rows.reduce((sum, row) => sum + row[column], 0) / rows.length;
  const [x, y] = [mean(0), mean(1)];
  return rows.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / rows.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

export function benchDay(options: {
  readonly days: readonly Day[];
  readonly folder: string;
  readonly sync: (
    cameras: readonly string[],
    recorders: readonly string[],
  ) => Omit<Run, 'result'> & { result: unknown };
  readonly decode: (paths: readonly string[]) => { seconds: number; processorSeconds: number };
  /** For each pair of the result whether it is right to a millisecond; the last two name files of truth and result. */
  readonly judge: (truthPath: string, resultPath: string) => boolean[];
  readonly probeMinutes: (paths: readonly string[]) => number;
}): void {
  const { days, folder, sync, decode, judge, probeMinutes } = options;
  const links = join(folder, 'numbered');
  rmSync(links, { recursive: true, force: true });
  mkdirSync(links, { recursive: true });
  const truth = days.flatMap(({ seed, folder: of }) => {
    const { pairs } = JSON.parse(readFileSync(join(of, 'truth.json'), 'utf8')) as { pairs: Truth[] };
    return pairs.map((pair) => ({ ...pair, camera: `${seed}/${pair.camera}`, recorder: `${seed}/${pair.recorder}` }));
  });
  let number = 0;
  const idOf = new Map<string, string>();
  const bins = shuffled(
    days.flatMap(({ seed, folder: of, bins: all }) =>
      all.map((bin) => {
        const numbered = (clips: readonly Clip[]) =>
          clips.map(({ id, path }) => {
            number += 1;
            const link = join(links, `${String(number).padStart(5, '0')}${extname(path)}`);
            symlinkSync(join(of, path), link);
            idOf.set(link, `${seed}/${id}`);
            return link;
          });
        return { cameras: numbered(bin.cameras), recorders: numbered(bin.recorders) };
      }),
    ),
  );
  const points: { size: number; seconds: number; processorSeconds: number }[] = [];
  for (const share of [0.25, 0.5, 1]) {
    const taken = bins.slice(0, Math.round(bins.length * share));
    const cameras = shuffled(taken.flatMap((bin) => bin.cameras));
    const recorders = shuffled(taken.flatMap((bin) => bin.recorders));
    const least = decode(cameras);
    const run = sync(cameras, recorders);
    const { workSeconds, processorSeconds, peakMegabytes } = run;
    const result = run.result as Run['result'];
    const pairs = result.pairs.map((pair) => ({
      ...pair,
      camera: idOf.get(pair.camera)!,
      recorder: idOf.get(pair.recorder)!,
    }));
    const heard = new Set([...cameras, ...recorders].map((path) => idOf.get(path)!));
    const expected = truth.filter(({ camera, recorder }) => heard.has(camera) && heard.has(recorder));
    const [truthPath, resultPath] = [join(folder, 'day-truth.json'), join(folder, 'day-result.json')];
    writeFileSync(truthPath, JSON.stringify({ pairs: expected }));
    writeFileSync(resultPath, JSON.stringify({ pairs, unmatched: result.unmatched }));
    const right = judge(truthPath, resultPath);
    const known = new Set(expected.map(({ camera, recorder }) => `${camera} ${recorder}`));
    const strangers = pairs.filter(({ camera, recorder }) => !known.has(`${camera} ${recorder}`));
    points.push({ size: cameras.length, seconds: workSeconds, processorSeconds });
    console.log(
      `${cameras.length} clips against ${recorders.length} recorder files (${probeMinutes(cameras).toFixed(0)} and ` +
        `${probeMinutes(recorders).toFixed(0)} min): ${workSeconds.toFixed(1)} s, ` +
        `${((1000 * workSeconds) / cameras.length).toFixed(0)} ms a clip, ${(workSeconds / least.seconds).toFixed(2)}x of ffmpeg ` +
        `decoding the camera audio (${least.seconds.toFixed(1)} s); processor time ${processorSeconds.toFixed(1)} and ` +
        `${least.processorSeconds.toFixed(1)} s: ${(processorSeconds / least.processorSeconds / 2).toFixed(2)}x on two cores; peak memory ${peakMegabytes} MB; load ${loadavg()[0]!.toFixed(1)}\n` +
        `  ${right.filter(Boolean).length} of ${expected.length} pairs right to 1 ms, ${strangers.length} false matches`,
    );
    for (const pair of strangers)
      console.log(`  FALSE ${pair.camera} -> ${pair.recorder} ${pair.confidence} ${pair.reason}`);
    const found = new Set(pairs.map(({ camera, recorder }) => `${camera} ${recorder}`));
    for (const pair of expected)
      if (!found.has(`${pair.camera} ${pair.recorder}`)) console.log(`  missed ${pair.camera} -> ${pair.recorder}`);
    for (const [index, pair] of pairs.entries())
      if (!right[index] && !strangers.includes(pair)) console.log(`  off by more ${pair.camera} -> ${pair.recorder}`);
  }
  const processor = exponent(points.map(({ size, processorSeconds }) => ({ size, seconds: processorSeconds })));
  console.log(
    `time grows with the size of the day to the power of ${exponent(points).toFixed(2)}, processor time of ${processor.toFixed(2)}`,
  );
}
