import { mkdirSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, SCREENSHOTS, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { type NodeHostProcess, startNodeHost } from '../support/node-host-process.ts';
import {
  clipBox,
  clipCell,
  clipLabels,
  connectBeside,
  counterText,
  expectJobsEnded,
  expectScreenShowsDocument,
  PATIENCE,
  readDocument,
  timeline,
} from '../support/workstation.ts';

const FRAME_SAMPLES = 2002;

/** What a person must be able to rely on: nothing finished is lost, nothing is overwritten, what is missing is said. */
describe.skipIf(whyNoJourney() !== null)('work that can be trusted', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let projectFile = '';

  beforeAll(async () => {
    journey = await startJourney({ name: 'trust' });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);

  async function openAgain(how: 'stop' | 'kill'): Promise<void> {
    connection.close();
    await journey.restartHost(how, projectFile);
    connection = await connectBeside(journey);
    await timeline(journey.page).waitFor();
  }

  async function showWholeReel(page: Page): Promise<void> {
    await timeline(page).getByRole('button', { name: 'Zoom to the whole programme' }).click();
    await expectScreenShowsDocument(page, await document());
  }

  test('the demo shoot opens from the start screen and fills itself', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Open the demo shoot' }).click();
    await timeline(page).waitFor();
    await expect.poll(async () => (await document()).rows('clip').length, { timeout: 180_000 }).toBe(35);
    projectFile = (await connection.client.project.current())!.path;
    await expectJobsEnded(connection);
    // The whole programme is in sight by itself.
    await expectScreenShowsDocument(page, await document());
    await journey.screenshot('trust-demo');
  });

  test('a host that is killed amid edits loses none that it had acknowledged, and undo goes on', async () => {
    const { page } = journey;
    const clip = (await document()).rows('clip').find(({ name }) => name === '12T01')!;
    const box = await clipBox(page, clip.id);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.8);
    const before = await document();
    await page.keyboard.press('Period');
    await expect.poll(async () => (await document()).seq, PATIENCE).toBe(before.seq + 1);

    // A burst of edits is under way when the power goes; each answer that came counts as acknowledged.
    let acknowledged = before.seq + 1;
    const burst = (async () => {
      for (;;) {
        const deltaSamples = acknowledged % 2 === 0 ? 3 : 5;
        const { seq } = await connection.client.document.apply({
          command: { kind: 'clip.move', clipIds: [clip.id], deltaSamples },
        });
        acknowledged = seq;
      }
    })();
    burst.catch(() => undefined);
    await expect.poll(() => acknowledged, PATIENCE).toBeGreaterThan(before.seq + 30);
    await journey.host.kill();

    const banner = page.getByRole('alert').filter({ hasText: 'The connection to Twopop’s host was lost' });
    await banner.waitFor();
    expect(await banner.innerText()).toContain('everything up to your last finished edit is saved');
    // What is on the screen stays there to be looked at.
    expect((await clipLabels(page)).length).toBe(35);
    await journey.screenshot('trust-host-lost');

    await openAgain('kill');
    const after = await document();
    // One more may have been on disk when the answer was still on its way.
    expect(after.seq - acknowledged).toBeGreaterThanOrEqual(0);
    expect(after.seq - acknowledged).toBeLessThanOrEqual(1);
    const moved = after.rows('clip').find(({ id }) => id === clip.id)!;
    let expected = clip.startSample + FRAME_SAMPLES;
    for (let seq = before.seq + 1; seq < after.seq; seq++) expected += seq % 2 === 0 ? 3 : 5;
    expect(moved.startSample).toBe(expected);
    await showWholeReel(page);

    const last = (after.seq - 1) % 2 === 0 ? 3 : 5;
    await page.getByRole('button', { name: /^Undo / }).click();
    await expect.poll(async () => (await document()).seq, PATIENCE).toBe(after.seq + 1);
    expect((await document()).rows('clip').find(({ id }) => id === clip.id)!.startSample).toBe(expected - last);
    await expectScreenShowsDocument(page, await document());
  });

  test('a page that is loaded again goes on where it was', async () => {
    const { page } = journey;
    // Two cameras ran with that take; which was accepted first is nobody's promise.
    const [clip] = (await document())
      .rows('clip')
      .filter(({ name }) => name === '13T01')
      .sort((a, b) => a.startSample - b.startSample) as [ClipRow, ...ClipRow[]];
    const box = await clipBox(page, clip.id);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.8);
    await page.keyboard.press('z');
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    await page.getByLabel('Go to timecode').fill('01:00:55:10');
    await page.keyboard.press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:55:10.00');
    const place = await clipBox(page, clip.id);
    await page.reload();
    await timeline(page).waitFor();
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:55:10.00');
    expect(await clipBox(page, clip.id)).toEqual(place);
    expect(await clipCell(page, clip.id).getAttribute('aria-selected')).toBe('true');
    await showWholeReel(page);
  });

  test('a second host shows the project read-only, says who holds it, and changes nothing', async () => {
    let second: NodeHostProcess | null = null;
    const page = await journey.page.context().newPage();
    try {
      second = await startNodeHost({ home: join(journey.folder, 'second-home'), project: projectFile });
      await page.goto(second.pageUrl);
      await timeline(page).waitFor();
      const badge = page.locator('.top-bar .badge', { hasText: 'read-only' });
      await badge.waitFor();
      expect(await badge.getAttribute('title')).toContain(`process ${journey.host.child.pid}`);
      await page
        .getByText(new RegExp(`Open read-only: .*process ${journey.host.child.pid}`))
        .first()
        .waitFor();
      expect(await page.getByRole('button', { name: 'Import' }).first().isDisabled()).toBe(true);
      const before = await document();
      await expect.poll(() => clipLabels(page), PATIENCE).toHaveLength(35);
      await page.screenshot({ path: join(SCREENSHOTS, 'trust-read-only.png') });
      await page.keyboard.press('F6');
      await page.keyboard.press('Control+Shift+a');
      await page.keyboard.press('Delete');
      await page
        .getByText(/read-only/i)
        .nth(1)
        .waitFor();
      const after = await document();
      expect(after.seq).toBe(before.seq);
      expect(await clipLabels(page)).toHaveLength(35);
      // The holder goes on working.
      await journey.page.bringToFront();
      await journey.page.getByRole('button', { name: /^Redo / }).click();
      await expect.poll(async () => (await document()).seq, PATIENCE).toBe(before.seq + 1);
    } finally {
      await page.close();
      await second?.stop();
    }
  });

  test('a missing file is named, and found again wherever it went', async () => {
    const { page } = journey;
    const projectFolder = join(projectFile, '..');
    const source = (await document()).rows('source').find(({ name }) => name === '13T02')!;
    await connection.client.project.close();
    const elsewhere = join(journey.folder, 'moved', 'to a drawer');
    mkdirSync(elsewhere, { recursive: true });
    renameSync(join(projectFolder, source.path), join(elsewhere, `renamed ${basename(source.path)}`));
    await openAgain('stop');
    const row = page.getByRole('option', { name: /^13T02, .*file missing$/ });
    await row.waitFor();
    await showWholeReel(page);
    await journey.screenshot('trust-missing');
    await page.getByText('One file is missing. Its clips are silent or without picture.').waitFor();
    await page.getByRole('button', { name: 'Relink…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Look for missing media below this folder' });
    await dialog.getByRole('textbox', { name: 'Folder' }).fill(join(journey.folder, 'moved'));
    await page.keyboard.press('Enter');
    await dialog.getByRole('option', { name: 'to a drawer' }).waitFor();
    await dialog.getByRole('button', { name: 'Use this folder' }).click();
    await row.waitFor({ state: 'detached', timeout: 60_000 });
    await page.getByRole('option', { name: /^13T02, / }).waitFor();
    await expect.poll(() => connection.client.media.offlineSources(), PATIENCE).toEqual([]);
    await page.getByRole('button', { name: /^Undo / }).waitFor();
    await journey.screenshot('trust-found');
  });

  test('the page made no error of its own', () => {
    // A browser itself reports each try to reach a host that is gone.
    const own = journey.pageErrors.filter((text) => !/ERR_CONNECTION_(REFUSED|RESET)/.test(text));
    expect(own).toEqual([]);
  });
});
