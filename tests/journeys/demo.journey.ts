import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requireFfmpeg } from '../../src-main/media/ffmpeg.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { ROOT } from '../support/node-host-process.ts';
import {
  clipBox,
  clipCell,
  connectBeside,
  counterText,
  dropFiles,
  expandCards,
  expectJobsEnded,
  expectScreenShowsDocument,
  PATIENCE,
  pixelsOf,
  readDocument,
  shownFrame,
  timeline,
} from '../support/workstation.ts';

/**
 * What is seen first of Twopop: the demo project. `UPDATE_SCREENSHOT=1` also writes the picture of README:
 * `UPDATE_SCREENSHOT=1 npx vitest run --config vitest.journeys.config.ts demo`
 */
describe.skipIf(whyNoJourney() !== null)('the demo project', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    journey = await startJourney({ name: 'demo', arguments: ['--demo'] });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);

  test('is made at the first launch, and says so while it is', async () => {
    const { page } = journey;
    await timeline(page).waitFor();
    await timeline(page).getByText('The demo project is being made').waitFor();
    await timeline(page).getByText(/\d %$/).waitFor();
    await journey.screenshot('demo-underway');
    await expect.poll(async () => (await document()).rows('clip').length, { timeout: 180_000 }).toBe(35);
    await expectJobsEnded(connection);
    await expectScreenShowsDocument(page, await document());
  });

  test('looks like the work of a day: picture, names, waveforms, sync, a few edits', async () => {
    const { page } = journey;
    const view = await document();
    const idOf = (trackName: string, index: number) => {
      const track = view.rows('track').find(({ name }) => name === trackName)!;
      const clips = view.rows('clip').filter(({ trackId }) => trackId === track.id);
      return clips.sort((a, b) => a.startSample - b.startSample)[index]!.id;
    };
    // Fades at the heads and tails, as one cuts dialogue.
    for (const trackName of ['Boom', 'MARA', 'THEO'])
      for (const index of [0, 1, 2]) {
        const clipIds = [idOf(trackName, index)];
        for (const edge of ['in', 'out'] as const)
          await connection.client.document.apply({
            command: { kind: 'clip.fade', clipIds, edge, lengthSamples: 48_000, shape: 'equal-power' },
          });
      }
    const marker = (atSample: number, name: string) =>
      connection.client.document.apply({ command: { kind: 'marker.add', atSample, name } });
    await marker(442 * 2002, 'Mara turns');
    await marker(1120 * 2002, 'Cup: check');
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    await page.getByLabel('Go to timecode').fill('01:00:18:20');
    await page.keyboard.press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:18:20.00');
    const target = idOf('MARA', 0);
    await page.keyboard.press('F6');
    const stage = (await page.locator('.timeline-stage').boundingBox())!;
    // Two takes and the head of the third.
    await page.mouse.move(stage.x + 1, stage.y + stage.height / 2);
    await page.keyboard.down('Control');
    for (let count = 0; count < 3; count++) await page.mouse.wheel(0, -110);
    await page.keyboard.up('Control');
    const box = await clipBox(page, target);
    await page.mouse.click(box.x + box.width * 0.7, box.y + box.height * 0.85);
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    const review = page.getByRole('region', { name: 'Sync review' });
    await review.getByRole('option', { name: /^A001C001, matched to 12T01/ }).waitFor();
    await review.getByRole('option', { name: /^A001C004, matched to 13T02/ }).click();
    await expect.poll(() => review.locator('.trace-canvas').getAttribute('data-awaited'), PATIENCE).toBe('0');
    await page.mouse.move(stage.x + stage.width - 4, stage.y + 4);
    const frame = 18 * 24 + 20;
    await expect.poll(() => shownFrame(page), PATIENCE).toEqual({ frame, litCell: frame % 24 });
    // No message lies over the work.
    await expect.poll(() => page.locator('.toast').count(), PATIENCE).toBe(0);
    await clipBox(page, target);
    const path = await journey.screenshot('workstation');
    expect(statSync(path).size).toBeGreaterThan(50_000);
    expect(journey.pageErrors).toEqual([]);
    if (process.env.UPDATE_SCREENSHOT) await writeForReadme(path);
  });

  test('a clip that leaves its sync says by how much, may be meant so, and goes back by a key', async () => {
    const { page } = journey;
    await page.getByRole('region', { name: 'Sync review' }).getByRole('button', { name: 'Close the review' }).click();
    const view = await document();
    const track = view.rows('track').find(({ name }) => name === 'MARA')!;
    const clip = view
      .rows('clip')
      .filter(({ trackId }) => trackId === track.id)
      .sort((a, b) => a.startSample - b.startSample)[0]!;
    const box = await clipBox(page, clip.id);
    await page.mouse.click(box.x + box.width * 0.7, box.y + box.height * 0.85);
    const said = () => clipCell(page, clip.id).getAttribute('data-relation');
    // The badge's colour at the clip's head, where the name is.
    const alarms = async () => {
      const { rgb } = await pixelsOf(page, { x: box.x, y: box.y, width: 90, height: 14 });
      let count = 0;
      for (let at = 0; at < rgb.length; at += 3)
        if (rgb[at] === 255 && rgb[at + 1] === 138 && rgb[at + 2] === 76) count++;
      return count;
    };
    await expect.poll(said, PATIENCE).toMatch(/^in sync/);
    expect(await alarms()).toBe(0);
    for (let count = 0; count < 3; count++) await page.keyboard.press('Period');
    await expect.poll(said, PATIENCE).toMatch(/^out of sync \+3 fr/);
    await expect.poll(alarms, PATIENCE).toBeGreaterThan(200);
    await page.getByRole('region', { name: 'Inspector' }).getByText('out of sync +3 fr').waitFor();
    await journey.screenshot('out-of-sync');
    await page.keyboard.press('Shift+KeyY');
    await expect.poll(said, PATIENCE).toMatch(/^asynchronous on purpose \+3 fr/);
    await expect.poll(alarms, PATIENCE).toBe(0);
    await page.keyboard.press('KeyY');
    await expect.poll(said, PATIENCE).toMatch(/^in sync/);
    const after = (await document()).rows('clip').find(({ id }) => id === clip.id)!;
    expect(after.startSample).toBe(clip.startSample);
    expect(Boolean(after.declaredAsync)).toBe(false);
  });

  test('a panel’s edge that is pulled quickly over the bin drags nothing out of it', async () => {
    const { page } = journey;
    const { seq } = await document();
    const edge = page.getByRole('separator', { name: 'Width of the left panels' });
    const bin = page.getByRole('listbox', { name: 'Sources' });
    const before = (await bin.boundingBox())!.width;
    const box = (await edge.boundingBox())!;
    const y = (await bin.boundingBox())!.y + 60;
    await page.mouse.move(box.x + 2, y);
    await page.mouse.down();
    await page.mouse.move(box.x + 182, y, { steps: 3 });
    await page.mouse.up();
    await expect.poll(async () => (await bin.boundingBox())!.width, PATIENCE).toBeCloseTo(before + 180, -1);
    expect((await document()).seq).toBe(seq);
  });

  test('an import that is cancelled leaves nothing half-done', async () => {
    const { page } = journey;
    const before = (await document()).rows('source').length;
    const { cardFolders } = await expandCards(join(journey.folder, 'more cards'));
    await dropFiles(page, cardFolders, { x: 700, y: 300 });
    await page.getByRole('button', { name: 'Cancel: Import' }).click();
    const cancelled = page.locator('article.job[data-state="cancelled"]', { hasText: 'Import' });
    await cancelled.waitFor({ timeout: 60_000 });
    // What one cancels oneself is told as that, not as failures.
    await cancelled.getByText('cancelled', { exact: true }).first().waitFor();
    expect(await cancelled.locator('.job-error, .job-failed').count()).toBe(0);
    await expect.poll(() => page.getByText(/with errors/).count(), PATIENCE).toBe(0);
    await journey.screenshot('demo-cancelled');
    const view = await document();
    const project = (await connection.client.project.current())!;
    // Every file under its final name belongs to a source, and every source has its file.
    const onDisk = readdirSync(join(project.folder, 'Audio Files')).sort();
    const known = view.rows('source').map(({ path }) => path.replace('Audio Files/', ''));
    expect(onDisk).toEqual(known.sort());
    expect(view.rows('source').length).toBeLessThan(before + 12);
  });
});

/** The same picture in 256 colours, under 400 kB. */
async function writeForReadme(path: string): Promise<void> {
  const folder = join(ROOT, 'assets', 'screenshots');
  mkdirSync(folder, { recursive: true });
  const written = join(folder, 'workstation.png');
  const filter = 'split[a][b];[a]palettegen=max_colors=256:stats_mode=full[p];[b][p]paletteuse=dither=none';
  const { path: ffmpeg } = await requireFfmpeg();
  execFileSync(ffmpeg, ['-v', 'error', '-y', '-i', path, '-vf', filter, '-compression_level', '9', written]);
  expect(statSync(written).size).toBeLessThan(400_000);
}
