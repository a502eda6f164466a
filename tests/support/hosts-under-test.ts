import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { createCliShell } from '../../src-main/cli/cli-shell.ts';
import { createHost, type Host } from '../../src-main/host/host.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

/**
 * A host of its own for each test of a file, with a user's home and a folder for projects that go when the file is
 * through. To be called once, at the top of the file.
 */
export function hostsUnderTest(name: string): { readonly host: Host; readonly folder: TemporaryFolder } {
  const savedHome = process.env.TWOPOP_HOME;
  const state: { host?: Host; folder?: TemporaryFolder } = {};
  beforeAll(() => {
    state.folder = makeTemporaryFolder(name);
    process.env.TWOPOP_HOME = join(state.folder.path, 'home');
  });
  afterAll(() => {
    if (savedHome === undefined) delete process.env.TWOPOP_HOME;
    else process.env.TWOPOP_HOME = savedHome;
    state.folder?.remove();
  });
  beforeEach(() => {
    state.host = createHost({ shell: createCliShell(), mediaBaseUrl: () => '', unattended: true });
  });
  afterEach(() => state.host?.close());
  return {
    get host() {
      return state.host as Host;
    },
    get folder() {
      return state.folder as TemporaryFolder;
    },
  };
}
