import type { BrowserWindow, OpenDialogOptions } from 'electron';
import { describe, expect, test } from 'vitest';
import { createElectronShell } from '../../../src-main/electron/electron-shell.ts';

function shellWith(answer: { canceled: boolean; filePaths: string[] }, window: BrowserWindow | null = null) {
  const asked: { parent: unknown; options: OpenDialogOptions }[] = [];
  const shown: string[] = [];
  const blockers = new Set<number>();
  let nextBlocker = 1;
  const shell = createElectronShell({
    dialog: {
      showOpenDialog: (async (...args: unknown[]) => {
        const options = args.at(-1) as OpenDialogOptions;
        asked.push({ parent: args.length > 1 ? args[0] : null, options });
        return answer;
      }) as never,
    },
    shell: { showItemInFolder: (path) => shown.push(path) },
    powerSaveBlocker: {
      start: () => {
        blockers.add(nextBlocker);
        return nextBlocker++;
      },
      stop: (id) => blockers.delete(id),
    },
    window: () => window,
  });
  return { shell, asked, shown, blockers };
}

describe('the shell in Electron', () => {
  test('asks with the system dialog, on the window', async () => {
    const window = {} as BrowserWindow;
    const { shell, asked } = shellWith({ canceled: false, filePaths: ['/a.wav', '/b.wav'] }, window);
    expect(await shell.choose('media', 'Import')).toEqual({ available: true, paths: ['/a.wav', '/b.wav'] });
    expect(asked[0]).toMatchObject({ parent: window, options: { title: 'Import' } });
    expect(asked[0]?.options.properties).toContain('multiSelections');
  });

  test('a dialog that was cancelled chose nothing', async () => {
    const { shell, asked } = shellWith({ canceled: true, filePaths: ['/ignored'] });
    expect(await shell.choose('project', 'Open')).toEqual({ available: true, paths: [] });
    expect(asked[0]?.options.filters).toEqual([{ name: 'Twopop project', extensions: ['twopop'] }]);
    await shell.choose('folder', 'Place');
    expect(asked[1]?.options.properties).toContain('openDirectory');
  });

  test('shows files in the file manager', async () => {
    const { shell, shown } = shellWith({ canceled: true, filePaths: [] });
    expect(await shell.revealFile('/reel/Bounces/x.wav')).toBe(true);
    expect(shown).toEqual(['/reel/Bounces/x.wav']);
  });

  test('keeps the machine awake once, however often it is asked', () => {
    const { shell, blockers } = shellWith({ canceled: true, filePaths: [] });
    expect(shell.keepAwake(true)).toBe(true);
    shell.keepAwake(true);
    expect(blockers.size).toBe(1);
    expect(shell.keepAwake(false)).toBe(false);
    shell.keepAwake(false);
    expect(blockers.size).toBe(0);
  });
});
