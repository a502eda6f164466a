import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';
import { PROJECT_ROOT } from './project-root.ts';
import { isStale } from './stale.ts';

const at = (...parts: string[]) => join(PROJECT_ROOT, ...parts);

/** Builds the native engine when a source is newer than it. Where it does not build, the build has said why: go on. */
export function buildEngineWhenStale(): boolean {
  return spawnSync(process.execPath, [at('native', 'build.mjs')], { stdio: 'inherit' }).status === 0;
}

/** Builds the page when a source of it is newer. */
export async function buildInterfaceWhenStale(): Promise<void> {
  const inputs = ['src-renderer', 'src-shared', 'vite.config.ts', 'package-lock.json'].map((path) => at(path));
  if (!isStale(at('out', 'renderer', 'index.html'), [...inputs, at('assets', 'keymaps')])) return;
  console.log('Building the interface ...');
  // The page comes from this machine: the size of its parts is of no weight.
  const output = { chunkSizeWarningLimit: 8000 };
  await build({ configFile: at('vite.config.ts'), root: at('src-renderer'), logLevel: 'warn', build: output });
}

/** Builds the Electron shell when a source of it is newer. */
export async function buildElectronWhenStale(): Promise<void> {
  const inputs = ['src-main', 'src-shared', 'vite.electron.config.ts', 'package-lock.json'].map((path) => at(path));
  if (!isStale(at('out', 'electron', 'main.js'), inputs)) return;
  console.log('Building the Electron shell ...');
  for (const mode of ['main', 'preload']) {
    await build({ configFile: at('vite.electron.config.ts'), mode, logLevel: 'warn' });
  }
}
