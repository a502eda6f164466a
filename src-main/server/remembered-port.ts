import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorReport } from '../../src-shared/rpc/error.ts';

/**
 * The port that the page was last served at. A browser keeps what a page remembers (keymap, sizes of panels, place on
 * the timeline) by its origin, and the port is part of that: another port each launch would forget it all.
 */
function portFile(settingsFolder: string): string {
  return join(settingsFolder, 'port');
}

/** The port of the last launch; 0, which takes a free one, when there was none or it cannot be read. */
export function rememberedPort(settingsFolder: string): number {
  try {
    const port = Number(readFileSync(portFile(settingsFolder), 'utf8').trim());
    return Number.isInteger(port) && port >= 1024 && port <= 65_535 ? port : 0;
  } catch {
    return 0;
  }
}

/** Starts at `port`, or with 0 at the remembered one where it is free, else at a free one, which is remembered. */
export async function startAtRememberedPort<T extends { readonly port: number }>(
  settingsFolder: string,
  port: number,
  start: (port: number) => Promise<T>,
): Promise<T> {
  if (port !== 0) return start(port);
  const remembered = rememberedPort(settingsFolder);
  if (remembered !== 0) {
    try {
      return await start(remembered);
    } catch (error) {
      // Another launch has it: this one takes a free port and leaves the memory alone.
      if (toErrorReport(error).code === 'port-taken') return start(0);
      throw error;
    }
  }
  const started = await start(0);
  try {
    mkdirSync(settingsFolder, { recursive: true });
    writeFileSync(portFile(settingsFolder), `${started.port}\n`);
  } catch {
    // Where nothing can be written, nothing is remembered; the page works all the same.
  }
  return started;
}
