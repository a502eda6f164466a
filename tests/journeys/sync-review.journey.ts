import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDemoTruth } from '../../src-main/demo/demo-shoot.ts';
import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { readEvidence } from '../../src-shared/sync/sync-evidence.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { ROOT } from '../support/node-host-process.ts';
import {
  connectBeside,
  DEMO_SHOOT,
  expandCards,
  expectJobsEnded,
  PATIENCE,
  pixelsOf,
  readDocument,
} from '../support/workstation.ts';

const FILM = { numerator: 24000, denominator: 1001, drop: false } as const;
const FRAME_SAMPLES = 2002;

/** An empty project with these files in it, open in the journey's window. */
async function importDay(journey: Journey, connection: HostConnection, paths: readonly string[]): Promise<void> {
  await connection.client.project.create({
    name: 'Day',
    parentFolder: journey.folder,
    frameRate: FILM,
    sampleRate: 48_000,
    startFrame: 86_400,
  });
  await connection.client.media.import({ paths: [...paths], mode: 'copy' });
  await expectJobsEnded(connection);
}

function reviewOf(journey: Journey) {
  const { page } = journey;
  const review = page.getByRole('region', { name: 'Sync review' });
  const trace = review.locator('.trace-canvas');
  return {
    review,
    trace,
    list: review.getByRole('listbox', { name: /^Sync results/ }),
    option: (name: string) => review.getByRole('option', { name: new RegExp(`^${name}`) }),
    /** A figure that the traces say of themselves. */
    told: async (name: string) => Number(await trace.getAttribute(`data-${name}`)),
    allDrawn: () => expect.poll(() => trace.getAttribute('data-awaited'), PATIENCE).toBe('0'),
  };
}

/** How much of the traces is the camera's colour, the recorder's, and both on each other. */
async function coloursOf(journey: Journey): Promise<{ camera: number; recorder: number; both: number }> {
  const box = (await journey.page.locator('.trace-canvas').boundingBox())!;
  const pixels = await pixelsOf(journey.page, { ...box, y: box.y + 40, height: box.height - 60 });
  const count = { camera: 0, recorder: 0, both: 0 };
  for (let at = 0; at < pixels.rgb.length; at += 3) {
    const [red, green, blue] = [pixels.rgb[at]!, pixels.rgb[at + 1]!, pixels.rgb[at + 2]!];
    if (red > 200 && blue > 200 && green > 200) count.both++;
    else if (red > 180 && blue < 120) count.camera++;
    else if (blue > 180 && red < 120) count.recorder++;
  }
  return count;
}

