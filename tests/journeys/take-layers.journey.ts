import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { connectBeside, dragMouse, PATIENCE, pixelsOf, readDocument, timeline } from '../support/workstation.ts';

/** The inputs of the loop-back device that carry a synthetic voice. */
const VOICES = ['Input 6: Voice A', 'Input 8: Voice B'] as const;
const LAYER_PIXELS = 28;

/** Two microphones are armed and recorded twice; the take that is wanted is chosen among the layers. */
describe.skipIf(whyNoJourney() !== null)('takes of two microphones in layers', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;

  beforeAll(async () => {
    journey = await startJourney({ name: 'take-layers', widthPixels: 1366, heightPixels: 768 });
    connection = await connectBeside(journey);
    const { client } = connection;
    await client.project.create({
      name: 'Stage',
      parentFolder: journey.folder,
      frameRate: { numerator: 24, denominator: 1, drop: false },
      sampleRate: 48_000,
      startFrame: 86_400,
    });
    for (const [position, name] of ['Boom', 'Lav'].entries())
      await client.document.apply({ command: { kind: 'track.add', name, stem: 'ADR', channelCount: 1, position } });
    await timeline(journey.page).waitFor();
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const header = (name: string) => journey.page.getByRole('group', { name: `Track ${name}`, exact: true });
  const inputs = () => connection.client.audio.trackInputs();
  const takesInList = () =>
    journey.page
      .getByRole('listbox', { name: 'Takes' })
      .getByRole('option')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('aria-label') ?? ''));
  /** What is on the tracks, as `track name`, from the start on. */
  const onTimeline = async () => {
    const document = await readDocument(connection);
    const names = new Map(document.rows('track').map(({ id, name }) => [id as number, name]));
    return document
      .rows('clip')
      .sort((a, b) => a.trackId - b.trackId || a.startSample - b.startSample)
      .map((clip) => `${names.get(clip.trackId)}: take ${/_(\d+)$/.exec(clip.name)?.[1]}`);
  };
  const lit = async (name: string) => {
    const box = (await header(name).boundingBox())!;
    const strip = { x: Math.round(box.x + box.width - 12), y: Math.round(box.y), width: 12, height: box.height - 1 };
    const { rgb } = await pixelsOf(journey.page, strip);
    let green = 0;
    for (let at = 0; at < rgb.length; at += 3) if (rgb[at + 1]! > 150 && rgb[at + 1]! > rgb[at + 2]! + 40) green++;
    return green;
  };

  async function recordFor(milliseconds: number): Promise<void> {
    const { page } = journey;
    const before = (await readDocument(connection)).rows('take').length;
    await timeline(page).press('F12');
    await expect.poll(async () => (await connection.client.record.state()).phase, PATIENCE).toBe('rolling');
    await page.waitForTimeout(milliseconds);
    await timeline(page).press('Space');
    await expect.poll(async () => (await connection.client.record.state()).phase, PATIENCE).toBe('idle');
    await expect.poll(async () => (await readDocument(connection)).rows('take').length, PATIENCE).toBe(before + 2);
  }

  test('without a device a track cannot be armed, and its button says why', async () => {
    const arm = header('Boom').getByRole('button', { name: 'Arm Boom' });
    expect(await arm.getAttribute('aria-disabled')).toBe('true');
    expect(await arm.getAttribute('title')).toContain('audio settings');
  });

  test('with one, tracks are armed by key and get an input, which a menu changes', async () => {
    const { page } = journey;
    const { settings } = await connection.client.audio.settings();
    await connection.client.audio.setSettings({ ...settings, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE });
    expect((await connection.client.audio.open()).state).toBe('running');
    for (const [at, name] of ['Boom', 'Lav'].entries()) {
      await header(name).getByRole('button', { name, exact: true }).click();
      await timeline(page).press('Shift+r');
      await expect
        .poll(() =>
          header(name)
            .getByRole('button', { name: `Arm ${name}` })
            .getAttribute('aria-pressed'),
        )
        .toBe('true');
      await timeline(page).press('Alt+i');
      await page.getByRole('menuitemradio', { name: VOICES[at]! }).press('Enter');
    }
    await expect.poll(inputs, PATIENCE).toMatchObject([
      { inputs: [5], armed: true },
      { inputs: [7], armed: true },
    ]);
  });

  test('their meters show what comes in', async () => {
    for (const name of ['Boom', 'Lav']) await expect.poll(() => lit(name), PATIENCE).toBeGreaterThan(40);
  });

  test('each recording becomes a take of each track, newest first in the list', async () => {
    const { page } = journey;
    await recordFor(2_000);
    await recordFor(1_200);
    await header('Boom').getByRole('button', { name: 'Boom', exact: true }).click();
    await page.getByRole('tab', { name: 'Takes' }).click();
    await expect
      .poll(async () => (await takesInList()).map((row) => row.slice(0, 6)), PATIENCE)
      .toEqual(['take 2', 'take 1']);
    expect((await takesInList())[0]).toContain('on the timeline');
    expect(await onTimeline()).toEqual(['Boom: take 002', 'Boom: take 001', 'Lav: take 002', 'Lav: take 001']);
    await journey.screenshot('takes-list');
  });

  test('the older one is used by key, with its other microphone, and undone in one step', async () => {
    const { page } = journey;
    const list = page.getByRole('listbox', { name: 'Takes' });
    await list.press('ArrowDown');
    await list.press('Enter');
    await expect.poll(onTimeline, PATIENCE).toEqual(['Boom: take 001', 'Lav: take 002', 'Lav: take 001']);
    await list.press('Control+z');
    await list.press('Shift+Enter');
    await expect.poll(onTimeline, PATIENCE).toEqual(['Boom: take 001', 'Lav: take 001']);
    await list.press('Control+z');
    await expect
      .poll(onTimeline, PATIENCE)
      .toEqual(['Boom: take 002', 'Boom: take 001', 'Lav: take 002', 'Lav: take 001']);
  });

  test('layers below the track: a double click uses a take, a swipe and a key a part of it', async () => {
    const { page } = journey;
    await timeline(page).press('Shift+z');
    await timeline(page).press('Alt+l');
    await header('Boom').getByRole('button', { name: 'Takes of Boom: 2' }).waitFor();
    const stage = (await page.locator('.timeline-stage').boundingBox())!;
    const track = (await header('Boom').boundingBox())!;
    const older = track.y + track.height + LAYER_PIXELS * 1.5;
    await page.mouse.dblclick(stage.x + stage.width * 0.3, older);
    await expect.poll(onTimeline, PATIENCE).toEqual(['Boom: take 001', 'Lav: take 002', 'Lav: take 001']);
    await journey.screenshot('takes-layers');
    const newer = track.y + track.height + LAYER_PIXELS / 2;
    await dragMouse(page, { x: stage.x + stage.width * 0.2, y: newer }, { x: stage.x + stage.width * 0.4, y: newer });
    await timeline(page).press('Alt+Enter');
    await expect
      .poll(onTimeline, PATIENCE)
      .toEqual(['Boom: take 001', 'Boom: take 002', 'Boom: take 001', 'Lav: take 002', 'Lav: take 001']);
  });

  test('nothing went wrong on the page', () => {
    expect(journey.pageErrors).toEqual([]);
  });
});
