import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { openWave } from '../support/sound-file.ts';
import {
  connectBeside,
  counterText,
  expandCards,
  expectCommit,
  expectJobsEnded,
  expectScreenShowsDocument,
  finishedJob,
  PATIENCE,
  readDocument,
  shownFrame,
  timeline,
} from '../support/workstation.ts';

const FRAME_SAMPLES = 2002;

/** The main job by the keyboard alone. The page itself counts what comes from a pointer, and must count nothing. */
describe.skipIf(whyNoJourney() !== null)('the main job without a mouse', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let cards = '';

  beforeAll(async () => {
    journey = await startJourney({ name: 'keyboard-only' });
    connection = await connectBeside(journey);
    cards = join(journey.folder, 'cards');
    await expandCards(cards);
    await journey.page.evaluate(() => {
      const seen = { count: 0 };
      (window as unknown as { pointerEvents: typeof seen }).pointerEvents = seen;
      for (const kind of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'wheel', 'dragover', 'touchstart'])
        window.addEventListener(kind, () => seen.count++, { capture: true });
    });
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);
  const press = async (...keys: string[]) => {
    for (const key of keys) await journey.page.keyboard.press(key);
  };
  const type = (text: string) => journey.page.keyboard.type(text);

  /** Goes on by Tab until something has the focus, as one who cannot see where it leads; at most `limit` presses. */
  async function tabTo(wanted: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab', limit = 60): Promise<void> {
    for (let count = 0; count <= limit; count++) {
      if (await wanted.evaluate((element) => element === window.document.activeElement)) return;
      await press(key);
    }
    throw new Error(`${wanted} cannot be reached by ${limit} presses of ${key}`);
  }

  async function replaceText(text: string): Promise<void> {
    await press('Control+a');
    await type(text);
  }

  async function focusedName(): Promise<string> {
    return journey.page.evaluate(() => {
      const active = window.document.activeElement;
      return active?.getAttribute('aria-label') ?? active?.textContent ?? '';
    });
  }

  /** Runs a command by its name. */
  async function command(name: string): Promise<void> {
    await press('Control+k');
    await journey.page.getByRole('combobox', { name: 'Find a command' }).waitFor();
    await type(name);
    await expect
      .poll(() => journey.page.getByRole('option', { selected: true }).locator('.palette-title').innerText(), PATIENCE)
      .toBe(name);
    await press('Enter');
  }

  async function commits(count: number, act: () => Promise<unknown>): Promise<void> {
    const { seq } = await document();
    await act();
    await expectCommit(journey.page, connection, seq + count);
  }

  async function clipsOf(trackName: string): Promise<ClipRow[]> {
    const view = await document();
    const track = view.rows('track').find(({ name }) => name === trackName)!;
    const clips = view.rows('clip').filter(({ trackId }) => trackId === track.id);
    return clips.sort((a, b) => a.startSample - b.startSample);
  }

  test('a project is made', async () => {
    const { page } = journey;
    await tabTo(page.getByRole('button', { name: 'New project' }));
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'New project' });
    await dialog.waitFor();
    expect(await focusedName()).toBe('');
    await type('Keys');
    await tabTo(dialog.getByLabel('Place'));
    await replaceText(journey.folder);
    await tabTo(dialog.getByLabel('Frame rate'));
    await type('23');
    expect(await dialog.getByLabel('Frame rate').inputValue()).toBe('23.976');
    await tabTo(dialog.getByLabel('Start timecode'));
    await replaceText('01:00:00:00');
    await press('Enter');
    await timeline(page).waitFor();
    expect(existsSync(join(journey.folder, 'Keys', 'Keys.twopop'))).toBe(true);
  });

  test('whole cards are chosen and imported', async () => {
    const { page } = journey;
    await press('Control+i');
    const dialog = page.getByRole('dialog', { name: 'Import media' });
    const list = dialog.getByRole('listbox', { name: 'Files and folders' });
    await list.waitFor();
    await tabTo(dialog.getByRole('textbox', { name: 'Folder' }));
    await replaceText(cards);
    await press('Enter');
    await list.getByRole('option', { name: 'CAMERA A' }).waitFor();
    await tabTo(list);
    await press('Home', 'Space', 'ArrowDown', 'Space', 'ArrowDown', 'Space');
    await dialog.getByText('3 chosen').waitFor();
    await journey.screenshot('keys-import');
    await tabTo(dialog.getByRole('button', { name: 'Import' }));
    await press('Enter');
    await finishedJob(page, 'Import').waitFor({ timeout: 180_000 });
    expect((await document()).rows('source')).toHaveLength(12);
    await expectJobsEnded(connection);
    await press('Escape');
    await page.getByRole('region', { name: 'Jobs' }).waitFor({ state: 'detached' });
  });

  test('sync is run, looked through and accepted', async () => {
    const { page } = journey;
    await press('Control+Shift+y');
    const review = page.getByRole('region', { name: 'Sync review' });
    await review.getByText('7 to review · 1 unmatched').waitFor({ timeout: 120_000 });
    await tabTo(review.getByRole('listbox'));
    await press('End');
    await review.getByRole('option', { name: /^B001C003, not matched/, selected: true }).waitFor();
    // One by one, then the rest together.
    await press('Home');
    await commits(1, () => press('Enter'));
    await review.getByText('6 to review · 1 unmatched · 1 accepted').waitFor();
    await tabTo(review.getByRole('button', { name: 'Accept 6' }), 'Shift+Tab');
    await commits(1, () => press('Enter'));
    await review.getByText('0 to review · 1 unmatched · 7 accepted').waitFor();
    await press('Control+Alt+y');
    await review.waitFor({ state: 'detached' });
    expect((await document()).rows('clip')).toHaveLength(35);
  });

  test('clips are reached, named and selected', async () => {
    const { page } = journey;
    await press('F6');
    await expect.poll(focusedName, PATIENCE).toBe('Timeline');
    await press('Shift+Z');
    await expectScreenShowsDocument(page, await document());
    await press('Home');
    const grid = page.getByRole('grid', { name: 'Clips in sight' });
    await tabTo(grid.getByRole('gridcell').first());
    expect(await focusedName()).toMatch(/^clip \S+, in 01:00:00:00 to out .*, track Scratch$/);
    await press('ArrowDown', 'ArrowDown', 'ArrowRight');
    expect(await focusedName()).toMatch(/, track MARA(, |$)/);
    await press('Enter');
    const second = (await clipsOf('MARA'))[1]!;
    await expect
      .poll(() => page.locator('.timeline-grid-cell[aria-selected="true"]').getAttribute('data-clip'), PATIENCE)
      .toBe(String(second.id));
    await journey.screenshot('keys-selected');
  });

  test('the selected clip is moved, trimmed, slipped, split, faded, made softer and deleted, each undone', async () => {
    const { page } = journey;
    await press('F6');
    const start = await document();
    const clip = (await clipsOf('MARA'))[1]!;
    const now = async () => (await document()).rows('clip').find(({ id }) => id === clip.id);
    const undo = async () => {
      await commits(1, () => press('Control+z'));
      expect((await document()).rows('clip')).toEqual(start.rows('clip'));
      await expectScreenShowsDocument(page, await document());
    };
    await commits(1, () => press('Period'));
    expect((await now())!.startSample).toBe(clip.startSample + FRAME_SAMPLES);
    await undo();
    await commits(1, () => press('Control+Comma'));
    expect((await now())!.startSample).toBe(clip.startSample - 1);
    await undo();
    await commits(1, () => press('Alt+Period'));
    expect((await now())!.sourceInSample).toBe(clip.sourceInSample - FRAME_SAMPLES);
    await undo();
    await commits(1, () => press('Alt+Shift+ArrowDown'));
    expect((await now())!.gainDb).toBe(clip.gainDb - 1);
    await undo();
    // To the clip's start, and four seconds on.
    await press('Control+g');
    await page.getByLabel('Go to timecode').waitFor();
    await type('01:00:30:00');
    await press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:30:00.00');
    const cursor = 30 * 24 * FRAME_SAMPLES;
    await commits(1, () => press('BracketLeft'));
    expect(await now()).toMatchObject({
      startSample: cursor,
      sourceInSample: clip.sourceInSample + cursor - clip.startSample,
    });
    await undo();
    await commits(1, () => press('d'));
    expect((await now())!.fadeInSamples).toBe(cursor - clip.startSample);
    await undo();
    await commits(1, () => press('b'));
    expect((await document()).rows('clip')).toHaveLength(36);
    expect((await now())!.lengthSamples).toBe(cursor - clip.startSample);
    await undo();
    await command('Mute or unmute clips');
    await expect.poll(async () => Boolean((await now())!.muted), PATIENCE).toBe(true);
    await undo();
    await commits(1, () => press('Delete'));
    expect(await now()).toBeUndefined();
    await undo();
    await commits(1, () => press('Control+Shift+z'));
    expect(await now()).toBeUndefined();
    await commits(1, () => press('Control+z'));
  });

  test('playing, shuttling and stepping are keys too', async () => {
    const { page } = journey;
    await press('Home', 'Space');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:0[1-9]/);
    await press('k');
    await press('Home');
    await press('ArrowRight', 'ArrowRight', 'Shift+ArrowRight');
    await expect.poll(() => counterText(page), PATIENCE).toBe('01:00:00:12.00');
    await expect.poll(() => shownFrame(page), PATIENCE).toEqual({ frame: 12, litCell: 12 });
    await press('l');
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:0[1-9]/);
    await press('k');
  });

  test('a selected clip is bounced', async () => {
    const { page } = journey;
    await press('Control+Shift+a', 't');
    await press('Control+b');
    const dialog = page.getByRole('dialog', { name: 'Bounce' });
    await dialog.waitFor();
    await replaceText('By keys');
    expect(await dialog.getByLabel('Range').inputValue()).toBe('selection');
    await tabTo(dialog.getByLabel('Layout'));
    await type('Mono');
    await tabTo(dialog.getByLabel('Format'));
    await type('32');
    expect(await dialog.getByLabel('Format').inputValue()).toBe('f32');
    await journey.screenshot('keys-bounce');
    await tabTo(dialog.getByRole('button', { name: 'Bounce', exact: true }));
    await press('Enter');
    await finishedJob(page, 'By keys').waitFor({ timeout: 120_000 });
    for (const side of ['L', 'R']) {
      const wave = await openWave(join(journey.folder, 'Keys', 'Bounces', `By keys.${side}.wav`));
      expect(wave.format).toMatchObject({ format: 'f32', channelCount: 1 });
    }
  });

  test('no pointer was used, and nothing went wrong in the page', async () => {
    const count = await journey.page.evaluate(
      () => (window as unknown as { pointerEvents: { count: number } }).pointerEvents.count,
    );
    expect(count).toBe(0);
    expect(journey.pageErrors).toEqual([]);
  });
});
