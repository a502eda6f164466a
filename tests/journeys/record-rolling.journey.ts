import { renameSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_AUDIO_SETTINGS, VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import {
  connectBeside,
  counterText,
  expectJobsEnded,
  expectScreenShowsDocument,
  PATIENCE,
  readDocument,
  timeline,
} from '../support/workstation.ts';

/** Samples of a frame at 23.976. */
const FRAME = 2002;

/**
 * Recording as it is done while the picture runs: a scene is set, a range is punched into what plays already, a key that
 * was pressed too soon is taken back; then a file of what plays goes away.
 */
describe.skipIf(whyNoJourney() !== null)('recording into what plays', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let projectFolder = '';

  beforeAll(async () => {
    journey = await startJourney({
      name: 'record-rolling',
      arguments: ['--demo'],
      widthPixels: 1366,
      heightPixels: 768,
    });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);
  const takes = async () => (await document()).rows('take').sort((a, b) => a.id - b.id);
  const phase = async () => (await connection.client.record.state()).phase;

  async function goTo(timecode: string): Promise<void> {
    const { page } = journey;
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    await page.getByLabel('Go to timecode').fill(timecode);
    await page.keyboard.press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe(`${timecode}.00`);
    await page.keyboard.press('F6');
  }

  test('the demo project opens with the loop-back device; a track is armed', async () => {
    const { page } = journey;
    await timeline(page).waitFor();
    await expect.poll(async () => (await document()).rows('clip').length, { timeout: 180_000 }).toBe(35);
    await expectJobsEnded(connection);
    projectFolder = (await connection.client.project.current())!.folder;
    await connection.client.audio.setSettings({
      ...DEFAULT_AUDIO_SETTINGS,
      input: VIRTUAL_DEVICE,
      output: VIRTUAL_DEVICE,
    });
    await connection.client.audio.open();
    await page.locator('.status-bar').getByText(VIRTUAL_DEVICE.name).first().waitFor();
    const { added } = await connection.client.document.apply({
      command: { kind: 'track.add', name: 'ADR', channelCount: 1 },
    });
    await connection.client.audio.setTrackInputs([{ trackId: added[0]!.id, inputs: [4], mode: 'auto', armed: true }]);
    await expect
      .poll(() => page.getByRole('button', { name: 'Input of ADR: Input 5: Counter A' }).count(), PATIENCE)
      .toBe(1);
  });

  test('the scene of the next takes is set by its key', async () => {
    const { page } = journey;
    await page.keyboard.press('F6');
    await page.keyboard.press('Alt+Shift+KeyS');
    const field = page.getByLabel('Scene or cue', { exact: true });
    await field.waitFor();
    await journey.screenshot('record-rolling-scene-typed');
    await field.fill('12A');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Scene or cue of the next takes: 12A' }).waitFor();
    await journey.screenshot('record-rolling-scene');
  });

  test('a record key that was pressed too soon is taken back by the next press, and nothing is kept', async () => {
    const { page } = journey;
    await goTo('01:00:03:00');
    await page.keyboard.press('F12');
    await page.keyboard.press('F12');
    await page.getByText('It was stopped before it rolled, so nothing was recorded.').waitFor();
    await expect.poll(phase, PATIENCE).toBe('idle');
    await page.keyboard.press('F12');
    await page.keyboard.press('Space');
    await expect.poll(phase, PATIENCE).toBe('idle');
    expect((await takes()).length).toBe(0);
  });

  test('the record key in what plays punches the range ahead, and in another window it ends the recording', async () => {
    const { page } = journey;
    await goTo('01:00:05:00');
    await page.keyboard.press('i');
    await goTo('01:00:06:00');
    await page.keyboard.press('o');
    await goTo('01:00:03:00');
    await page.keyboard.press('Space');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:03:1/);
    await page.keyboard.press('F12');
    await expect.poll(phase, PATIENCE).toBe('rolling');
    await journey.screenshot('record-rolling-ahead');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:05:1/);
    await journey.screenshot('record-rolling-punched');
    const other = await page.context().newPage();
    await other.goto(journey.host.pageUrl);
    await timeline(other).waitFor();
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:0([7-9]|1)/);
    await other.bringToFront();
    await expect.poll(() => other.getByTitle(/^End the recording/).count(), PATIENCE).toBe(1);
    await other.keyboard.press('F12');
    await expect.poll(phase, PATIENCE).toBe('idle');
    await other.close();
    const [take, ...more] = await takes();
    expect(more).toEqual([]);
    expect(take).toMatchObject({ punchInSample: 5 * 24 * FRAME, punchOutSample: 6 * 24 * FRAME, state: 'done' });
    expect(take?.path).toBe('Audio Files/ADR_12A_001.wav');
    const view = await document();
    const clip = view.rows('clip').find(({ sourceId }) => sourceId === take?.sourceId);
    expect(clip).toMatchObject({ startSample: 5 * 24 * FRAME, lengthSamples: 24 * FRAME });
    await expectScreenShowsDocument(page, view);
    await journey.screenshot('record-rolling-done');
  });

  test('the device stays as it is while it records: nothing else can be chosen, and its key is refused', async () => {
    const { page } = journey;
    await goTo('01:00:05:12');
    await page.keyboard.press('Space');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:05:(1[5-9]|2)/);
    await page.keyboard.press('F12');
    await expect.poll(phase, PATIENCE).toBe('rolling');
    await page.keyboard.press('Control+Alt+o');
    await page
      .getByText(/A recording is under way/)
      .first()
      .waitFor();
    await journey.screenshot('record-rolling-refused');
    await page.keyboard.press('Control+Alt+a');
    await page.getByText(/Something is being recorded: device, rate and buffer stay as they are/).waitFor();
    expect(await page.getByLabel('Buffer').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Close the device' }).isDisabled()).toBe(true);
    await journey.screenshot('record-rolling-settings');
    expect(await phase()).toBe('rolling');
    await page.keyboard.press('Escape');
    await page.keyboard.press('F6');
    await page.keyboard.press('Space');
    await expect.poll(phase, PATIENCE).toBe('idle');
    const take = (await takes()).at(-1)!;
    // From the key, within the range, to the range's end at the latest.
    expect(take.punchInSample).toBeGreaterThan(5.5 * 24 * FRAME);
    expect(take.punchOutSample).toBe(6 * 24 * FRAME);
  });

  test('a file that goes away while it plays is told in the status bar, and its clips are marked', async () => {
    const { page } = journey;
    const [take] = await takes();
    const path = isAbsolute(take!.path) ? take!.path : join(projectFolder, take!.path);
    await connection.client.record.state();
    await goTo('01:00:04:00');
    await page.keyboard.press('Space');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:04:(0[4-9]|1)/);
    renameSync(path, `${path}.away`);
    const badge = page.getByRole('button', { name: '1 file in trouble' });
    await badge.waitFor({ timeout: 20_000 });
    await expect
      .poll(async () => (await connection.client.media.offlineSources()).map(({ sourceId }) => sourceId), PATIENCE)
      .toEqual([take!.sourceId]);
    await journey.screenshot('record-rolling-file-away');
    await badge.click();
    await page.getByRole('tab', { name: 'Engine', selected: true }).waitFor();
    await page.getByText('missing').first().waitFor();
    await journey.screenshot('record-rolling-file-away-engine');
    await page.keyboard.press('Escape');
    expect(journey.pageErrors).toEqual([]);
  });
});
