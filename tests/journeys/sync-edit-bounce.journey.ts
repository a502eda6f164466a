import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compareWithTruth } from '../../src-main/demo/compare-with-truth.ts';
import { readDemoTruth } from '../../src-main/demo/demo-shoot.ts';
import type { ExpandedShoot } from '../../src-main/demo/expand-demo-shoot.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { frameToSample } from '../../src-shared/time/frame-rate.ts';
import type { HostConnection } from '../support/host-client.ts';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { runCli } from '../support/run-cli.ts';
import { meanBrightness, waveformHeights } from '../support/screenshot-pixels.ts';
import { channelSamples, largestDifference, openWave } from '../support/sound-file.ts';
import {
  clipBox,
  clipCell,
  clipLabels,
  connectBeside,
  correlation,
  counterText,
  DEMO_SHOOT,
  type DocumentView,
  dragMouse,
  dropFiles,
  expandCards,
  expectCommit,
  expectJobsEnded,
  expectScreenShowsDocument,
  finishedJob,
  PATIENCE,
  pixelsOf,
  readDocument,
  shownFrame,
  timeline,
} from '../support/workstation.ts';

const RATE = { numerator: 24000, denominator: 1001, drop: false } as const;
const FRAME_SAMPLES = 2002;
/** 01:00:00:00 at 24000/1001 frames, as samples since midnight: frames are counted, not seconds. */
const START_SAMPLES = frameToSample(86_400, RATE, 48_000);

