import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { invertTrack, loseSamples } from '../support/damaged-shoot.ts';
import { docsPicture } from '../support/docs-picture.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import type { Rectangle } from '../support/screenshot-pixels.ts';
import {
  clipBox,
  clipCell,
  connectBeside,
  expandCards,
  expectJobsEnded,
  PATIENCE,
  readDocument,
} from '../support/workstation.ts';

const FRAME_SAMPLES = 2002;
const LOST_SAMPLES = 1024;

/**
 * Everything that the page on how sync works shows of the application, gone through in its order. Written anew by
 * `UPDATE_SCREENSHOT=1 npx vitest run --config vitest.journeys.config.ts sync-pictures`
 */
describe.skipIf(whyNoJourney() !== null)('what the page on how sync works shows', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    journey = await startJourney({ name: 'sync-pictures', widthPixels: 1366, heightPixels: 768 });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const review = () => journey.page.getByRole('region', { name: 'Sync review' });
  const option = (name: string) => review().getByRole('option', { name: new RegExp(`^${name}`) });
  const allDrawn = () =>
    expect.poll(() => review().locator('.trace-canvas').getAttribute('data-awaited'), PATIENCE).toBe('0');
  const boxOf = async (locator: Locator) => (await locator.boundingBox())!;
  const quiet = async () => {
    await journey.page.mouse.move(2, 766);
    await expect.poll(() => journey.page.locator('.toast').count(), PATIENCE).toBe(0);
  };
  /** The result that is shown, all of it. */
  const detailBox = () => boxOf(review().getByRole('region', { name: 'The result' }));
  const taken = async (name: string, part: Rectangle, colours = 192) => {
    expect(await docsPicture(journey.page, name, part, colours)).toBeGreaterThan(2000);
  };

  test('the list of results, the most doubtful first', async () => {
    const { page } = journey;
    const shoot = await expandCards(join(journey.folder, 'cards'));
    const damaged = join(journey.folder, 'damaged');
    mkdirSync(damaged);
    const [camera, recorder] = [
      join(journey.folder, 'cards', 'CAMERA A', 'A001C001.MOV'),
      join(journey.folder, 'cards', 'SOUND', '12T01.WAV'),
    ];
    await loseSamples(camera, join(damaged, 'C001C001 lost samples.MOV'), 12, LOST_SAMPLES);
    await invertTrack(recorder, join(damaged, '12T01 MARA inverted.WAV'), 1);
    await connection.client.project.create({
      name: 'Lamplight',
      parentFolder: journey.folder,
      frameRate: { numerator: 24000, denominator: 1001, drop: false },
      sampleRate: 48_000,
      startFrame: 86_400,
    });
    await connection.client.media.import({ paths: [...shoot.cardFolders], mode: 'copy' });
    await expectJobsEnded(connection);
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    await review().getByText('7 to review · 1 unmatched').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    await option('A001C004').click();
    await page.keyboard.press('Shift+M');
    await allDrawn();
    await quiet();
    const list = await boxOf(review().locator('.review-list'));
    const head = await boxOf(review().locator('.review-head'));
    const last = await boxOf(option('B001C003'));
    await taken('list', { x: list.x, y: head.y, width: list.width, height: last.y + last.height + 8 - head.y });
    const correction = await boxOf(review().getByLabel('What to do with drift when accepting'));
    await taken('accept', { ...head, x: correction.x - 12, width: head.x + head.width - correction.x + 12 });
  });

  test('both sounds over each other at the clap, with the picture, the error over the clip, and the facts', async () => {
    await journey.page.keyboard.press('1');
    await allDrawn();
    await quiet();
    await taken('clap', await detailBox());
    await taken('error-plot', await boxOf(review().getByRole('region', { name: 'Error over the clip' })));
  });

  test('the same a frame off, nudged', async () => {
    const { page } = journey;
    await page.keyboard.press('Period');
    await review()
      .getByText(/smp later/)
      .waitFor();
    await allDrawn();
    await quiet();
    const trace = await boxOf(review().locator('.trace-canvas'));
    const nudge = await boxOf(review().getByRole('group', { name: 'Nudge the recorder' }));
    await taken('nudged', { ...trace, height: nudge.y + nudge.height + 6 - trace.y });
    await page.keyboard.press('0');
    await review().getByText('not nudged').waitFor();
  });

  test('a clip that nobody recorded, and where it might belong', async () => {
    await option('B001C003').click();
    await review().getByText('Where it might belong').waitFor();
    await quiet();
    await taken('unmatched', await detailBox());
  });

  test('two files laid together by hand, with a mark on each', async () => {
    const { page } = journey;
    await option('A001C005').click();
    await allDrawn();
    await page.keyboard.press('1');
    await page.keyboard.press('h');
    const hand = review().getByRole('region', { name: 'Lay together by hand' });
    await hand.waitFor();
    for (const key of ['m', 't', 'm']) await page.keyboard.press(key);
    await expect.poll(async () => (await readDocument(connection)).rows('source_mark').length, PATIENCE).toBe(2);
    await review().getByText('The two marks will fall together.').waitFor();
    await allDrawn();
    await quiet();
    await taken('by-hand', await detailBox());
    await page.keyboard.press('h');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
  });

  test('the page itself, opened from the review and read by keys', async () => {
    const { page } = journey;
    await review().getByRole('button', { name: 'How sync works' }).click();
    const help = page.getByRole('dialog', { name: 'How sync works' });
    await help.getByRole('heading', { level: 1 }).waitFor();
    const drawn = () =>
      help
        .locator('img')
        .evaluateAll((images) => images.every((image) => (image as HTMLImageElement).naturalWidth > 0));
    await expect.poll(drawn, PATIENCE).toBe(true);
    await journey.screenshot('help-sync');
    const scrolled = () => help.locator('.dialog-body').evaluate((body) => body.scrollTop);
    await page.keyboard.press('PageDown');
    await expect.poll(scrolled, PATIENCE).toBeGreaterThan(100);
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('Shift+F1');
    await help.waitFor();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
  });

  test('the timeline: in sync, out of sync, asynchronous on purpose', async () => {
    const { page } = journey;
    await review().getByRole('button', { name: 'Accept 7' }).click();
    await review().getByText('7 accepted').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    await page.keyboard.press('Shift+M');
    await review().getByRole('button', { name: 'Close the review' }).click();
    const view = await readDocument(connection);
    const boom = view.rows('track').find(({ name }) => name === 'Boom')!;
    const clips = view
      .rows('clip')
      .filter(({ trackId }) => trackId === boom.id)
      .sort((a, b) => a.startSample - b.startSample);
    const moved = async (clip: ClipRow, deltaSamples: number) =>
      connection.client.document.apply({ command: { kind: 'clip.move', clipIds: [clip.id], deltaSamples } });
    await moved(clips[1]!, 2 * FRAME_SAMPLES);
    await moved(clips[2]!, 12 * FRAME_SAMPLES);
    await connection.client.document.apply({
      command: { kind: 'clip.declareAsync', clipIds: [clips[2]!.id], declaredAsync: true },
    });
    const said = (clip: ClipRow) => clipCell(page, clip.id).getAttribute('data-relation');
    await expect.poll(() => said(clips[1]!), PATIENCE).toMatch(/^out of sync \+2 fr/);
    await expect.poll(() => said(clips[2]!), PATIENCE).toMatch(/^asynchronous on purpose \+12 fr/);
    const stage = await boxOf(page.locator('.timeline-stage'));
    await page.mouse.click(stage.x + stage.width - 6, stage.y + stage.height - 6);
    await page.keyboard.press('F6');
    const [first, third] = [await clipBox(page, clips[0]!.id), await clipBox(page, clips[2]!.id)];
    await quiet();
    const right = Math.min(stage.x + stage.width, third.x + third.width + 20);
    await taken('timeline', {
      x: stage.x,
      y: stage.y,
      width: right - stage.x,
      height: first.y + first.height - stage.y,
    });
    await journey.screenshot('sync-pictures-timeline');
  });

  test('a camera that lost samples, and an inverted microphone', async () => {
    const { page } = journey;
    await connection.client.media.import({ paths: [join(journey.folder, 'damaged')], mode: 'copy' });
    await expectJobsEnded(connection);
    const sources = (await readDocument(connection)).rows('source');
    const camera = sources.find(({ name }) => name.startsWith('C001C001'))!;
    const recorder = sources.find(({ name }) => name.startsWith('12T01 MARA'))!;
    await connection.client.sync.start({ cameraSourceIds: [camera.id], recorderSourceIds: [recorder.id] });
    await expectJobsEnded(connection);
    await page.keyboard.press('Control+Alt+KeyY');
    await option('C001C001').click();
    await page.keyboard.press('Shift+M');
    const joint = review().getByRole('button', { name: /^[\d,]+ samples \([\d.]+ ms\) lost at / });
    await joint.click();
    expect(await joint.innerText()).toContain(`${LOST_SAMPLES.toLocaleString('en-US')} samples`);
    await allDrawn();
    await quiet();
    await taken('lost-samples', await detailBox());
    const microphones = review().getByRole('region', { name: 'Microphones' });
    await microphones.getByText('inverted', { exact: true }).waitFor();
    await page.setViewportSize({ width: 1366, height: 1100 });
    await quiet();
    await taken('microphones', await boxOf(microphones));
    expect(journey.pageErrors).toEqual([]);
  });
});
