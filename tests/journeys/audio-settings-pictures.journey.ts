import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import { docsPicture } from '../support/docs-picture.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { connectBeside, PATIENCE, timeline } from '../support/workstation.ts';

const TRACKS = ['Mara boom', 'Mara lav', 'Joel lav', 'Room tone', 'Rain', 'Door and steps', 'Score'];
/** As long as the load's history begins to be one. */
const HISTORY_MS = 20_000;

/**
 * Everything that the page on audio settings shows of the application, gone through in its order. Written anew by
 * `UPDATE_SCREENSHOT=1 npx vitest run --config vitest.journeys.config.ts audio-settings-pictures`
 */
describe.skipIf(whyNoJourney() !== null)('what the page on audio settings shows', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    journey = await startJourney({ name: 'audio-pictures', widthPixels: 1366, heightPixels: 768 });
    connection = await connectBeside(journey);
    const { settings } = await connection.client.audio.settings();
    await connection.client.audio.setSettings({
      ...settings,
      input: VIRTUAL_DEVICE,
      output: VIRTUAL_DEVICE,
      cue: [2, 3],
      talkbackInput: 5,
    });
    await connection.client.audio.open();
    await connection.client.project.create({
      name: 'Lamplight ADR',
      parentFolder: journey.folder,
      frameRate: { numerator: 24, denominator: 1, drop: false },
      sampleRate: 48_000,
      startFrame: 86_400,
    });
    for (const name of TRACKS) await connection.client.document.apply({ command: { kind: 'track.add', name } });
    await timeline(journey.page).waitFor();
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const dialog = () => journey.page.getByRole('dialog', { name: 'Audio settings' });
  const taken = async (name: string, part: Locator) => {
    await expect.poll(() => journey.page.locator('.toast').count(), PATIENCE).toBe(0);
    expect(await docsPicture(journey.page, name, (await part.boundingBox())!, 128)).toBeGreaterThan(2000);
  };

  test('devices, outputs and input meters, with the test tone on', async () => {
    await journey.page.keyboard.press('Control+Alt+a');
    await dialog().getByRole('button', { name: 'Sound the tone' }).click();
    const level = () =>
      dialog()
        .getByRole('meter', { name: /Loop-back of output 1/ })
        .getAttribute('aria-valuenow');
    await expect.poll(level, PATIENCE).toBe('-20');
    await taken('audio-devices', dialog());
  });

  test('a calibration, and one that is refused', async () => {
    await dialog().getByRole('tab', { name: 'Calibrate' }).click();
    const calibrate = dialog().getByRole('button', { name: 'Calibrate', exact: true });
    await calibrate.click();
    await dialog().getByText('none: all the same').waitFor();
    await taken('audio-calibrate', dialog());
    await dialog().getByLabel('To input').selectOption({ index: 1 });
    await calibrate.click();
    await dialog().getByText('The impulses did not come back', { exact: false }).waitFor();
    await taken('audio-calibrate-refused', dialog().locator('.audio-problem'));
  });

  test('the state of the engine', async () => {
    await dialog().getByRole('tab', { name: 'Engine' }).click();
    await journey.page.waitForTimeout(HISTORY_MS);
    await taken('audio-engine', dialog());
    await journey.page.keyboard.press('Escape');
  });

  test('the monitor panel', async () => {
    const { page } = journey;
    await page.setViewportSize({ width: 1366, height: 1000 });
    await page.keyboard.press('Control+Alt+m');
    const panel = page.getByRole('region', { name: 'Monitor', exact: true });
    await panel.getByLabel('Room tone in the cue mix').fill('-12');
    await panel.getByRole('button', { name: 'Dim', exact: true }).click();
    await expect.poll(async () => (await connection.client.audio.monitor()).controlRoom.dim, PATIENCE).toBe(true);
    await taken('audio-monitor', panel);
    await panel.getByRole('button', { name: 'Dim', exact: true }).click();
    await page.keyboard.press('Control+Alt+m');
    await page.setViewportSize({ width: 1366, height: 768 });
  });

  test('the page itself, opened by its key and from the dialog', async () => {
    const { page } = journey;
    const help = page.getByRole('dialog', { name: 'How audio, calibration and recording work' });
    await page.keyboard.press('Control+F1');
    await help.getByRole('heading', { level: 1 }).waitFor();
    const drawn = () =>
      help
        .locator('img')
        .evaluateAll(
          (images) => images.length > 4 && images.every((image) => (image as HTMLImageElement).naturalWidth > 0),
        );
    await expect.poll(drawn, PATIENCE).toBe(true);
    await journey.screenshot('help-audio');
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Alt+a');
    await dialog().getByRole('button', { name: 'Help' }).click();
    await help.waitFor();
    expect(journey.pageErrors).toEqual([]);
  });
});
