import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import type { Shell } from '../host/shell.ts';
import { findOnPath } from '../setup/system-packages.ts';

/** Whether this process can show anything on a screen. */
export function hasDisplay(environment: NodeJS.ProcessEnv = process.env, platform = process.platform): boolean {
  if (platform === 'darwin' || platform === 'win32') return !environment.SSH_CONNECTION;
  return Boolean(environment.DISPLAY || environment.WAYLAND_DISPLAY);
}

/**
 * Opens an address or a folder with the system's own program for it. False where there is no display or no such
 * program. Never goes through a shell.
 */
export function openWithSystem(target: string): boolean {
  if (!hasDisplay()) return false;
  const [command, ...args] = openCommand(target);
  if (!command) return false;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
  return true;
}

function openCommand(target: string): string[] {
  if (process.platform === 'darwin') return ['open', target];
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', target];
  const program = findOnPath('xdg-open');
  return program ? [program, target] : [];
}

/** The host's shell under plain Node: no dialogs of its own (the page brings a chooser), files shown by their folder. */
export function createNodeShell(): Shell {
  return {
    kind: 'browser',
    choose: async () => ({ available: false, paths: [] }),
    revealFile: async (path) => openWithSystem(dirname(path)),
    // A page keeps its own screen awake; the machine's sleep is not for a plain process to decide.
    keepAwake: () => false,
  };
}
