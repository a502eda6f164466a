import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Journey, skipAfterFailure, startJourney, whyNoJourney } from '../support/journey.ts';
import { runCli } from '../support/run-cli.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { finishedJob } from '../support/workstation.ts';
import { writeWave } from '../support/write-wave.ts';

/** A second bounce under a name that is taken: nothing is replaced unasked. */
describe.skipIf(whyNoJourney() !== null)('a bounce whose name is taken', () => {
  skipAfterFailure();
  let folder: TemporaryFolder;
  let journey: Journey;
  let reel = '';

  beforeAll(async () => {
    folder = makeTemporaryFolder('bounce-again');
    reel = join(folder.path, 'Reel 1');
    const home = join(folder.path, 'home');
    const card = join(folder.path, 'CARD');
    mkdirSync(card);
    writeWave(join(card, 'take.wav'), { lengthSamples: 48_000 });
    await runCli(['new', reel], { home });
    await runCli(['import', reel, card], { home });
    const commands = [
      { kind: 'track.add', name: 'Boom' },
      { kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 0 },
    ];
    const ran = await runCli(['run', reel, '-'], { home, input: JSON.stringify(commands) });
    expect(ran.code).toBe(0);
    journey = await startJourney({ name: 'bounce-again', project: reel });
  }, 120_000);

  afterAll(async () => {
    await journey?.end();
    folder?.remove();
  });

  const bounces = () => readdirSync(join(reel, 'Bounces')).sort();
  const openDialog = async () => {
    await journey.page.getByRole('region', { name: 'Timeline' }).waitFor();
    await journey.page.keyboard.press('Control+b');
    const dialog = journey.page.getByRole('dialog', { name: 'Bounce' });
    await dialog.waitFor();
    return dialog;
  };
  const button = async (name: string) =>
    journey.page.getByRole('dialog', { name: 'Bounce' }).getByRole('button', { name, exact: true });

  test('is asked about, and kept beside what is there', async () => {
    const dialog = await openDialog();
    await (await button('Bounce')).click();
    await finishedJob(journey.page, 'Bounce Reel 1').waitFor({ timeout: 60_000 });
    await openDialog();
    await (await button('Bounce')).click();
    const question = dialog.getByRole('alert');
    await question.waitFor();
    expect(await question.innerText()).toContain('Reel 1.wav is there already');
    await journey.screenshot('bounce-again');
    await (await button('Cancel')).click();
    await (await button('Bounce')).click();
    await (await button('Keep both')).click();
    await finishedJob(journey.page, 'Bounce Reel 1 (2)').waitFor({ timeout: 60_000 });
    expect(bounces()).toEqual(['Reel 1 (2).wav', 'Reel 1.wav']);
  });

  test('replaces it when told so', async () => {
    const before = readFileSync(join(reel, 'Bounces', 'Reel 1.wav'));
    const dialog = await openDialog();
    await dialog.getByLabel('Format').selectOption('f32');
    await (await button('Bounce')).click();
    await (await button('Replace')).click();
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(() => readFileSync(join(reel, 'Bounces', 'Reel 1.wav')).length, { timeout: 60_000 })
      .toBeGreaterThan(before.length);
    expect(bounces()).toEqual(['Reel 1 (2).wav', 'Reel 1.wav']);
    expect(journey.pageErrors).toEqual([]);
  });
});
