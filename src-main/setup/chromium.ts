import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findOnPath } from './system-packages.ts';

/**
 * A Chromium of this system for the journeys: `CHROMIUM_BIN`, then PATH, then where macOS and Windows put it; null when
 * there is none.
 */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_BIN;
  if (named && existsSync(named)) return named;
  for (const name of ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome']) {
    const path = findOnPath(name);
    if (path) return path;
  }
  const places = [
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    ...[process.env.LOCALAPPDATA, process.env.PROGRAMFILES]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        join(folder, 'Chromium', 'Application', 'chrome.exe'),
        join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
      ]),
  ];
  return places.find((path) => existsSync(path)) ?? null;
}
