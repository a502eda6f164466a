import { basename } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type ExpandedShoot, expandDemoShoot } from '../../src-main/demo/expand-demo-shoot.ts';
import type { ClipRow, TableName, Tables, TrackRow } from '../../src-shared/model/rows.ts';
import { type DocumentSnapshot, MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { exactTimecodeAt } from '../../src-shared/time/timecode-entry.ts';
import { connectToHost, type HostConnection } from './host-client.ts';
import type { Journey } from './journey.ts';
import { ROOT } from './node-host-process.ts';
import { decodePng, type Pixels, type Rectangle } from './screenshot-pixels.ts';

/** What a person does at the workstation, and what is seen there, as the journeys need it. */

export const DEMO_SHOOT = `${ROOT}/assets/demo-shoot`;

/** How long a fact may take to come true on a slow machine. */
export const PATIENCE = { timeout: 30_000, interval: 50 } as const;

/** The rows of the open project as the host has them, seen through a second connection. */
export type DocumentView = {
  readonly seq: number;
  rows<T extends TableName>(table: T): Tables[T][];
  clock(): ProjectClock;
};

/** Reads the host's document beside the page, so that screen and document can be held against each other. */
export async function readDocument(connection: HostConnection): Promise<DocumentView> {
  const snapshot = (await (await connection.fetchMedia(MEDIA_ROUTES.snapshot)).json()) as DocumentSnapshot;
  const rows = <T extends TableName>(table: T) => {
    const { columns, rows: values } = snapshot.tables[table] ?? { columns: [], rows: [] };
    return values.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])) as unknown as Tables[T]);
  };
  return {
    seq: snapshot.seq,
    rows,
    clock: () => {
      const project = rows('project')[0]!;
      const { frameRateNumerator: numerator, frameRateDenominator: denominator, dropFrame: drop } = project;
      return {
        frameRate: { numerator, denominator, drop: Boolean(drop) },
        sampleRate: project.sampleRate,
        startFrame: project.startFrame,
      };
    },
  };
}

export function connectBeside(journey: Journey): Promise<HostConnection> {
  return connectToHost(journey.host.origin, journey.host.token);
}

/** Waits until no work is under way: from then on only the person changes the document. */
export async function expectJobsEnded(connection: HostConnection): Promise<void> {
  const under = async () => (await connection.client.jobs.list()).filter(({ state }) => /running|queued/.test(state));
  await expect.poll(under, { timeout: 180_000, interval: 100 }).toEqual([]);
}

/** The demo shoot's cards as a person has them on disk. */
export function expandCards(folder: string): Promise<ExpandedShoot> {
  return expandDemoShoot({ shootFolder: DEMO_SHOOT, targetFolder: folder });
}

/** Drags files and folders from the file manager into the window, as the browser itself reports it. */
export async function dropFiles(page: Page, paths: readonly string[], at: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, ...at, data });
  await session.detach();
}

/** A finished job of the panel, by its label. */
export function finishedJob(page: Page, label: string): Locator {
  return page.locator('article.job[data-state="done"]', { hasText: label });
}

export function timeline(page: Page): Locator {
  return page.getByRole('region', { name: 'Timeline' });
}

export async function counterText(page: Page): Promise<string> {
  return (await page.locator('.counter-timecode').innerText()).trim();
}

/** What a screen reader says of every clip in sight. */
export async function clipLabels(page: Page): Promise<string[]> {
  return page
    .getByRole('grid', { name: 'Clips in sight' })
    .getByRole('gridcell')
    .evaluateAll((cells) =>
      cells.map((cell) => {
        const label = cell.getAttribute('aria-label') ?? '';
        const relation = cell.getAttribute('data-relation');
        // What its sound is to the picture ends the label of a synced clip.
        return relation && label.endsWith(`, ${relation}`) ? label.slice(0, -relation.length - 2) : label;
      }),
    );
}

/** The label that a clip must have on the screen. */
export function expectedLabel(clip: ClipRow, tracks: readonly TrackRow[], clock: ProjectClock): string {
  const track = tracks.find(({ id }) => id === clip.trackId)!;
  const end = clip.startSample + clip.lengthSamples;
  const muted = clip.muted ? ', muted' : '';
  return `clip ${clip.name}, in ${exactTimecodeAt(clip.startSample, clock)} to out ${exactTimecodeAt(end, clock)}, track ${track.name}${muted}`;
}