/** From cards to a bounced reel, with the mouse, as a dialogue editor would on the first morning. */
describe.skipIf(whyNoJourney() !== null)('from cards to a synced, edited, bounced reel', () => {
  skipAfterFailure();
  let journey: Journey;
  let connection: HostConnection;
  let shoot: ExpandedShoot;
  let projectFolder = '';

  beforeAll(async () => {
    journey = await startJourney({ name: 'sync-edit-bounce' });
    connection = await connectBeside(journey);
    shoot = await expandCards(join(journey.folder, 'cards'));
    projectFolder = join(journey.folder, 'Reel 1');
  });
  afterAll(async () => {
    connection?.close();
    await journey?.end();
  });

  const document = () => readDocument(connection);

  /** The clip of a camera's place on a track: the `index`th there. */
  function clipOn(view: DocumentView, trackName: string, index: number): ClipRow {
    const track = view.rows('track').find(({ name }) => name === trackName)!;
    const clips = view.rows('clip').filter(({ trackId }) => trackId === track.id);
    return clips.sort((a, b) => a.startSample - b.startSample)[index]!;
  }

  async function selectByMouse(clipId: number): Promise<void> {
    const box = await clipBox(journey.page, clipId);
    await journey.page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.8);
    await expect.poll(() => clipCell(journey.page, clipId).getAttribute('aria-selected'), PATIENCE).toBe('true');
  }

  async function showWholeReel(): Promise<void> {
    await timeline(journey.page).getByRole('button', { name: 'Zoom to the whole programme' }).click();
    await expectScreenShowsDocument(journey.page, await document());
  }

  /** Selects a clip and makes it fill the timeline. Gives its box. */
  async function zoomToClip(clipId: number) {
    await showWholeReel();
    await selectByMouse(clipId);
    await journey.page.keyboard.press('z');
    const width = (await journey.page.locator('.timeline-stage').boundingBox())!.width;
    await expect
      .poll(
        async () => Math.abs(((await clipCell(journey.page, clipId).boundingBox())?.width ?? 0) / width - 0.92),
        PATIENCE,
      )
      .toBeLessThan(0.01);
    return clipBox(journey.page, clipId);
  }

  /**
   * Makes one edit, holds document and screen against what it must have done, undoes it by key, finds the document as it
   * was, does it again, finds it as it was after the edit.
   */
  async function edit(
    act: () => Promise<unknown>,
    check: (before: DocumentView, after: DocumentView) => unknown,
    keep = false,
  ): Promise<DocumentView> {
    const { page } = journey;
    const before = await document();
    await act();
    await expectCommit(page, connection, before.seq + 1);
    const after = await document();
    await check(before, after);
    await showWholeReel();
    const step = async (keys: string, wanted: DocumentView) => {
      const { seq } = await document();
      await page.keyboard.press(keys);
      await expectCommit(page, connection, seq + 1);
      const now = await document();
      expect(now.rows('clip')).toEqual(wanted.rows('clip'));
      await expectScreenShowsDocument(page, now);
    };
    await step('Control+z', before);
    await step('Control+Shift+z', after);
    if (!keep) await step('Control+z', before);
    return keep ? after : before;
  }

  const byId = (view: DocumentView, id: number) => view.rows('clip').find((clip) => clip.id === id)!;

  test('a project is made in the dialog with its name, place, rates and start', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Reel 1');
    await page.getByLabel('Place').fill(journey.folder);
    await page.getByLabel('Frame rate').selectOption('23.976');
    await page.getByLabel('Sample rate').selectOption({ label: '48 kHz' });
    await page.getByLabel('Start timecode').fill('01:00:00:00');
    await journey.screenshot('journey-new-project');
    await page.getByRole('button', { name: 'Create' }).click();
    await timeline(page).waitFor();
    expect(await counterText(page)).toMatch(/^01:00:00:00/);
    await page.locator('.counter').getByText('23.976').waitFor();
    await page.locator('.counter').getByText('48 kHz').waitFor();
    expect(existsSync(join(projectFolder, 'Reel 1.twopop'))).toBe(true);
    expect((await document()).rows('project')).toMatchObject([
      { name: 'Reel 1', frameRateNumerator: 24000, frameRateDenominator: 1001, sampleRate: 48000, startFrame: 86400 },
    ]);
  });

  test('whole cards are dropped; a bad file is named with what to do, and the rest are imported', async () => {
    const { page } = journey;
    const bad = join(journey.folder, 'NOTES.wav');
    writeFileSync(bad, 'These are the notes of the day, renamed by mistake.\n'.repeat(20));
    await page.getByText('Drop camera clips, recorder files or whole cards').waitFor();
    await dropFiles(page, [...shoot.cardFolders, bad], { x: 700, y: 500 });
    await finishedJob(page, 'Import').waitFor({ timeout: 180_000 });
    const failed = page.locator('article.job li[data-state="failed"]');
    await expect.poll(() => failed.count(), PATIENCE).toBe(1);
    const said = await failed.innerText();
    expect(said).toContain('NOTES.wav');
    expect(said).toMatch(/not a sound or picture file/);
    expect(said).toMatch(/Check that/);
    const bin = page.getByRole('listbox', { name: 'Sources' });
    await expect.poll(() => bin.getByRole('option').count(), PATIENCE).toBe(13);
    await bin
      .getByRole('option', {
        name: /^12T02, recorder, 10:15:31:12, length 00:00:29:01, 4 channels, scene and take 12 \/ 2, circled/,
      })
      .waitFor();
    await bin.getByRole('option', { name: /^A001C001, camera, 10:12:10:07/ }).waitFor();
    await bin.getByRole('option', { name: /^B001C001, camera, no timecode/ }).waitFor();
    const sources = (await document()).rows('source');
    expect(sources).toHaveLength(12);
    for (const source of sources) expect(existsSync(join(projectFolder, source.path))).toBe(true);
    await journey.screenshot('journey-imported');
    await page.keyboard.press('Escape');
  });

  test('sync finds every pair within a millisecond, and says why a clip has none', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Sync', exact: true }).click();
    const review = page.getByRole('region', { name: 'Sync review' });
    await review.getByText('7 to review · 1 unmatched').waitFor({ timeout: 120_000 });
    const view = await document();
    const truth = await readDemoTruth(DEMO_SHOOT);
    const verdicts = compareWithTruth(truth, {
      sources: view.rows('source'),
      pictures: view.rows('picture'),
      matches: view.rows('sync_match'),
    });
    expect(verdicts).toHaveLength(truth.pairs.length + truth.unmatched.length);
    for (const verdict of verdicts) expect(verdict).toMatchObject({ right: true });
    // What a person reads is what was found: offset to the sample, drift to a tenth of a ppm.
    for (const pair of truth.pairs) {
      const row = review.getByRole('option', { name: new RegExp(`^${pair.camera}, matched to ${pair.recorder}, `) });
      await row.scrollIntoViewIfNeeded();
      const text = await row.innerText();
      const offset = Number(/([+−][\d,]+) smp/.exec(text)![1]!.replace(/,/g, '').replace('−', '-'));
      expect(Math.abs(offset - pair.offsetSamples)).toBeLessThan(48);
      const drift = Number(/([+−][\d.]+) ppm/.exec(text)![1]!.replace('−', '-'));
      expect(Math.abs(drift - pair.driftPpm)).toBeLessThan(2);
    }
    const unmatched = review.getByRole('option', { name: /^B001C003, not matched: \S.*, unmatched$/ });
    await unmatched.scrollIntoViewIfNeeded();
    await review.getByText('No sound (MOS), so nothing to sync: A001C006').waitFor();
    await journey.screenshot('journey-review');
  });

  test('accepting all is one step: picture, scratch and a track for each microphone', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Accept 7' }).click();
    await page.getByText('0 to review · 1 unmatched · 7 accepted').waitFor();
    await page.getByRole('button', { name: 'Close the review' }).click();
    let view = await document();
    expect(
      view
        .rows('track')
        .sort((a, b) => a.position - b.position)
        .map(({ name }) => name),
    ).toEqual(['Scratch', 'Boom', 'MARA', 'THEO', 'Mix']);
    expect(view.rows('clip')).toHaveLength(35);
    expect(view.rows('picture_clip')).toHaveLength(7);
    for (const name of ['Scratch', 'Boom', 'MARA', 'THEO', 'Mix'])
      await page.getByRole('group', { name: `Track ${name}`, exact: true }).waitFor();
    await showWholeReel();
    await page.getByRole('button', { name: 'Undo Accept 7 sync matches' }).click();
    await expect.poll(async () => (await document()).rows('clip').length, PATIENCE).toBe(0);
    await expect.poll(() => clipLabels(page), PATIENCE).toEqual([]);
    await page.getByRole('button', { name: 'Redo Accept 7 sync matches' }).click();
    await expect.poll(async () => (await document()).rows('clip').length, PATIENCE).toBe(35);
    view = await document();
    await showWholeReel();
    const labels = await clipLabels(page);
    expect(labels).toContain('clip 12T01, in 01:00:00:00 to out 01:00:24:18 +700 smp, track Boom');
    expect(labels).toContain('clip A001C001, in 01:00:00:00 to out 01:00:24:18 +700 smp, track Scratch');
    await expectJobsEnded(connection);
    await expect.poll(() => page.locator('.picture-screen').getAttribute('data-frame'), PATIENCE).toBe('0');
    await journey.screenshot('journey-timeline');
  });

  test('the waveform on the screen is that of the recorder file, loud where someone speaks', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'MARA', 0);
    const box = await zoomToClip(clip.id);
    const source = (await document()).rows('source').find(({ id }) => id === clip.sourceId)!;
    const wave = await openWave(join(projectFolder, source.path));
    const samples = await channelSamples(wave, clip.sourceChannel, clip.sourceInSample, clip.lengthSamples);
    const columns = Math.floor(box.width) - 24;
    const wanted = Array.from({ length: columns }, (_, column) => {
      const from = Math.floor(((column + 12) / box.width) * samples.length);
      const to = Math.floor(((column + 13) / box.width) * samples.length);
      let peak = 0;
      for (let at = from; at < to; at++) peak = Math.max(peak, Math.abs(samples[at]!));
      return peak;
    });
    // The body of the clip: below its name, free of the edges and of the handles of its fades.
    const body = { x: box.x + 12, y: box.y + 26, width: columns, height: box.height - 30 };
    await expect
      .poll(async () => {
        const pixels = await pixelsOf(page, body);
        const heights = waveformHeights(pixels, { x: 0, y: 0, width: pixels.width, height: pixels.height });
        return correlation(heights.slice(0, columns - 1), wanted.slice(0, columns - 1));
      }, PATIENCE)
      .toBeGreaterThan(0.9);
    await journey.screenshot('journey-waveform');
    await showWholeReel();
  });

  test('zooms from the whole reel to single samples and back', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'Boom', 0);
    const source = (await document()).rows('source').find(({ id }) => id === clip.sourceId)!;
    const wave = await openWave(join(projectFolder, source.path));
    const spoken = await channelSamples(wave, clip.sourceChannel, clip.sourceInSample, clip.lengthSamples);
    // The loudest start of a frame: a place that can be typed.
    let loudest = 1;
    let level = 0;
    for (let frame = 24; frame < 560; frame++) {
      let sum = 0;
      for (let at = 0; at < 40; at++) sum += Math.abs(spoken[frameToSample(frame, RATE, 48_000) + at]!);
      if (sum > level) [loudest, level] = [frame, sum];
    }
    const second = Math.floor(loudest / 24);
    const label = `01:00:${String(second).padStart(2, '0')}:${String(loudest % 24).padStart(2, '0')}`;
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    await page.getByLabel('Go to timecode').fill(label);
    await page.keyboard.press('Enter');
    await expect.poll(() => counterText(page), PATIENCE).toBe(`${label}.00`);
    await page.keyboard.press('Control+Shift+Equal');
    const stage = (await page.locator('.timeline-stage').boundingBox())!;
    // A sample is some 15 pixels wide here, so the cursor's dot and those after it lie at known places.
    const cell = await clipCell(page, clip.id).boundingBox();
    const half = Math.round(stage.width / 32);
    const pixelsPerSample = (stage.width * 0.92) / (2 * half);
    expect(pixelsPerSample).toBeGreaterThan(8);
    const cursorX = stage.x + stage.width * 0.5;
    const body = { y: cell!.y + 15, height: cell!.height - 18 };
    const shown = () =>
      Promise.resolve().then(async () => {
        const pixels = await pixelsOf(page, {
          x: cursorX,
          y: body.y,
          width: 20 * pixelsPerSample,
          height: body.height,
        });
        return Array.from({ length: 18 }, (_, sample) => {
          const x = Math.round((sample + 1) * pixelsPerSample);
          // The dot is the brightest run of the column; its middle is the sample's height.
          const bright: number[] = [];
          let top = 0;
          for (let y = 0; y < pixels.height; y++) {
            const at = (y * pixels.width + x) * 3;
            const light = pixels.rgb[at]! + pixels.rgb[at + 1]! + pixels.rgb[at + 2]!;
            bright.push(light);
            top = Math.max(top, light);
          }
          const rows = bright.flatMap((light, y) => (light > top * 0.9 ? [y] : []));
          return -(rows.reduce((sum, y) => sum + y, 0) / rows.length);
        });
      });
    const at = frameToSample(loudest, RATE, 48_000);
    const wanted = Array.from({ length: 18 }, (_, sample) => spoken[at + sample + 1]!);
    await expect.poll(async () => correlation(await shown(), wanted), PATIENCE).toBeGreaterThan(0.9);
    await journey.screenshot('journey-samples');
    await showWholeReel();
    expect(await clipLabels(page)).toHaveLength(35);
  });

  test('clicks, Shift-clicks and rubber bands select', async () => {
    const { page } = journey;
    const view = await document();
    const [first, second] = [clipOn(view, 'Boom', 0), clipOn(view, 'MARA', 1)];
    const selected = () => page.locator('.timeline-grid-cell[aria-selected="true"]').count();
    await selectByMouse(first.id);
    expect(await selected()).toBe(1);
    const box = await clipBox(page, second.id);
    await page.keyboard.down('Shift');
    await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.8);
    await page.keyboard.up('Shift');
    await expect.poll(selected, PATIENCE).toBe(2);
    const empty = await clipBox(page, clipOn(view, 'Mix', 6).id);
    const from = { x: empty.x + empty.width + 30, y: empty.y + empty.height + 20 };
    await dragMouse(page, from, { x: empty.x + 5, y: box.y + 5 });
    await expect.poll(selected, PATIENCE).toBe(3);
    await page.keyboard.press('Escape');
    await expect.poll(selected, PATIENCE).toBe(0);
  });

  test('a clip is dragged by whole frames, with the distance kept to the sample', async () => {
    const view = await document();
    const clip = clipOn(view, 'MARA', 6);
    await edit(
      async () => {
        const box = await zoomToClip(clip.id);
        await journey.page.keyboard.press('Minus');
        const narrow = await clipBox(journey.page, clip.id);
        expect(narrow.width).toBeLessThan(box.width);
        const from = { x: narrow.x + narrow.width / 2, y: narrow.y + narrow.height * 0.8 };
        await dragMouse(journey.page, from, { x: from.x + 60, y: from.y });
      },
      (before, after) => {
        const moved = byId(after, clip.id).startSample - byId(before, clip.id).startSample;
        expect(moved).toBeGreaterThan(0);
        expect(moved % FRAME_SAMPLES).toBe(0);
        expect(byId(after, clip.id).lengthSamples).toBe(clip.lengthSamples);
      },
    );
  });

  test('an edge is trimmed, and snaps to a frame; without snap it is free', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'Boom', 0);
    const drag = (pixels: number) => async () => {
      const box = await zoomToClip(clip.id);
      const from = { x: box.x + 2, y: box.y + box.height * 0.8 };
      await dragMouse(page, from, { x: from.x + pixels, y: from.y });
    };
    await edit(drag(101), (_, after) => {
      const trimmed = byId(after, clip.id);
      expect(trimmed.startSample).toBeGreaterThan(clip.startSample);
      expect(trimmed.startSample % FRAME_SAMPLES).toBe(0);
      expect(trimmed.sourceInSample - clip.sourceInSample).toBe(trimmed.startSample - clip.startSample);
      expect(trimmed.startSample + trimmed.lengthSamples).toBe(clip.startSample + clip.lengthSamples);
    });
    const snap = timeline(page).getByRole('button', { name: 'Snap', exact: true });
    await snap.click();
    expect(await snap.getAttribute('aria-pressed')).toBe('false');
    await edit(drag(101), (_, after) => expect(byId(after, clip.id).startSample % FRAME_SAMPLES).not.toBe(0));
    await snap.click();
    expect(await snap.getAttribute('aria-pressed')).toBe('true');
  });

  test('a clip is split by the split tool', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'THEO', 0);
    await edit(
      async () => {
        const box = await zoomToClip(clip.id);
        await timeline(page).getByRole('radio', { name: 'Split tool' }).click();
        await page.mouse.click(box.x + box.width / 2, box.y + box.height * 0.6);
      },
      (before, after) => {
        expect(after.rows('clip')).toHaveLength(before.rows('clip').length + 1);
        const left = byId(after, clip.id);
        const right = after.rows('clip').find(({ id }) => !byId(before, id))!;
        expect(left.lengthSamples + right.lengthSamples).toBe(clip.lengthSamples);
        expect(right.startSample).toBe(left.startSample + left.lengthSamples);
        expect(right.sourceInSample).toBe(left.sourceInSample + left.lengthSamples);
        expect(right.startSample % FRAME_SAMPLES).toBe(0);
      },
    );
    await timeline(page).getByRole('radio', { name: 'Smart tool' }).click();
  });

  test('the sound is slipped under a clip whose edges stay', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'THEO', 0);
    await edit(
      async () => {
        const box = await zoomToClip(clip.id);
        await timeline(page).getByRole('radio', { name: 'Slip tool' }).click();
        const from = { x: box.x + box.width / 2, y: box.y + box.height * 0.6 };
        await dragMouse(page, from, { x: from.x + 24, y: from.y });
      },
      (_, after) => {
        const slipped = byId(after, clip.id);
        expect(slipped).toEqual({ ...clip, sourceInSample: slipped.sourceInSample });
        expect(slipped.sourceInSample).toBeLessThan(clip.sourceInSample);
      },
    );
    await timeline(page).getByRole('radio', { name: 'Smart tool' }).click();
  });

  test('fades and gain are drawn by their handles; delete takes a clip away', async () => {
    const { page } = journey;
    const clip = clipOn(await document(), 'Boom', 0);
    await edit(
      async () => {
        const box = await zoomToClip(clip.id);
        const from = { x: box.x + 4, y: box.y + 19 };
        await dragMouse(page, from, { x: from.x + 80, y: from.y });
      },
      (_, after) => expect(byId(after, clip.id).fadeInSamples).toBeGreaterThan(FRAME_SAMPLES),
      true,
    );
    await edit(
      async () => {
        const box = await zoomToClip(clip.id);
        await timeline(page).getByRole('radio', { name: 'Gain tool' }).click();
        const from = { x: box.x + box.width / 2, y: box.y + box.height * 0.5 };
        await dragMouse(page, from, { x: from.x, y: from.y + 18 });
      },
      (_, after) => expect(byId(after, clip.id).gainDb).toBeCloseTo(-6, 5),
      true,
    );
    await timeline(page).getByRole('radio', { name: 'Smart tool' }).click();
    await showWholeReel();
    await selectByMouse(clip.id);
    await expect.poll(() => page.getByLabel('Clip gain').inputValue(), PATIENCE).toMatch(/^−6(\.0)? dB/);
    await journey.screenshot('journey-edited');
    const gone = clipOn(await document(), 'THEO', 3);
    await edit(
      async () => {
        await selectByMouse(gone.id);
        await page.keyboard.press('Delete');
      },
      (before, after) => {
        expect(byId(after, gone.id)).toBeUndefined();
        expect(after.rows('clip')).toHaveLength(before.rows('clip').length - 1);
      },
      true,
    );
  });

  test('the command line shows the same document while the window holds it', async () => {
    const shown = await runCli(['show', projectFolder, '--json'], { home: join(journey.folder, 'other-home') });
    expect(shown.code).toBe(0);
    const { seq, tables } = shown.json<{
      seq: number;
      tables: Record<string, unknown[]>;
    }>();
    const view = await document();
    expect(seq).toBe(view.seq);
    expect(tables.clip).toEqual(view.rows('clip'));
    expect(tables.track).toEqual(view.rows('track'));
  });

  test('the picture is the frame under the cursor, frame by frame, with the flash on the clap', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Timecode, click to type where to go' }).click();
    // The sticks meet in frame 88 of A001C001, which starts the reel.
    await page.getByLabel('Go to timecode').fill('01:00:03:14');
    await page.keyboard.press('Enter');
    const brightness: number[] = [];
    for (let frame = 86; frame <= 90; frame++) {
      await expect.poll(() => shownFrame(page), PATIENCE).toEqual({ frame, litCell: frame % 24 });
      const box = (await page.locator('.picture-screen canvas').boundingBox())!;
      brightness.push(meanBrightness(await pixelsOf(page, box), { ...box, x: 0, y: 0 }));
      if (frame === 88) await journey.screenshot('journey-flash');
      await page.keyboard.press('ArrowRight');
    }
    const flash = brightness[2]!;
    for (const other of [0, 1, 3, 4]) expect(flash).toBeGreaterThan(brightness[other]! * 1.4);
  });

  test('playing moves the counter, the picture follows, and J, K and L shuttle', async () => {
    const { page } = journey;
    const frameOf = (text: string) => {
      const [, , seconds, rest] = text.split(':');
      return Number(seconds) * 24 + Number.parseInt(rest!, 10);
    };
    const pause = async () => {
      await page.keyboard.press('k');
      await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
    };
    /** Counter and picture are drawn at the next refresh each: the fact is that they come to agree. */
    const expectPictureUnderCounter = async () => {
      let frame = -1;
      await expect
        .poll(async () => {
          frame = frameOf(await counterText(page));
          const shown = await shownFrame(page);
          return shown.frame === frame && shown.litCell === frame % 24;
        }, PATIENCE)
        .toBe(true);
      return frame;
    };
    await page.getByRole('button', { name: 'Go to the start', exact: true }).click();
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => counterText(page), PATIENCE).toMatch(/^01:00:0[2-9]/);
    const seen = await page.evaluate(async () => {
      const frames: { shown: number; wanted: number }[] = [];
      for (let count = 0; count < 40; count++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        const [, , seconds = '0', rest = '0'] = window.document
          .querySelector('.counter-timecode')!
          .textContent!.split(':');
        const shown = Number((window.document.querySelector('.picture-screen') as HTMLElement).dataset.frame);
        frames.push({ shown, wanted: Number(seconds) * 24 + Number.parseInt(rest, 10) });
      }
      return frames;
    });
    await journey.screenshot('journey-playing');
    await pause();
    // How late a picture is while playing is the machine's; that it goes along is ours.
    expect(new Set(seen.map(({ shown }) => shown)).size).toBeGreaterThan(3);
    const late = seen.map(({ shown, wanted }) => wanted - shown).sort((a, b) => a - b);
    expect(Math.abs(late[20]!)).toBeLessThanOrEqual(12);
    const stopped = await expectPictureUnderCounter();
    await page.keyboard.press('l');
    await page.keyboard.press('l');
    await page.locator('.transport-speed', { hasText: '2×' }).waitFor();
    await expect.poll(async () => frameOf(await counterText(page)), PATIENCE).toBeGreaterThan(stopped + 12);
    await pause();
    const further = frameOf(await counterText(page));
    await page.keyboard.press('j');
    await expect.poll(async () => frameOf(await counterText(page)), PATIENCE).toBeLessThan(further - 6);
    await pause();
    await expectPictureUnderCounter();
  });

  test('the reel is bounced to a stereo 24-bit BWF that knows where it starts', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Bounce', exact: true }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Reel 1 mix');
    await journey.screenshot('journey-bounce');
    await page.getByRole('dialog').getByRole('button', { name: 'Bounce', exact: true }).click();
    await finishedJob(page, 'Reel 1 mix').waitFor({ timeout: 120_000 });
    const path = join(projectFolder, 'Bounces', 'Reel 1 mix.wav');
    const wave = await openWave(path);
    const view = await document();
    const ends = [...view.rows('clip'), ...view.rows('picture_clip')].map(
      (clip) => clip.startSample + clip.lengthSamples,
    );
    expect(wave.frames).toBe(Math.max(...ends));
    expect(wave.format).toMatchObject({ format: 's24', channelCount: 2, sampleRate: 48_000 });
    expect(wave.bext?.timeReference).toBe(START_SAMPLES);
    expect(wave.metadata).toMatchObject({ trackNames: ['Master L', 'Master R'], frameRate: RATE });
    const probed = await runCli(['probe', path, '--json'], { home: join(journey.folder, 'other-home') });
    expect(probed.json<unknown[]>()).toMatchObject([
      {
        container: 'bwf',
        sampleRate: 48_000,
        bitsPerSample: 24,
        channels: 2,
        startTimecode: '01:00:00:00',
        frameRate: '24000/1001',
      },
    ]);
  });

  test('every track is bounced into one 32-bit float poly, each sample at its place', async () => {
    const { page } = journey;
    await page.getByRole('button', { name: 'Bounce', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Reel 1 tracks');
    await dialog.getByLabel('Contents').selectOption('tracks');
    await dialog.getByLabel('Layout').selectOption('poly');
    await dialog.getByLabel('Format').selectOption('f32');
    await dialog.getByRole('button', { name: 'Bounce', exact: true }).click();
    await finishedJob(page, 'Reel 1 tracks').waitFor({ timeout: 120_000 });
    await journey.screenshot('journey-bounced');
    const bounced = await openWave(join(projectFolder, 'Bounces', 'Reel 1 tracks_TRACKS.wav'));
    const view = await document();
    const names = bounced.metadata.trackNames!;
    expect(names).toEqual(expect.arrayContaining(['Boom', 'MARA', 'THEO']));
    expect(bounced.format).toMatchObject({ format: 'f32', channelCount: names.length });
    expect(bounced.bext?.timeReference).toBe(START_SAMPLES);
    const sourceOf = (clip: ClipRow) => view.rows('source').find(({ id }) => id === clip.sourceId)!;
    async function compare(clip: ClipRow, trackName: string): Promise<number> {
      const fade = Math.max(clip.fadeInSamples, clip.fadeOutSamples) + 1;
      const length = Math.min(600_000, clip.lengthSamples - 2 * fade);
      const wave = await openWave(join(projectFolder, sourceOf(clip).path));
      const from = await channelSamples(wave, clip.sourceChannel, clip.sourceInSample + fade, length);
      const to = await channelSamples(bounced, names.indexOf(trackName), clip.startSample + fade, length);
      const gain = 10 ** (clip.gainDb / 20);
      expect(to.some((value) => Math.abs(value) > 0.01)).toBe(true);
      return largestDifference(
        to,
        from.map((value) => value * gain),
      );
    }
    // One clip as it came, one with a gain, one far into the reel; the deleted one is silence.
    expect(await compare(clipOn(view, 'MARA', 0), 'MARA')).toBeLessThan(1e-6);
    const gained = clipOn(view, 'Boom', 0);
    expect(gained.gainDb).toBeCloseTo(-6, 5);
    expect(await compare(gained, 'Boom')).toBeLessThan(1e-6);
    expect(await compare(clipOn(view, 'Boom', 6), 'Boom')).toBeLessThan(1e-6);
    const gap = clipOn(view, 'MARA', 3);
    const silence = await channelSamples(bounced, names.indexOf('THEO'), gap.startSample + 4800, 48_000);
    expect(silence.every((value) => value === 0)).toBe(true);
  });

  test('nothing went wrong in the page on the way', () => expect(journey.pageErrors).toEqual([]));
});
