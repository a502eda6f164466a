import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeBigProject } from '../support/big-project.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { changedShare } from '../support/screenshot-pixels.ts';
import {
  clipBox,
  clipCell,
  clipLabels,
  connectBeside,
  expectedLabel,
  PATIENCE,
  pixelsOf,
  readDocument,
  timeline,
} from '../support/workstation.ts';

const TRACKS = 128;
const CLIPS = 5_000;

/** A feature's worth of tracks and clips. That it is smooth is measured elsewhere; here it must be right. */
describe.skipIf(whyNoJourney() !== null)(`a project of ${TRACKS} tracks and ${CLIPS} clips`, () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    const big = await makeBigProject({ trackCount: TRACKS, clipCount: CLIPS });
    journey = await startJourney({ name: 'large-project', project: big.file });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);
  const stageBox = async () => (await journey.page.locator('.timeline-stage').boundingBox())!;
  const headers = () => journey.page.getByRole('group', { name: /^Track / });

  test('opens with its tracks in order and its clips where they are', async () => {
    const { page } = journey;
    await timeline(page).waitFor();
    await page.getByText(`${TRACKS} tracks`).waitFor();
    await page.getByRole('group', { name: 'Track Track 1', exact: true }).waitFor();
    const view = await document();
    const names = view.rows('track').map(({ id, name }) => ({ id, name }));
    const labels = new Set(view.rows('clip').map((clip) => expectedLabel(clip, view.rows('track'), view.clock())));
    await expect.poll(async () => (await clipLabels(page)).length, PATIENCE).toBeGreaterThan(100);
    for (const label of await clipLabels(page)) expect(labels).toContain(label);
    expect(names).toHaveLength(TRACKS);
    await journey.screenshot('large-open');
  });

  test('pans down to the last track and on to the last clip', async () => {
    const { page } = journey;
    const stage = await stageBox();
    await page.mouse.move(stage.x + stage.width / 2, stage.y + stage.height / 2);
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, 4000);
        return page.getByRole('group', { name: `Track Track ${TRACKS}`, exact: true }).count();
      }, PATIENCE)
      .toBe(1);
    const view = await document();
    const last = view
      .rows('clip')
      .filter(({ trackId }) => trackId === TRACKS)
      .sort((a, b) => a.startSample - b.startSample)
      .at(-1)!;
    await page.keyboard.press('F6');
    await page.keyboard.press('End');
    await expect
      .poll(async () => {
        await page.mouse.wheel(2000, 0);
        return clipCell(page, last.id).count();
      }, PATIENCE)
      .toBe(1);
    await journey.screenshot('large-end');
    await page.keyboard.press('Home');
    await expect
      .poll(async () => {
        await page.mouse.wheel(0, -4000);
        return headers().first().getAttribute('aria-label');
      }, PATIENCE)
      .toBe('Track Track 1');
  });

  test('zooms about the pointer: what is under it stays under it', async () => {
    const { page } = journey;
    await timeline(page).getByRole('button', { name: 'Zoom to the whole programme' }).click();
    const view = await document();
    const target = view
      .rows('clip')
      .filter(({ trackId }) => trackId === 2)
      .sort((a, b) => a.startSample - b.startSample)[12]!;
    const box = await clipBox(page, target.id);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const before = await pixelsOf(page, await stageBox());
    await page.mouse.move(at.x, at.y);
    await page.keyboard.down('Control');
    for (let count = 0; count < 8; count++) await page.mouse.wheel(0, -120);
    await page.keyboard.up('Control');
    await expect
      .poll(async () => (await clipCell(page, target.id).boundingBox())?.width ?? 0, PATIENCE)
      .toBeGreaterThan(box.width * 5);
    const zoomed = await clipBox(page, target.id);
    expect(Math.abs(zoomed.x + zoomed.width / 2 - at.x)).toBeLessThan(6);
    expect(changedShare(before, await pixelsOf(page, await stageBox()))).toBeGreaterThan(0.02);
    await journey.screenshot('large-zoomed');
  });

  test('selects one clip, all of a track and everything, and one undo takes a move of all back', async () => {
    const { page } = journey;
    await page.keyboard.press('Escape');
    await timeline(page).getByRole('button', { name: 'Zoom to the whole programme' }).click();
    const view = await document();
    const first = view.rows('clip').find(({ trackId }) => trackId === 3)!;
    const box = await clipBox(page, first.id);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.8);
    await expect.poll(() => clipCell(page, first.id).getAttribute('aria-selected'), PATIENCE).toBe('true');
    await page.keyboard.press('Control+Shift+a');
    const onTrack = view.rows('clip').filter(({ trackId }) => trackId === 3);
    await expect
      .poll(() => page.locator('.timeline-grid-cell[aria-selected="true"]').count(), PATIENCE)
      .toBe(onTrack.length);
    await page.keyboard.press('Control+a');
    await page.getByText(`${CLIPS} clips`).waitFor();
    await page.keyboard.press('Period');
    await expect.poll(async () => (await document()).seq, PATIENCE).toBe(view.seq + 1);
    const moved = await document();
    const starts = new Map(view.rows('clip').map((clip) => [clip.id, clip.startSample]));
    expect(moved.rows('clip').every((clip) => clip.startSample - starts.get(clip.id)! === 2002)).toBe(true);
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await document()).seq, PATIENCE).toBe(view.seq + 2);
    expect((await document()).rows('clip')).toEqual(view.rows('clip'));
    await journey.screenshot('large-selected');
  });

  test('nothing went wrong in the page on the way', () => expect(journey.pageErrors).toEqual([]));
});
