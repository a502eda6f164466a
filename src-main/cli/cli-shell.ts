import type { Shell } from '../host/shell.ts';

/** The host's shell under the command line: nothing to show and nobody to ask. */
export function createCliShell(): Shell {
  return {
    kind: 'browser',
    choose: async () => ({ available: false, paths: [] }),
    revealFile: async () => false,
    keepAwake: () => false,
  };
}
