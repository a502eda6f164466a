import type { SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { SyncKernel, TrackResult } from './sync-kernel.ts';
import type { SyncSource } from './sync-source.ts';

/** A stretch of a clip, in its seconds. */
export type Range = { readonly from: number; readonly to: number };

/** Half of a tracked window: 16,384 samples at 12 kHz. */
export const HALF_WINDOW_SECONDS = 16_384 / 12_000 / 2;

/** Where a clip may lie on a file: a line, and how far from it to look. */
export type Place = SyncLine & { readonly toleranceSeconds: number; readonly driftRangePpm?: number };

/** A camera clip and a recorder file that it may belong to. */
export type Pairing = {
  readonly kernel: SyncKernel;
  readonly camera: SyncSource;
  readonly recorder: SyncSource;
  readonly cancelFlag: Int32Array;
};

/** Free-running recorders differ by tens of parts per million; 145 has been seen. */
const driftRangePpm = 200;
const mostTrackWindows = 64;

/** What the windows of a clip say of a place, or of a range of it: the cheap half of confirming it. */
export function trackPlace(
  pairing: Pairing,
  place: Place,
  range?: Range & { readonly followSeconds?: number },
): Promise<TrackResult> {
  const { kernel, camera, recorder, cancelFlag } = pairing;
  return kernel.syncTrackLine(
    camera.native,
    recorder.native,
    {
      cameraFrom: range?.from ?? 0,
      cameraTo: range?.to ?? camera.durationSeconds,
      offsetSeconds: place.offsetSeconds,
      toleranceSeconds: place.toleranceSeconds,
      driftPpm: place.driftPpm,
      driftRangePpm: place.driftRangePpm ?? driftRangePpm,
      mostWindows: mostTrackWindows,
      followSeconds: range?.followSeconds ?? 0,
    },
    cancelFlag,
  );
}
