/**
 * Opening a project of 100,000 clips until its snapshot is ready to be sent as JSON, checks of the file and of every
 * row included; beside it reading the same file once with `cat`. Run by `npm run bench:open`. The goal for the first
 * picture of the timeline is 1.5 s; what is measured here is the host's part of it.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProject } from '../../src-main/project/open-project.ts';
import { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import { makeBigProject } from '../support/big-project.ts';

const folder = mkdtempSync(join(tmpdir(), 'twopop-open-bench-'));
const { file } = await makeBigProject({ trackCount: 128, clipCount: 100_000, parentFolder: folder });

const runs: { open: number; snapshot: number; json: number; parse: number; mirror: number; bytes: number }[] = [];
for (let run = 0; run < 5; run += 1) {
  const marks = [performance.now()];
  const project = await openProject(file, { keepBackups: 0 });
  marks.push(performance.now());
  const snapshot = project.snapshot();
  marks.push(performance.now());
  const json = JSON.stringify(snapshot);
  marks.push(performance.now());
  const parsed = JSON.parse(json) as DocumentSnapshot;
  marks.push(performance.now());
  MemoryDocument.fromSnapshot(parsed);
  marks.push(performance.now());
  const [open, toSnapshot, toJson, parse, mirror] = marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0));
  await project.close();
  runs.push({
    open: open ?? 0,
    snapshot: toSnapshot ?? 0,
    json: toJson ?? 0,
    parse: parse ?? 0,
    mirror: mirror ?? 0,
    bytes: json.length,
  });
}
const total = (run: (typeof runs)[number]) => run.open + run.snapshot + run.json;
const middle = runs.sort((a, b) => total(a) - total(b))[2] as (typeof runs)[number];
const started = performance.now();
spawnSync('cat', [file], { stdio: ['ignore', 'ignore', 'inherit'] });
const cat = performance.now() - started;
console.log(
  `bench:open  100,000 clips, median of 5: ${total(middle).toFixed(0)} ms until the JSON is ready (open and check ${middle.open.toFixed(0)}, rows ${middle.snapshot.toFixed(0)}, JSON ${middle.json.toFixed(0)} ms, ${(middle.bytes / 1e6).toFixed(1)} MB); then ${middle.parse.toFixed(0)} ms to parse and ${middle.mirror.toFixed(0)} ms to index it in a mirror`,
);
console.log(
  `bench:open  of the goal of 1,500 ms: ${((total(middle) + middle.parse + middle.mirror) / 15).toFixed(0)} %; ${(total(middle) / cat).toFixed(1)} times \`cat\` of the file (${cat.toFixed(0)} ms, with starting it)`,
);
rmSync(folder, { recursive: true, force: true });
