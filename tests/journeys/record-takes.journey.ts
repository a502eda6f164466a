import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readWaveFile } from '../../src-main/media/wave-file.ts';
import { DEFAULT_AUDIO_SETTINGS, VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import type { ClipRow, TakeRow } from '../../src-shared/model/rows.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import {
  connectBeside,
  counterText,
  expectJobsEnded,
  expectScreenShowsDocument,
  PATIENCE,
  readDocument,
  shownFrame,
  timeline,
} from '../support/workstation.ts';

/** The input of the loop-back device that counts its clock, modulo 2^20: every sample of it is known. */
const COUNTER_INPUT = 5;
const COUNTER_MODULUS = 1_048_576;

/**
 * A line is recorded three times over the demo project, through the device without hardware; power fails in the third
 * take, and it is there at the next opening.
 */
describe.skipIf(whyNoJourney() !== null)('recording takes by punch', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let projectFolder = '';
  let projectFile = '';

  beforeAll(async () => {
    journey = await startJourney({ name: 'record', arguments: ['--demo'] });
    connection = await connectBeside(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);
  const takes = async () => (await document()).rows('take').sort((a, b) => a.id - b.id);
  const clipsOf = async (trackName: string) => {
    const view = await document();
    const track = view.rows('track').find(({ name }) => name === trackName);
    return view
      .rows('clip')
      .filter(({ trackId }) => trackId === track?.id)
      .sort((a, b) => a.startSample - b.startSample);
  };

  async function goTo(timecode: string): Promise<void> {
    const { page } = journey;
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    await page.getByLabel('Go to timecode').fill(timecode);
    await page.keyboard.press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe(`${timecode}.00`);
  }

  /** What the counting input said in a part of a recorded file. */
  async function counted(take: TakeRow, fromFrame: number, frames: number): Promise<number[]> {
    const path = join(projectFolder, take.path);
    const wave = await readWaveFile(path, {});
    const bytes = readFileSync(path);
    return Array.from({ length: frames }, (_, at) => {
      const step = bytes.readIntLE((wave?.dataOffset ?? 0) + 3 * (fromFrame + at), 3);
      return Math.round((step / 8_388_608 + 0.5) * COUNTER_MODULUS) % COUNTER_MODULUS;
    });
  }

  /** Every sample of a clip follows the one before it by one tick of the device's clock: nothing lost, nothing twice. */
  async function expectWhole(take: TakeRow, clip: ClipRow): Promise<void> {
    const ticks = await counted(take, clip.sourceInSample, clip.lengthSamples);
    expect(ticks.length).toBe(clip.lengthSamples);
    expect(ticks.findIndex((tick, at) => at > 0 && tick !== (ticks[at - 1]! + 1) % COUNTER_MODULUS)).toBe(-1);
  }

  test('the demo project opens, with the loop-back device for an interface', async () => {
    const { page } = journey;
    await timeline(page).waitFor();
    await expect.poll(async () => (await document()).rows('clip').length, { timeout: 180_000 }).toBe(35);
    await expectJobsEnded(connection);
    const project = (await connection.client.project.current())!;
    [projectFile, projectFolder] = [project.path, project.folder];
    await connection.client.audio.setSettings({
      ...DEFAULT_AUDIO_SETTINGS,
      input: VIRTUAL_DEVICE,
      output: VIRTUAL_DEVICE,
    });
    await connection.client.audio.open();
    await page.locator('.status-bar').getByText(VIRTUAL_DEVICE.name).first().waitFor();
  });

  test('it plays through the engine; picture and counter go along, and stop returns', async () => {
    const { page } = journey;
    await goTo('01:00:18:20');
    await page.keyboard.press('F6');
    await page.keyboard.press('Space');
    await expect.poll(async () => (await connection.client.engine.status()).state, PATIENCE).toBe('running');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:20:/);
    await journey.screenshot('record-playing');
    const seen = await shownFrame(page);
    expect(seen.frame).toBeGreaterThan(18 * 24 + 20);
    await page.keyboard.press('Space');
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:18:20.00');
    expect(journey.pageErrors).toEqual([]);
  });

  test('a new track is armed, hears an input, and shows its level', async () => {
    const { page } = journey;
    const { added } = await connection.client.document.apply({
      command: { kind: 'track.add', name: 'ADR', channelCount: 1 },
    });
    expect(added.length).toBe(1);
    const header = page.getByRole('group', { name: 'Track ADR' });
    await header.scrollIntoViewIfNeeded();
    await header.getByRole('button', { name: /^Input of ADR/ }).click();
    await page
      .getByRole('menuitemradio', { name: new RegExp(`${COUNTER_INPUT}`) })
      .first()
      .click();
    await header.getByRole('button', { name: 'Arm ADR' }).click();
    await expect
      .poll(() => connection.client.audio.trackInputs(), PATIENCE)
      .toMatchObject([{ inputs: [COUNTER_INPUT - 1], armed: true }]);
    await journey.screenshot('record-armed');
  });

  for (const number of [1, 2])
    test(`take ${number}: the selected line is punched, to the sample`, async () => {
      const { page } = journey;
      if (number === 1) {
        await goTo('01:00:05:00');
        await page.keyboard.press('F6');
        await page.keyboard.press('i');
        await goTo('01:00:06:12');
        await page.keyboard.press('F6');
        await page.keyboard.press('o');
      }
      await page.keyboard.press('F12');
      await expect.poll(async () => (await connection.client.record.state()).phase, PATIENCE).toBe('rolling');
      await expect.poll(async () => (await connection.client.record.state()).phase, PATIENCE).toBe('idle');
      await expect.poll(async () => (await takes()).length, PATIENCE).toBe(number);
      const take = (await takes()).at(-1)!;
      const [clip, ...others] = await clipsOf('ADR');
      expect(others).toEqual([]);
      expect(take).toMatchObject({ state: 'done', number });
      const frame = (timecode: number) => timecode * 2002;
      expect(clip).toMatchObject({
        sourceId: take.sourceId,
        startSample: frame(5 * 24),
        lengthSamples: frame(36),
      });
      await expectWhole(take, clip!);
      await expectScreenShowsDocument(page, await document());
      await journey.screenshot(`record-take-${number}`);
    });

  test('power fails in the middle of take 3: what was recorded is there at the next opening, and told', async () => {
    const { page } = journey;
    await page.keyboard.press('F12');
    await expect.poll(async () => (await connection.client.record.state()).phase, PATIENCE).toBe('rolling');
    await expect.poll(() => counterText(page), { timeout: 30_000, interval: 10 }).toMatch(/^01:00:05:(1[4-9]|2)/);
    await journey.screenshot('record-before-kill');
    await journey.host.kill();
    connection.close();
    await journey.restartHost('kill', projectFile);
    connection = await connectBeside(journey);
    await timeline(page).waitFor();
    await page
      .getByText(/was being recorded when Twopop ended: .* were recovered/)
      .first()
      .waitFor();
    const [, second, third] = await takes();
    expect(third).toMatchObject({ state: 'recovered', number: 3 });
    const clips = await clipsOf('ADR');
    const [clip, rest] = clips;
    expect(clip).toMatchObject({ sourceId: third!.sourceId, startSample: 5 * 24 * 2002 });
    // Half a second was punched before the power went.
    expect(clip!.lengthSamples).toBeGreaterThan(20_000);
    await expectWhole(third!, clip!);
    // Behind it the take before is still heard, and all of it is still a layer.
    expect(rest).toMatchObject({ sourceId: second!.sourceId });
    expect(rest!.startSample).toBe(clip!.startSample + clip!.lengthSamples);
    await expectScreenShowsDocument(page, await document());
    await journey.screenshot('record-recovered');
  });

  test('the page made no error of its own', () => {
    // A browser itself reports each try to reach a host that is gone, and one with that launch's key to reach the next.
    const own = journey.pageErrors.filter(
      (text) => !/ERR_CONNECTION_(REFUSED|RESET)|HTTP Authentication failed/.test(text),
    );
    expect(own).toEqual([]);
  });
});
