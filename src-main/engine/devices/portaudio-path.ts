import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, isAbsolute, join } from 'node:path';

/** Where a PortAudio library may lie, and by whose word. */
export type PortAudioCandidate = {
  readonly path: string;
  /** `chosen`: named by TWOPOP_PORTAUDIO; `bundled`: naudiodon's own; `system`: installed with the system. */
  readonly origin: 'chosen' | 'bundled' | 'system';
};

export type PortAudioSearch = {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly platform?: NodeJS.Platform;
  readonly exists?: (path: string) => boolean;
  /** Folder of the naudiodon package; null: not installed. */
  readonly naudiodonFolder?: string | null;
};

/**
 * The PortAudio libraries to try, in order: the one named by TWOPOP_PORTAUDIO alone where that is set (an answer other
 * than the one asked for would hide a mistake), else naudiodon's own, then the system's. Only files that are there;
 * the named one in any case, so that its absence is told.
 */
export function portAudioCandidates(search: PortAudioSearch = {}): PortAudioCandidate[] {
  const { environment = process.env, platform = process.platform, exists = existsSync } = search;
  const chosen = environment.TWOPOP_PORTAUDIO;
  if (chosen) return [{ path: chosen, origin: 'chosen' }];
  const folder = search.naudiodonFolder === undefined ? findNaudiodonFolder() : search.naudiodonFolder;
  const bundled = folder ? [join(folder, 'build', 'Release', bundledName(platform))] : [];
  return [
    ...bundled.map((path) => ({ path, origin: 'bundled' as const })),
    ...systemPaths(platform).map((path) => ({ path, origin: 'system' as const })),
  ].filter(({ path }) => exists(path));
}

/** Whether a path may be given to the system's loader as it is: a bare name would be looked for anywhere. */
export function isLoadablePath(path: string): boolean {
  return isAbsolute(path);
}

/** Folder of the installed naudiodon package, where files lie that the system's loader can open; null: not installed. */
export function findNaudiodonFolder(): string | null {
  try {
    const manifest = createRequire(import.meta.url).resolve('naudiodon/package.json');
    // Inside a packaged application the loader needs the unpacked copy.
    return dirname(manifest).replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
  } catch {
    return null;
  }
}

function bundledName(platform: NodeJS.Platform): string {
  if (platform === 'darwin') return 'libportaudio.dylib';
  return platform === 'win32' ? 'portaudio_x64.dll' : 'libportaudio.so.2';
}

/** Where package managers put it: Debian and its like, Fedora and its like, others; Homebrew on both Macs, MacPorts. */
function systemPaths(platform: NodeJS.Platform): string[] {
  if (platform === 'darwin') {
    return ['/opt/homebrew/lib', '/usr/local/lib', '/opt/local/lib'].map((folder) => `${folder}/libportaudio.2.dylib`);
  }
  if (platform !== 'linux') return [];
  const folders = [
    '/usr/lib/x86_64-linux-gnu',
    '/usr/lib/aarch64-linux-gnu',
    '/usr/lib64',
    '/usr/lib',
    '/usr/local/lib',
  ];
  return folders.map((folder) => `${folder}/libportaudio.so.2`);
}
