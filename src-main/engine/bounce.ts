import { randomBytes } from 'node:crypto';
import { open, rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { encodePlan } from '../../src-shared/engine/encode-plan.ts';
import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { BounceOutput, BounceResult, BounceSampleFormat } from './addon.ts';
import { engineAddon, runNativeJob } from './addon.ts';
import { type FinishedFile, refuseTargets, takeFinalNames } from './bounce-targets.ts';

export type BounceRequest = {
  readonly plan: RenderPlan;
  readonly fromSample: number;
  readonly lengthSamples: number;
  /** Every output is rendered in the same pass. `path` is the final name. */
  readonly outputs: readonly BounceOutput[];
  /** Every file of the project, beside those that the plan plays: none is written over. Asked for at start and end. */
  readonly protectedFiles?: () => readonly string[];
  /** Folders that nothing is bounced into. */
  readonly protectedFolders?: readonly string[];
  /** Replaces files of the same names; `bounce-exists` is thrown when this is not given. */
  readonly overwrite?: boolean;
  /** Rendering threads; as many as there are cores unless given. The bytes do not depend on it. */
  readonly threads?: number;
  readonly ditherSeed?: number;
  /** Told before anything is written which files will be, so that they can be removed should this process die. */
  readonly onParts?: (files: readonly FinishedFile[]) => void;
  /** Portion done, 0..1, at most ten times a second. */
  readonly onProgress?: (portion: number) => void;
  readonly signal?: AbortSignal;
};

const bytesPerSample: Record<BounceSampleFormat, number> = { s16: 2, s24: 3, f32: 4 };

/** Bytes of samples that an output of so many frames holds; even-padding is the caller's, in `trailerBytes`. */
export function bounceDataBytes(output: BounceOutput, lengthSamples: number): number {
  return output.channels.length * bytesPerSample[output.sampleFormat] * lengthSamples;
}

/** Random characters in the name of a half-written file, so that two bounces at once never share one. */
const PART_BYTES = 4;
/** Bytes that a half-written file's name, or that of a file set aside, is longer than its final name. */
export const BOUNCE_PART_SUFFIX_BYTES = `.${'0'.repeat(2 * PART_BYTES)}.part.before`.length;

/**
 * Renders a span of a plan into files. Each is written under a name of its own that ends in `.part`, brought to the
 * disk and renamed when all are whole: a final name never holds half a file, a file that was there stays until then,
 * and either all take their final names or none. Sources that could not be read are silence and are named in
 * `problems`. Throws what `refuseTargets` throws, `disk-full` (before it starts, where the space is known to be too
 * small), `file-denied`, `file-missing`, `file-failed`, or the signal's reason; nothing is left behind then.
 */
export async function bounce(request: BounceRequest): Promise<BounceResult> {
  const { plan, outputs, signal } = request;
  const targets = outputs.map(({ path }) => path);
  const refuse = () =>
    refuseTargets(targets, {
      protectedFiles: [...plan.sources.map(({ path }) => path), ...(request.protectedFiles?.() ?? [])],
      protectedFolders: request.protectedFolders ?? [],
      overwrite: request.overwrite ?? false,
    });
  await refuse();
  await refuseTooLittleSpace(outputs, request.lengthSamples);
  const engine = engineAddon();
  const handle = engine.openPlan(encodePlan(plan));
  const mark = randomBytes(PART_BYTES).toString('hex');
  const partial = outputs.map((output) => ({ ...output, path: `${output.path}.${mark}.part` }));
  const finished = outputs.map(({ path }, index) => ({ part: partial[index]!.path, path }));
  try {
    request.onParts?.(finished);
    const result = await runNativeJob(
      () =>
        engine.bounce(
          handle,
          {
            fromSample: request.fromSample,
            lengthSamples: request.lengthSamples,
            outputs: partial,
            threads: request.threads,
            ditherSeed: request.ditherSeed,
          },
          request.onProgress,
        ),
      signal,
    );
    await Promise.all(partial.map((output) => flushToDisk(output.path)));
    signal?.throwIfAborted();
    await inTurn(async () => {
      // What was free at the start may have been taken by another bounce meanwhile.
      await refuse();
      await takeFinalNames(finished, request.overwrite ?? false);
    });
    request.onProgress?.(1);
    const written = result.outputs.map((report, index) => ({ ...report, path: outputs[index]!.path }));
    return { outputs: written, problems: result.problems };
  } catch (error) {
    // The engine has removed what it made; this is for a failure between its end and the last rename.
    await Promise.all(partial.map((output) => rm(output.path, { force: true })));
    throw error;
  } finally {
    engine.closePlan(handle);
  }
}

let turn: Promise<unknown> = Promise.resolve();

/** Bounces that end together take their names one after the other, so that their files never mix. */
function inTurn(work: () => Promise<void>): Promise<void> {
  const result = turn.then(work);
  turn = result.catch(() => {});
  return result;
}

async function flushToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function refuseTooLittleSpace(outputs: readonly BounceOutput[], lengthSamples: number): Promise<void> {
  const needed = new Map<string, number>();
  for (const output of outputs) {
    const folder = dirname(output.path);
    const bytes = output.headerBytes.length + bounceDataBytes(output, lengthSamples);
    needed.set(folder, (needed.get(folder) ?? 0) + bytes);
  }
  for (const [folder, bytes] of needed) {
    const disk = await statfs(folder).catch(() => undefined); // a missing folder is the engine's error to report
    if (!disk || disk.bavail * disk.bsize >= bytes) continue;
    const [want, have] = [bytes, disk.bavail * disk.bsize].map((value) => (value / 1e9).toFixed(1));
    throw new TwopopError({
      code: 'disk-full',
      message: `The bounce needs ${want} GB in ${folder}, where ${have} GB are free. Nothing was written.`,
      remedy: 'Free some space or choose another disk, then try again.',
    });
  }
}
