/**
 * From a command to its diff at a listener, commit flushed to the disk, in projects of 1,000, 10,000 and 100,000
 * clips; beside it a bare append of 8 KB with fsync to the same disk, which no acknowledged edit can undercut.
 * Run by `npm run bench:edit`. The sizes take turns, so that what else the machine does meets them alike.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProject } from '../../src-main/project/open-project.ts';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { makeBigProject } from '../support/big-project.ts';
import { seededRandom } from '../support/seeded-random.ts';

const SIZES = [1000, 10_000, 100_000];
const ROUNDS = 1000;
const folder = mkdtempSync(join(tmpdir(), 'twopop-edit-bench-'));
const random = seededRandom(7);
const below = (count: number) => Math.floor(random() * count);

function someEdit(clipCount: number): CommandInput {
  const id = 1 + below(clipCount);
  const clipIds = [id];
  const edits: readonly CommandInput[] = [
    { kind: 'clip.move', clipIds, deltaSamples: below(200_000) - 100_000 },
    { kind: 'clip.trim', clipIds, edge: 'end', deltaSamples: below(20_000) - 10_000 },
    { kind: 'clip.slip', clipIds, deltaSamples: below(9000) },
    { kind: 'clip.gain', clipIds, gainDb: -below(20) },
    { kind: 'clip.fade', clipIds, edge: 'in', lengthSamples: below(4000) },
    { kind: 'clip.duplicate', clipIds, deltaSamples: below(900_000) },
    { kind: 'track.update', trackIds: [1 + below(128)], gainDb: -below(20) },
  ];
  return edits[below(edits.length)] as CommandInput;
}

function percentile(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const projects = [];
for (const clipCount of SIZES) {
  const { file } = await makeBigProject({ trackCount: 128, clipCount, parentFolder: folder });
  const project = await openProject(file, { keepBackups: 0 });
  const entry = { clipCount, project, heardAt: 0, times: [] as number[], undoTimes: [] as number[] };
  project.onChange(() => {
    entry.heardAt = performance.now();
  });
  projects.push(entry);
}

const bareFile = openSync(join(folder, 'bare'), 'w');
const page = Buffer.alloc(8192, 1);
const bare: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const started = performance.now();
  writeSync(bareFile, page);
  fsyncSync(bareFile);
  bare.push(performance.now() - started);
  for (const entry of projects) {
    const command = someEdit(entry.clipCount);
    const before = performance.now();
    entry.heardAt = 0;
    try {
      if (round % 8 === 7) entry.project.undo();
      else entry.project.apply(command);
    } catch (error) {
      // A clip that an earlier duplicate has covered; there is nothing to time.
      if (!(error instanceof TwopopError)) throw error;
    }
    if (entry.heardAt > 0) (round % 8 === 7 ? entry.undoTimes : entry.times).push(entry.heardAt - before);
  }
}
closeSync(bareFile);

const bareSorted = Float64Array.from(bare).sort();
const [bareMiddle, bareWorst] = [percentile(bareSorted, 0.5), percentile(bareSorted, 0.99)];
console.log(`bench:edit  bare 8 KB append + fsync: p50 ${bareMiddle.toFixed(2)} ms, p99 ${bareWorst.toFixed(2)} ms`);
const p50s: number[] = [];
for (const { clipCount, project, times, undoTimes } of projects) {
  const sorted = Float64Array.from(times).sort();
  const undo = Float64Array.from(undoTimes).sort();
  p50s.push(percentile(sorted, 0.5));
  console.log(
    `bench:edit  ${String(clipCount).padStart(6)} clips: p50 ${percentile(sorted, 0.5).toFixed(2)} ms, p99 ${percentile(sorted, 0.99).toFixed(2)} ms (goal 20), undo p99 ${percentile(undo, 0.99).toFixed(2)} ms; ${(percentile(sorted, 0.5) / bareMiddle).toFixed(2)} times the bare append`,
  );
  const clipIds = Array.from({ length: 1000 }, (_, index) => index + 1).filter((id) => project.reader.get('clip', id));
  const started = performance.now();
  project.apply({ kind: 'clip.move', clipIds, deltaSamples: 480 });
  console.log(
    `bench:edit         moving ${clipIds.length} of them at once: ${(performance.now() - started).toFixed(1)} ms`,
  );
  await project.close();
}
console.log(
  `bench:edit  growth of p50 from 1,000 to 100,000 clips: ${((p50s[2] ?? 0) / (p50s[0] ?? 1)).toFixed(2)} times`,
);
rmSync(folder, { recursive: true, force: true });
