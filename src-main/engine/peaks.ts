import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import type { PlanSource } from '../../src-shared/engine/render-plan.ts';
import { engineAddon, runNativeJob } from './addon.ts';

export type PeaksRequest = PlanSource & {
  /** Final name of the peak file; see `src-shared/engine/peak-file.ts` for what it holds. */
  readonly outPath: string;
  readonly threads?: number;
  /** Portion done, 0..1, at most ten times a second. */
  readonly onProgress?: (portion: number) => void;
  readonly signal?: AbortSignal;
};

/**
 * Builds the peak file of a PCM file in one pass, on all cores, and gives it its name when it is whole. Throws
 * `file-missing`, `file-denied`, `file-failed` (also where the source ends before its frames do), `disk-full`, or the
 * signal's reason; nothing is left behind then.
 */
export async function buildPeaks(request: PeaksRequest): Promise<{ readonly levelCount: number }> {
  const { outPath, onProgress, signal, ...source } = request;
  // Two sources may have the same content; and no file that came with a project can lie in wait under this name.
  const partial = `${outPath}.${randomBytes(8).toString('hex')}.part`;
  const result = await runNativeJob(
    () => engineAddon().buildPeaks({ ...source, outPath: partial }, onProgress),
    signal,
  );
  await rename(partial, outPath);
  onProgress?.(1);
  return result;
}
