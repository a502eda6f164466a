import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { PROJECT_ROOT } from './project-root.ts';
import { isStale } from './stale.ts';

const at = (...parts: string[]) => join(PROJECT_ROOT, ...parts);

/** Builds the native engine when a source is newer than it. Where it does not build, the build has said why: go on. */
export function buildEngineWhenStale(): boolean {
  return spawnSync(process.execPath, [at('native', 'build.mjs')], { stdio: 'inherit' }).status === 0;
}

/** Builds the page when a source of it is newer. */
export function buildInterfaceWhenStale(): void {
  const inputs = ['src-renderer', 'src-shared', 'vite.config.ts', 'package-lock.json'].map((path) => at(path));
  inputs.push(at('assets', 'keymaps'), at('assets', 'docs'), at('src-main', 'setup', 'docs-pages.ts'));
  if (!isStale(at('out', 'renderer', 'index.html'), inputs)) return;
  console.log('Building the interface ...');
  buildWithVite('--config', at('vite.config.ts'));
}

/** Builds the Electron shell when a source of it is newer. */
export function buildElectronWhenStale(): void {
  const inputs = ['src-main', 'src-shared', 'vite.electron.config.ts', 'package-lock.json'].map((path) => at(path));
  if (!isStale(at('out', 'electron', 'main.js'), inputs)) return;
  console.log('Building the Electron shell ...');
  for (const mode of ['main', 'preload', 'audio-process'])
    buildWithVite('--config', at('vite.electron.config.ts'), '--mode', mode);
}

/**
 * Runs vite as a process of its own: whatever NODE_ENV the caller runs under (tests have theirs), what is built is
 * the production build. Throws a `TwopopError` when it fails; vite has then said why.
 */
function buildWithVite(...options: string[]): void {
  const vite = at('node_modules', 'vite', 'bin', 'vite.js');
  const run = spawnSync(process.execPath, [vite, 'build', ...options, '--logLevel', 'warn'], {
    cwd: PROJECT_ROOT,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production' },
  });
  if (run.status === 0) return;
  throw new TwopopError({
    code: 'build-failed',
    message: 'The interface could not be built; what vite printed above says why. No project was touched.',
    remedy: 'Run npm ci again; if it still fails, report it with those lines.',
  });
}
