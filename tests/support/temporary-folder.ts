import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = { readonly path: string; remove(): void };

/** A folder of a test's own, by its real path. `TWOPOP_KEEP=1` keeps it for a look. */
export function makeTemporaryFolder(name: string): TemporaryFolder {
  const path = realpathSync(mkdtempSync(join(tmpdir(), `twopop-${name}-`)));
  return {
    path,
    remove() {
      if (process.env.TWOPOP_KEEP) console.log(`kept: ${path}`);
      else rmSync(path, { recursive: true, force: true });
    },
  };
}
