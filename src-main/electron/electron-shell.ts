import type { BrowserWindow, Dialog, OpenDialogOptions, PowerSaveBlocker, Shell as SystemShell } from 'electron';
import type { Shell } from '../host/shell.ts';

export type ElectronParts = {
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly shell: Pick<SystemShell, 'showItemInFolder'>;
  readonly powerSaveBlocker: Pick<PowerSaveBlocker, 'start' | 'stop'>;
  readonly window: () => BrowserWindow | null;
};

const DIALOGS: Record<Parameters<Shell['choose']>[0], OpenDialogOptions> = {
  // Whole cards are folders: macOS offers both in one dialog, the other systems files first.
  media: {
    properties: ['openFile', 'multiSelections', ...(process.platform === 'darwin' ? (['openDirectory'] as const) : [])],
  },
  folder: { properties: ['openDirectory', 'createDirectory'] },
  project: { properties: ['openFile'], filters: [{ name: 'Twopop project', extensions: ['twopop'] }] },
};

/** The host's shell in Electron: the system's own dialogs and file manager; the machine stays awake when asked. */
export function createElectronShell({ dialog, shell, powerSaveBlocker, window }: ElectronParts): Shell {
  let blocker: number | null = null;
  return {
    kind: 'electron',
    async choose(what, title) {
      const parent = window();
      const options: OpenDialogOptions = { ...DIALOGS[what], title };
      const chosen = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
      return { available: true, paths: chosen.canceled ? [] : chosen.filePaths };
    },
    async revealFile(path) {
      shell.showItemInFolder(path);
      return true;
    },
    keepAwake(awake) {
      if (awake && blocker === null) blocker = powerSaveBlocker.start('prevent-app-suspension');
      else if (!awake && blocker !== null) {
        powerSaveBlocker.stop(blocker);
        blocker = null;
      }
      return awake;
    },
  };
}