describe.skipIf(whyNoJourney() !== null)('results of sync are looked at, listened to, mended and accepted', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let ui: ReturnType<typeof reviewOf>;

  beforeAll(async () => {
    journey = await startJourney({ name: 'sync-review' });
    connection = await connectBeside(journey);
    ui = reviewOf(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);
  const matchOf = async (camera: string): Promise<SyncMatchRow> => {
    const view = await document();
    const source = view.rows('source').find(({ name }) => name === camera)!;
    return view.rows('sync_match').findLast(({ cameraSourceId }) => cameraSourceId === source.id)!;
  };
  const press = async (...keys: readonly string[]) => {
    for (const key of keys) await journey.page.keyboard.press(key);
  };

  test('sync that is cancelled keeps what it decided, and goes on with the rest', async () => {
    const { page } = journey;
    const shoot = await expandCards(join(journey.folder, 'cards'));
    await importDay(journey, connection, shoot.cardFolders);
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    await ui.review.getByRole('button', { name: 'Cancel' }).click();
    await expectJobsEnded(connection);
    const kept = (await document()).rows('sync_match');
    const onward = kept.length === 0 ? 'Sync' : kept.length < 8 ? `Go on with ${8 - kept.length}` : null;
    if (onward) await ui.review.getByRole('button', { name: onward, exact: true }).click();
    await ui.review.getByText('7 to review · 1 unmatched').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    const now = (await document()).rows('sync_match').map(({ id }) => id);
    expect(now).toHaveLength(8);
    expect(now).toEqual(expect.arrayContaining(kept.map(({ id }) => id)));
    await expect.poll(() => ui.review.getByRole('button', { name: /^Go on/ }).count(), PATIENCE).toBe(0);
  });

  test('the list has headings, is sorted by them, filtered and searched', async () => {
    const { review } = ui;
    await review.getByRole('button', { name: 'Sort by Camera / recorder' }).click();
    const first = () => ui.list.getByRole('option').first().getAttribute('aria-label');
    await expect.poll(first, PATIENCE).toMatch(/^A001C001/);
    await review.getByRole('button', { name: 'Sort by Camera / recorder, ascending' }).click();
    await expect.poll(first, PATIENCE).toMatch(/^B001C003/);
    await review.getByRole('button', { name: 'Sort by Camera / recorder, descending' }).click();
    await review.getByRole('button', { name: /^Unmatched/ }).click();
    await expect.poll(() => ui.list.getByRole('option').count(), PATIENCE).toBe(1);
    await review.getByRole('button', { name: /^All/ }).click();
    await ui.list.focus();
    await press('/');
    await journey.page.keyboard.type('12T02');
    await expect.poll(() => ui.list.getByRole('option').count(), PATIENCE).toBeGreaterThan(0);
    for (const label of await ui.list.getByRole('option').all())
      expect(await label.getAttribute('aria-label')).toContain('12T02');
    await press('Escape');
    await expect.poll(() => ui.list.getByRole('option').count(), PATIENCE).toBe(8);
  });

  test('both sounds lie over each other at the clap, from the whole clip down to single samples', async () => {
    const { review } = ui;
    await ui.option('A001C001').click();
    await press('Shift+M');
    await review.getByRole('heading', { name: /A001C001 on 12T01/ }).waitFor();
    await ui.allDrawn();
    await expect.poll(async () => (await coloursOf(journey)).both, PATIENCE).toBeGreaterThan(500);
    const evidence = readEvidence((await matchOf('A001C001')).evidence);
    if (evidence.landmark) expect(await ui.told('place')).toBeCloseTo(evidence.landmark.cameraSeconds, 3);
    await journey.screenshot('review-clap');
    const near = await ui.told('span');
    await press('Shift+Z');
    await expect.poll(() => ui.told('span'), PATIENCE).toBeGreaterThan(20);
    await ui.allDrawn();
    await journey.screenshot('review-whole');
    await press('1', 'z');
    await expect.poll(() => ui.told('span'), PATIENCE).toBeLessThan(Math.min(near, 0.01));
    await ui.allDrawn();
    await journey.screenshot('review-samples');
    await press('2');
    const head = await ui.told('place');
    await press('4');
    expect(await ui.told('place')).toBeGreaterThan(head + 5);
    await press('1');
  });

  test('the picture stands at the place', async () => {
    const shown = () => ui.review.getByRole('region', { name: 'Picture at the place' }).getAttribute('data-frame');
    const place = await ui.told('place');
    await expect.poll(shown, PATIENCE).toBe(String(Math.floor((place * 24_000) / 1001 + 1e-6)));
    await press('4');
    const tail = await ui.told('place');
    await expect.poll(shown, PATIENCE).toBe(String(Math.floor((tail * 24_000) / 1001 + 1e-6)));
    await press('1');
  });

  test('camera left and recorder right are heard round the place, flipped, alone, and on through the clip', async () => {
    const { page } = journey;
    const playing = () => ui.trace.getAttribute('data-playing');
    const place = await ui.told('place');
    await press('Space');
    await expect.poll(playing, PATIENCE).toBe('playing');
    const heard: number[] = [];
    for (let count = 0; count < 8; count++) {
      await page.waitForTimeout(100);
      heard.push(await ui.told('heard'));
    }
    expect(new Set(heard).size).toBeGreaterThan(4);
    for (const seconds of heard) expect(Math.abs(seconds - place)).toBeLessThan(1.6);
    await press('f');
    await ui.review.getByRole('button', { name: 'Recorder left, camera right' }).waitFor();
    await press('f', 'r');
    await ui.review.getByRole('button', { name: 'Rec', exact: true, pressed: true }).waitFor();
    await press('r');
    await press('Space');
    await expect.poll(playing, PATIENCE).toBe('stopped');
    await press('Shift+Space');
    await expect.poll(() => ui.told('heard'), PATIENCE).toBeGreaterThan(place + 0.3);
    await press('Shift+Space');
    await expect.poll(playing, PATIENCE).toBe('stopped');
  });

  test('a nudge moves the recorder by a sample, a quarter frame or a frame, each one step of undo', async () => {
    const before = (await document()).seq;
    const nudged = async () => (await matchOf('A001C001')).nudgeSamplesAt48k;
    await press('Period', 'Shift+Period', 'Control+Period');
    await expect.poll(nudged, PATIENCE).toBeCloseTo(-(FRAME_SAMPLES * 1.25 + 1), 6);
    expect((await document()).seq).toBe(before + 3);
    await ui.review.getByText(/^2,503.5 smp later · 52.16 ms$/).waitFor();
    await journey.screenshot('review-nudged');
    await press('Control+z');
    await expect.poll(nudged, PATIENCE).toBeCloseTo(-FRAME_SAMPLES * 1.25, 6);
    await ui.review.getByText(/^2,502.5 smp later/).waitFor();
    await press('0');
    await expect.poll(nudged, PATIENCE).toBe(0);
    await ui.review.getByText('not nudged').waitFor();
  });

  test('one microphone is shown, and chosen to be heard, or all of them', async () => {
    const microphones = ui.review.getByRole('region', { name: 'Microphones' });
    await microphones.getByRole('button', { name: 'MARA' }).click();
    await ui.review
      .locator('.trace-legend')
      .getByText(/recorder MARA/)
      .waitFor();
    const chosen = async () => (await matchOf('A001C001')).chosenChannel;
    await microphones.getByRole('radio', { name: 'Only MARA is heard' }).click();
    await expect.poll(chosen, PATIENCE).toBe(1);
    await microphones.getByRole('radio', { name: 'Only MARA is heard', checked: true }).waitFor();
    // By key: the next one, and after the last all again.
    await ui.list.focus();
    await press('x');
    await expect.poll(chosen, PATIENCE).toBe(2);
    await microphones.getByRole('radio', { name: 'All microphones are heard' }).click();
    await expect.poll(chosen, PATIENCE).toBeNull();
    await ui.list.focus();
  });

  test('a clip is mended by hand with a mark on each file, which are kept', async () => {
    const found = await matchOf('A001C003');
    await ui.option('A001C003').click();
    await ui.allDrawn();
    await press('h');
    const hand = ui.review.getByRole('region', { name: 'Lay together by hand' });
    await hand.waitFor();
    await press('m', 't', 'm');
    await expect.poll(async () => (await document()).rows('source_mark').length, PATIENCE).toBe(2);
    await hand.getByRole('textbox', { name: 'Name of Mark 1' }).first().fill('Slate');
    await press('Enter');
    await ui.allDrawn();
    await journey.screenshot('review-by-hand');
    await ui.review.getByRole('button', { name: 'Lay together' }).click();
    await ui.option('A001C003, matched to 13T01, by hand').waitFor();
    const mended = await matchOf('A001C003');
    const view = await document();
    const marks = view.rows('source_mark');
    const onCamera = marks.find(({ sourceId }) => sourceId === mended.cameraSourceId)!;
    const onRecorder = marks.find(({ sourceId }) => sourceId === mended.recorderSourceId)!;
    expect(onCamera.name).toBe('Slate');
    // The clocks of the two files are what they were, wherever the sound is laid.
    const { driftPpm } = found;
    expect(mended).toMatchObject({ method: 'by hand', status: 'proposed', driftPpm });
    const laid = onRecorder.atSample - onCamera.atSample * (1 + driftPpm * 1e-6);
    expect(Math.abs(mended.offsetSamplesAt48k - laid)).toBeLessThan(0.01);
    expect(Math.abs(mended.offsetSamplesAt48k - found.offsetSamplesAt48k)).toBeLessThan(2);
  });

  test('the place that sync had found is taken back whole, and once however quickly it is pressed twice', async () => {
    const laid = await matchOf('A001C003');
    const [before] = readEvidence(laid.evidence).alternatives;
    await ui.review.getByRole('button', { name: 'Take place 1' }).dblclick();
    await ui.option('A001C003, matched to 13T01, 99 % sure').waitFor();
    const { seq } = await document();
    const found = await matchOf('A001C003');
    expect(found.offsetSamplesAt48k).toBe(before!.offsetSamplesAt48k);
    expect(found.method).toContain('waveform');
    await ui.list.focus();
    await press('Control+z');
    await ui.option('A001C003, matched to 13T01, by hand').waitFor();
    expect((await document()).seq).toBe(seq + 1);
    expect(await matchOf('A001C003')).toEqual(laid);
  });

  test('a clip that nobody recorded says why, may be laid somewhere by hand all the same, and is rejected', async () => {
    await ui.option('B001C003').click();
    await expect
      .poll(async () => (await ui.review.locator('.detail-reason').innerText()).length, PATIENCE)
      .toBeGreaterThan(10);
    if (readEvidence((await matchOf('B001C003')).evidence).alternatives.length > 0) {
      await ui.review.getByRole('region', { name: 'Other places' }).getByRole('button').first().click();
      await ui.review.getByText('Shown is another place that fits').waitFor();
      await ui.allDrawn();
      await journey.screenshot('review-another-place');
      await ui.review.getByRole('button', { name: 'Back', exact: true }).click();
    }
    await press('h');
    await ui.review.getByRole('combobox', { name: 'Recorder file' }).selectOption({ label: '13T02' });
    await ui.allDrawn();
    const box = (await ui.trace.boundingBox())!;
    await journey.page.mouse.click(box.x + box.width * 0.3, box.y + box.height * 0.25);
    await press('m');
    await journey.page.mouse.click(box.x + box.width * 0.6, box.y + box.height * 0.75);
    await press('m');
    await expect.poll(async () => (await document()).rows('source_mark').length, PATIENCE).toBe(4);
    await ui.review.getByText('The two marks will fall together.').waitFor();
    await press('Shift+Enter');
    await ui.option('B001C003, matched to 13T02').waitFor();
    await press('Delete');
    await expect.poll(async () => (await matchOf('B001C003')).status, PATIENCE).toBe('rejected');
  });

  test('all that are sure enough are accepted as one step, with the drift dealt with as chosen', async () => {
    const { page } = journey;
    await ui.review.getByLabel('What to do with drift').selectOption({ label: 'Resample a copy' });
    await ui.review.getByLabel('Accept what is at least so sure').fill('80');
    // What was laid by hand has no confidence to be accepted by.
    await ui.option('A001C003').click();
    await ui.review.getByRole('button', { name: 'Accept this result' }).click();
    await ui.review.getByText('6 to review · 0 unmatched · 1 accepted').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    const byHand = (await document()).rows('clip').length;
    await ui.review.getByRole('button', { name: 'Accept 6' }).click();
    await ui.review.getByText('0 to review · 0 unmatched · 7 accepted').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    const view = await document();
    expect(view.rows('picture_clip')).toHaveLength(7);
    const truth = await readDemoTruth(DEMO_SHOOT);
    for (const pair of truth.pairs) {
      const match = await matchOf(pair.camera);
      const clips = view.rows('clip').filter(({ syncMatchId }) => syncMatchId === match.id);
      expect(clips.length).toBeGreaterThan(0);
      const heard = view.rows('source').find(({ id }) => id === clips[0]!.sourceId)!;
      if (Math.abs(match.driftPpm) > 1) expect(heard.derivedFromId).toBe(match.recorderSourceId);
    }
    await journey.screenshot('review-accepted');
    await press('Control+z');
    await expect.poll(async () => (await document()).rows('clip').length, PATIENCE).toBe(byHand);
    await ui.review.getByText('6 to review · 0 unmatched · 1 accepted').waitFor();
    await press('Control+Shift+z');
    await expect.poll(async () => (await document()).rows('clip').length, PATIENCE).toBe(view.rows('clip').length);
    await press('Shift+M');
    await page.getByRole('region', { name: 'Timeline' }).waitFor();
    await journey.screenshot('review-timeline');
  });

  test('nothing went wrong in the page on the way', () => expect(journey.pageErrors).toEqual([]));
});

/** Makes a shooting day with known damage; says loudly why it cannot be made here, or null when it was. */
function generateDay(folder: string, seed: number, bins: string): string | null {
  const generator = join(ROOT, '../shared/sync/gen.py');
  if (!existsSync(generator)) return `there is no ${generator}`;
  try {
    const options = ['--seed', String(seed), '--out', folder, '--only', bins];
    execFileSync('python3', [generator, ...options], { stdio: 'pipe', timeout: 200_000 });
    return null;
  } catch (error) {
    return `the generator did not run: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

describe.skipIf(whyNoJourney() !== null)('a generated day with known damage', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let ui: ReturnType<typeof reviewOf>;
  let why: string | null = null;

  beforeAll(async () => {
    journey = await startJourney({ name: 'sync-review-day', widthPixels: 1366, heightPixels: 768 });
    connection = await connectBeside(journey);
    why = generateDay(join(journey.folder, 'day'), 41, 'dropout,ltc,drift1');
    if (why) {
      console.warn(`\nGENERATED DAY SKIPPED: ${why}. Lost samples and distance were not looked at in a browser.\n`);
      return;
    }
    ui = reviewOf(journey);
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  test('shows each clip as it is decided; cancelled half-way it keeps those, and goes on with the others', async ({
    skip,
  }) => {
    if (why) skip(why);
    const { page } = journey;
    await importDay(journey, connection, [join(journey.folder, 'day')]);
    const cameras = (await readDocument(connection)).rows('source').filter(({ role }) => role === 'camera').length;
    const results = async () => (await readDocument(connection)).rows('sync_match').map(({ id }) => id);
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    await ui.list.getByRole('option').first().waitFor({ timeout: 120_000 });
    // A quick machine may have decided all of so small a day with its first results; then there is nothing to cancel.
    const cancel = ui.review.getByRole('button', { name: 'Cancel' });
    await expect
      .poll(async () => (await cancel.isVisible()) || (await results()).length === cameras, { timeout: 120_000 })
      .toBe(true);
    if (await cancel.isVisible()) {
      const progress = ui.review.getByText(new RegExp(`^\\d+ of ${cameras}, \\d+ unmatched`));
      if (await progress.isVisible()) await cancel.click({ timeout: 2000 }).catch(() => {});
    }
    await expectJobsEnded(connection);
    const kept = await results();
    expect(kept.length).toBeGreaterThan(0);
    await journey.screenshot('review-half-way');
    if (kept.length < cameras)
      await ui.review.getByRole('button', { name: `Go on with ${cameras - kept.length}` }).click();
    await expect.poll(async () => (await results()).length, { timeout: 120_000 }).toBe(cameras);
    await expectJobsEnded(connection);
    expect(await results()).toEqual(expect.arrayContaining(kept));
  });

  test('says in the docked list how each match was made, on a small screen and on a large one', async ({ skip }) => {
    if (why) skip(why);
    const { page } = journey;
    const isWhole = (selector: string) =>
      page.locator(`.review-row[data-status="proposed"] ${selector}`).evaluateAll((cells) =>
        cells.map((cell) => {
          const row = cell.closest('.review-row')!.getBoundingClientRect();
          const box = cell.getBoundingClientRect();
          const fits = cell.scrollWidth <= cell.clientWidth && cell.scrollHeight <= cell.clientHeight;
          return box.width > 20 && box.height > 10 && box.left >= row.left && box.right <= row.right && fits;
        }),
      );
    const sizes = [
      [1920, 1080],
      [1366, 768],
    ] as const;
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await ui.allDrawn();
      await journey.screenshot(`review-docked-${width}`);
      const told = await isWhole('.review-how');
      expect(told.length).toBeGreaterThan(0);
      expect(new Set(told)).toEqual(new Set([true]));
    }
  });

  test('shows where a camera lost samples, how many, and goes there', async ({ skip }) => {
    if (why) skip(why);
    const { page } = journey;
    const view = await readDocument(connection);
    const broken = view.rows('sync_match').find((match) => readEvidence(match.evidence).segments.length > 1)!;
    expect(broken).toBeDefined();
    const joint = readEvidence(broken.evidence).segments[1]!;
    const camera = view.rows('source').find(({ id }) => id === broken.cameraSourceId)!;
    await ui.option(camera.name).click();
    await page.keyboard.press('Shift+M');
    await ui.review
      .getByRole('button', { name: /^[\d,]+ samples \([\d.]+ ms\) (lost|repeated) at / })
      .first()
      .click();
    await expect.poll(() => ui.told('place'), PATIENCE).toBeCloseTo(joint.fromSeconds, 2);
    await ui.allDrawn();
    await journey.screenshot('review-lost-samples');
    await page.getByRole('button', { name: 'Accept this result' }).click();
    await ui.review.getByText('1 accepted').waitFor({ timeout: 120_000 });
    await expectJobsEnded(connection);
    const after = await readDocument(connection);
    const placed = after.rows('clip').filter(({ syncMatchId }) => syncMatchId === broken.id);
    const starts = new Set(placed.map(({ startSample }) => startSample));
    expect(starts.size).toBeGreaterThan(1);
    // The camera is in two pieces as well: its picture and its scratch part at one sample.
    const pictures = after.rows('picture_clip').filter(({ pictureId }) => pictureId === camera.pictureId);
    const scratch = after.rows('clip').filter(({ sourceId }) => sourceId === camera.id);
    const joints = [pictures, scratch].map((pieces) =>
      pieces.map(({ startSample }) => startSample).sort((a, b) => a - b),
    );
    expect(joints[0]!.length).toBeGreaterThan(1);
    expect(joints[1]).toEqual(joints[0]);
    await page.keyboard.press('Shift+M');
    await journey.screenshot('review-lost-samples-accepted');
  });

  test('tells the distance of a camera from an error of sync, and follows which is chosen', async ({ skip }) => {
    if (why) skip(why);
    const { page } = journey;
    const view = await readDocument(connection);
    const timed = view
      .rows('sync_match')
      .find((match) => match.method.includes('waveform') && readEvidence(match.evidence).acousticDelayMs !== null)!;
    expect(timed).toBeDefined();
    const camera = view.rows('source').find(({ id }) => id === timed.cameraSourceId)!;
    await ui.option(camera.name).click();
    const facts = ui.review.getByRole('region', { name: 'Offset and drift' });
    await facts.getByText(/The camera heard it later: about \d+(\.\d+)? m farther away/).waitFor();
    await ui.allDrawn();
    await journey.screenshot('review-distance');
    const follows = async () =>
      (await readDocument(connection)).rows('sync_match').find(({ id }) => id === timed.id)!.followsClock;
    await facts.getByRole('button', { name: 'Follow timecode' }).click();
    await expect.poll(follows, PATIENCE).toBeTruthy();
    await facts.getByRole('button', { name: 'Follow timecode', pressed: true }).waitFor();
    await page.keyboard.press('k');
    await expect.poll(follows, PATIENCE).toBeFalsy();
    expect(journey.pageErrors).toEqual([]);
  });
});
