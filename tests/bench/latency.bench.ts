/**
 * From an edit command to its diff in a view: sent over the WebSocket of a Node host in a process of its own, answered
 * by the commit on the disk, received as an event by another view. With 1,000, 10,000 and 100,000 clips in the project;
 * the goal is a 99th percentile under 20 ms that does not grow. Beside it a bare append of 8 KB with fsync to the same
 * disk, which no acknowledged edit can undercut. The sizes take turns, so that what else the machine does meets them
 * alike. Run by `npm run bench:latency`.
 */
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { makeBigProject } from '../support/big-project.ts';
import { connectToHost, type HostConnection } from '../support/host-client.ts';
import { type NodeHostProcess, startNodeHost } from '../support/node-host-process.ts';
import { seededRandom } from '../support/seeded-random.ts';

const SIZES = [1000, 10_000, 100_000];
const EDITS = 500;
const WARM_UP = 40;
const GOAL_MS = 20;

type Bench = {
  readonly clipCount: number;
  readonly host: NodeHostProcess;
  readonly editor: HostConnection;
  readonly viewer: HostConnection;
  /** Resolves with the time at which the view received a commit. */
  arrivalMs(seq: number): Promise<number>;
  readonly delaysMs: number[];
};

const folder = mkdtempSync(join(tmpdir(), 'twopop-latency-'));
const benches: Bench[] = [];
const bareMs: number[] = [];
try {
  for (const clipCount of SIZES) benches.push(await start(clipCount));
  const bare = openSync(join(folder, 'bare'), 'a');
  const page = Buffer.alloc(8192, 1);
  const random = seededRandom(7);
  for (let edit = 0; edit < EDITS + WARM_UP; edit++) {
    for (const bench of benches) {
      const command = editOf(edit, 1 + Math.floor(random() * bench.clipCount));
      const sentMs = performance.now();
      const { seq } = await bench.editor.client.document.apply({ command });
      const delayMs = (await bench.arrivalMs(seq)) - sentMs;
      if (edit >= WARM_UP) bench.delaysMs.push(delayMs);
    }
    const startMs = performance.now();
    writeSync(bare, page);
    fsyncSync(bare);
    if (edit >= WARM_UP) bareMs.push(performance.now() - startMs);
  }
  closeSync(bare);
  report();
} finally {
  for (const { host, editor, viewer } of benches) {
    editor.close();
    viewer.close();
    await host.stop();
  }
  rmSync(folder, { recursive: true, force: true });
}

async function start(clipCount: number): Promise<Bench> {
  const project = await makeBigProject({ trackCount: 64, clipCount, parentFolder: folder });
  const host = await startNodeHost({ home: join(folder, 'home'), project: project.file });
  const editor = await connectToHost(host.origin, host.token);
  const viewer = await connectToHost(host.origin, host.token);
  const arrived = new Map<number, number>();
  const waiting = new Map<number, (atMs: number) => void>();
  const follow = async () => {
    for await (const { seq } of await viewer.client.document.changes({ sinceSeq: 0 })) {
      const atMs = performance.now();
      arrived.set(seq, atMs);
      waiting.get(seq)?.(atMs);
    }
  };
  // Ends with the connection.
  follow().catch(() => {});
  const arrivalMs = (seq: number) =>
    new Promise<number>((resolve) => {
      const atMs = arrived.get(seq);
      if (atMs === undefined) waiting.set(seq, resolve);
      else resolve(atMs);
    });
  return { clipCount, host, editor, viewer, arrivalMs, delaysMs: [] };
}

function report(): void {
  const percentiles = (values: readonly number[]) => {
    const sorted = [...values].sort((a, b) => a - b);
    const at = (portion: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * portion))] ?? 0;
    return { p50: at(0.5), p99: at(0.99) };
  };
  const line = (name: string, values: readonly number[]) => {
    const { p50, p99 } = percentiles(values);
    console.log(`${name.padEnd(16)} p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  };
  for (const { clipCount, delaysMs } of benches) line(`${clipCount} clips`, delaysMs);
  line('bare append', bareMs);
  const small = percentiles(benches[0]?.delaysMs ?? []);
  const large = percentiles(benches.at(-1)?.delaysMs ?? []);
  console.log(
    `edit to diff in a view: p99 at 100,000 clips is ${(large.p99 / GOAL_MS).toFixed(2)} of the goal of ${GOAL_MS} ms; ` +
      `its median is ${(large.p50 / small.p50).toFixed(2)} times that at 1,000 clips`,
  );
}

/** Edits as a person makes them: gain, nudge, name, fade, each on one clip; every one changes something. */
function editOf(number: number, clipId: number): CommandInput {
  switch (number % 4) {
    case 0:
      return { kind: 'clip.gain', clipIds: [clipId], gainDb: -1 - (number % 20) };
    case 1:
      return { kind: 'clip.move', clipIds: [clipId], deltaSamples: 1 + number };
    case 2:
      return { kind: 'clip.rename', clipIds: [clipId], name: `Line ${number}` };
    default:
      return { kind: 'clip.fade', clipIds: [clipId], edge: 'in', lengthSamples: 100 + number };
  }
}