/** Waits until host and page stand at a commit. */
export async function expectCommit(page: Page, connection: HostConnection, seq: number): Promise<void> {
  await expect.poll(async () => (await readDocument(connection)).seq, PATIENCE).toBe(seq);
  await expect.poll(() => page.locator('.top-bar').getAttribute('data-seq'), PATIENCE).toBe(String(seq));
}

/** Waits until the clips on the screen are those of the document, all of them: the whole programme must be in sight. */
export async function expectScreenShowsDocument(page: Page, document: DocumentView): Promise<void> {
  const tracks = document.rows('track');
  const expected = document.rows('clip').map((clip) => expectedLabel(clip, tracks, document.clock()));
  await expect.poll(async () => (await clipLabels(page)).sort(), PATIENCE).toEqual(expected.sort());
}

/** The cell of a clip by its row id. */
export function clipCell(page: Page, clipId: number): Locator {
  return page.locator(`.timeline-grid-cell[data-clip="${clipId}"]`);
}

/** Where a clip lies on the screen once it has come to rest. */
export async function clipBox(page: Page, clipId: number): Promise<Rectangle> {
  let last = '';
  let box: Rectangle | null = null;
  await expect
    .poll(
      async () => {
        box = await clipCell(page, clipId).boundingBox();
        const now = JSON.stringify(box);
        const rests = box !== null && now === last;
        last = now;
        return rests;
      },
      { timeout: 60_000, interval: 250 },
    )
    .toBe(true);
  return box!;
}

/** A picture of a part of the page as pixels. */
export async function pixelsOf(page: Page, clip: Rectangle): Promise<Pixels> {
  return decodePng(await page.screenshot({ clip: { ...clip } }));
}

/** Presses the mouse, draws it along in steps as a hand does, and lets it go. */
export async function dragMouse(
  page: Page,
  from: { readonly x: number; readonly y: number },
  to: { readonly x: number; readonly y: number },
  modifiers: readonly ('Control' | 'Shift' | 'Alt')[] = [],
): Promise<void> {
  await page.mouse.move(from.x, from.y);
  for (const key of modifiers) await page.keyboard.down(key);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  for (const key of modifiers) await page.keyboard.up(key);
}

/** The picture's frame: the number that the viewer names, and the cell that is lit in the demo shoot's own burn-in. */
export async function shownFrame(page: Page): Promise<{ readonly frame: number; readonly litCell: number }> {
  const screen = page.locator('.picture-screen');
  const frame = Number((await screen.getAttribute('data-frame')) ?? Number.NaN);
  const box = (await screen.locator('canvas').boundingBox())!;
  return { frame, litCell: litCellOf(await pixelsOf(page, box)) };
}

/** Which of the 24 cells at the foot of a demo picture is lit, by its yellow; -1 for none. The picture is 640 by 360. */
export function litCellOf(pixels: Pixels): number {
  const scale = Math.min(pixels.width / 640, pixels.height / 360);
  const left = (pixels.width - 640 * scale) / 2;
  const top = (pixels.height - 360 * scale) / 2;
  let best = -1;
  let bestYellow = 40;
  for (let cell = 0; cell < 24; cell++) {
    const x = Math.round(left + (232 + cell * 7.4 + 2.7) * scale - 0.5);
    const y = Math.round(top + 355.5 * scale - 0.5);
    const at = (y * pixels.width + x) * 3;
    const yellow = (pixels.rgb[at]! + pixels.rgb[at + 1]!) / 2 - pixels.rgb[at + 2]!;
    if (yellow > bestYellow) {
      bestYellow = yellow;
      best = cell;
    }
  }
  return best;
}

/** The name of a file without its extension. */
export function plainName(path: string): string {
  return basename(path).replace(/\.[^.]*$/, '');
}

/** How alike two rows of figures are: Pearson's correlation, -1 to 1. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let both = 0;
  let squareA = 0;
  let squareB = 0;
  for (const [index, value] of a.entries()) {
    const [da, db] = [value - meanA, b[index]! - meanB];
    both += da * db;
    squareA += da * da;
    squareB += db * db;
  }
  return both / Math.sqrt(squareA * squareB);
}
