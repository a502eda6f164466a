import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** Host API and name of the one device of the stand-in. */
export const STAND_IN_DEVICE = { hostApi: 'Stand-in API', name: 'Stand-in' } as const;

/**
 * Compiles `stand-in-portaudio.c` into a library in `folder` and gives its path; null where no C compiler is, or on
 * Windows, whose libraries are made otherwise. What its device is like is told by STAND_IN_PORTAUDIO.
 */
export function buildStandInPortAudio(folder: string): string | null {
  if (process.platform === 'win32') return null;
  const library = join(folder, 'libstandin.so');
  const source = join(import.meta.dirname, 'stand-in-portaudio.c');
  for (const compiler of [process.env.CC, 'cc', 'gcc', 'clang']) {
    if (!compiler) continue;
    const run = spawnSync(compiler, ['-shared', '-fPIC', '-O1', '-pthread', source, '-o', library], {
      encoding: 'utf8',
    });
    if (run.status === 0) return library;
    if (!run.error) throw new Error(`${compiler} does not compile the stand-in for PortAudio:\n${run.stderr}`);
  }
  return null;
}
