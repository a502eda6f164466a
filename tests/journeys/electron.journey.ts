import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { hasDisplay } from '../../src-main/server/node-shell.ts';
import { buildElectronWhenStale, buildInterfaceWhenStale } from '../../src-main/setup/builds.ts';
import { SCREENSHOTS } from '../support/journey.ts';
import { ROOT } from '../support/node-host-process.ts';
import { makeTemporaryFolder } from '../support/temporary-folder.ts';

/** Electron's program on this machine; null where it was never fetched. */
function electronProgram(): string | null {
  const folder = join(ROOT, 'node_modules', 'electron');
  if (!existsSync(join(folder, 'path.txt'))) return null;
  const program = join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8').trim());
  return existsSync(program) ? program : null;
}

const program = electronProgram();
const why = !program ? "Electron's program is not on this machine" : !hasDisplay() ? 'there is no display' : null;
if (why) console.warn(`\nELECTRON JOURNEY SKIPPED: ${why}. The shell in Electron was not tried here.\n`);

describe('the workstation in Electron', () => {
  test.skipIf(why !== null)('opens its window on the start page, sandboxed, and makes a project', async () => {
    await buildInterfaceWhenStale();
    await buildElectronWhenStale();
    const folder = makeTemporaryFolder('electron');
    const app = await _electron.launch({
      executablePath: program as string,
      args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ROOT],
      env: { ...process.env, TWOPOP_HOME: join(folder.path, 'home') } as Record<string, string>,
    });
    try {
      const page = await app.firstWindow();
      await page.getByRole('button', { name: 'New project…' }).waitFor();
      expect(page.url()).toMatch(/^app:\/\/twopop\//);
      expect(await page.evaluate(() => typeof (globalThis as { require?: unknown }).require)).toBe('undefined');
      expect(await page.evaluate(() => window.open('https://example.com') === null)).toBe(true);
      await page.screenshot({ path: join(SCREENSHOTS, 'electron-start.png') });
    } finally {
      await app.close();
      folder.remove();
    }
  });
});
