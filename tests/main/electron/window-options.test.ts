import { describe, expect, test } from 'vitest';
import { menuTemplate } from '../../../src-main/electron/menu.ts';
import { windowOptions } from '../../../src-main/electron/window-options.ts';

describe('the window', () => {
  test('is a sandboxed page without Node', () => {
    expect(windowOptions('/app/preload.cjs').webPreferences).toMatchObject({
      preload: '/app/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
    });
  });
});

describe('the menu', () => {
  test.each(['darwin', 'linux', 'win32'] as const)('of %s takes no editing keys from the page', (platform) => {
    const edit = menuTemplate(platform, () => {}).find((item) => item.label === 'Edit');
    const roles = ((edit?.submenu ?? []) as { role: string; registerAccelerator: boolean }[]).map((item) => item);
    expect(roles.map(({ role }) => role)).toEqual(['cut', 'copy', 'paste', 'selectAll']);
    expect(roles.every((item) => item.registerAccelerator === (platform === 'darwin'))).toBe(true);
  });

  test('opens the homepage outside', () => {
    let opened = 0;
    const help = menuTemplate('linux', () => opened++).at(-1);
    ((help?.submenu ?? []) as { click: () => void }[])[0]?.click();
    expect(opened).toBe(1);
  });
});
