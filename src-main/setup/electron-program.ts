import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from './project-root.ts';

/** Where npm puts Electron; its program is fetched apart from it. */
export const ELECTRON_FOLDER = join(PROJECT_ROOT, 'node_modules', 'electron');

/** Electron's program as its own installer left it, by its `path.txt`; null where it is not on this machine. */
export function electronProgram(): string | null {
  try {
    const program = join(ELECTRON_FOLDER, 'dist', readFileSync(join(ELECTRON_FOLDER, 'path.txt'), 'utf8').trim());
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}
