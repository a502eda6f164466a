/**
 * From an edit command to its diff in a view: sent over the WebSocket of a Node host in a process of its own, answered
 * by the commit on the disk, received as an event by another view. With 1,000, 10,000 and 100,000 clips in the project;
 * the goal is a 99th percentile under 20 ms that does not grow. Run by `npm run bench:latency`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandInput } from '../../src-shared/edit/commands.ts';
import { makeBigProject } from '../support/big-project.ts';
import { connectToHost } from '../support/host-client.ts';
import { startNodeHost } from '../support/node-host-process.ts';
import { seededRandom } from '../support/seeded-random.ts';

const EDITS = 400;
const WARM_UP = 40;
const GOAL_MS = 20;

const folder = mkdtempSync(join(tmpdir(), 'twopop-latency-'));
const results: { clipCount: number; p50: number; p99: number }[] = [];
try {
  for (const clipCount of [1000, 10_000, 100_000]) {
    const project = await makeBigProject({ trackCount: 64, clipCount, parentFolder: folder });
    results.push({ clipCount, ...(await measure(project.file, clipCount)) });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const [small, , large] = results;
console.log(
  `edit to diff in a view: p99 at 100,000 clips ${large?.p99.toFixed(1)} ms, goal ${GOAL_MS} ms (ratio ${((large?.p99 ?? 0) / GOAL_MS).toFixed(2)}); ` +
    `${((large?.p50 ?? 0) / (small?.p50 ?? 1)).toFixed(2)} times the median at 1,000 clips`,
);

async function measure(file: string, clipCount: number): Promise<{ p50: number; p99: number }> {
  const host = await startNodeHost({ home: join(folder, 'home'), project: file });
  try {
    const editor = await connectToHost(host.origin, host.token);
    const viewer = await connectToHost(host.origin, host.token);
    const arrived = new Map<number, number>();
    let wake: () => void = () => {};
    void (async () => {
      for await (const change of await viewer.client.document.changes({ sinceSeq: 0 })) {
        arrived.set(change.seq, performance.now());
        wake();
      }
    })().catch(() => {
      // The host is stopped at the end.
    });
    const random = seededRandom(clipCount);
    const delays: number[] = [];
    for (let edit = 0; edit < EDITS + WARM_UP; edit++) {
      const command = editOf(edit, 1 + Math.floor(random() * clipCount));
      const sentMs = performance.now();
      const { seq } = await editor.client.document.apply({ command });
      while (!arrived.has(seq)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (edit >= WARM_UP) delays.push((arrived.get(seq) ?? 0) - sentMs);
    }
    editor.close();
    viewer.close();
    delays.sort((a, b) => a - b);
    const p = (portion: number) => delays[Math.min(delays.length - 1, Math.floor(delays.length * portion))] ?? 0;
    console.log(
      `${String(clipCount).padStart(7)} clips: p50 ${p(0.5).toFixed(1)} ms, p99 ${p(0.99).toFixed(1)} ms, most ${p(1).toFixed(1)} ms of ${EDITS} edits`,
    );
    return { p50: p(0.5), p99: p(0.99) };
  } finally {
    await host.stop();
  }
}

/** Edits as a person makes them: gain, nudge, mute, trim, each on one clip; every one changes something. */
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
