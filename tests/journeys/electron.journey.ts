import { join } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildElectronWhenStale, buildInterfaceWhenStale } from '../../src-main/setup/builds.ts';
import { electronProgram } from '../../src-main/setup/electron-program.ts';
import { SCREENSHOTS, skipAfterFailure, whyNoElectron } from '../support/journey.ts';
import { ROOT } from '../support/node-host-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { clipLabels, counterText, shownFrame, timeline } from '../support/workstation.ts';

/** The same workstation in the shell that users install; runs wherever Electron's program is, and says loudly why it is skipped elsewhere. */
describe.skipIf(whyNoElectron() !== null)('the workstation in Electron', () => {
  skipAfterFailure();
  let folder: TemporaryFolder;
  let application: ElectronApplication;
  let page: Page;
  const pageErrors: string[] = [];

  beforeAll(async () => {
    buildInterfaceWhenStale();
    buildElectronWhenStale();
    folder = makeTemporaryFolder('journey-electron');
    application = await _electron.launch({
      executablePath: electronProgram()!,
      args: [ROOT, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
      env: { ...(process.env as Record<string, string>), TWOPOP_HOME: join(folder.path, 'home') },
    });
    page = await application.firstWindow();
    page.on('pageerror', (error) => pageErrors.push(error.message));
  });
  afterAll(async () => {
    await application?.close();
    folder?.remove();
  });

  test('opens one window with the demo project, without Node in its page', async () => {
    // The first launch: the demo project opens by itself.
    await timeline(page).waitFor();
    expect(application.windows()).toHaveLength(1);
    const found = await page.evaluate(() =>
      ['require', 'process', 'Buffer', 'module'].filter((name) => name in window),
    );
    expect(found).toEqual([]);
  });

  test('fills the demo project, shows its picture and plays it', async () => {
    await expect.poll(() => clipLabels(page), { timeout: 180_000 }).toHaveLength(35);
    await expect.poll(() => shownFrame(page), { timeout: 120_000 }).toEqual({ frame: 0, litCell: 0 });
    await page.getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(() => counterText(page), { timeout: 60_000 }).toMatch(/^01:00:0[1-9]/);
    await page.screenshot({ path: join(SCREENSHOTS, 'electron.png') });
    expect(pageErrors).toEqual([]);
  });
});
