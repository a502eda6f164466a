import type { PlanSource } from '../../src-shared/engine/render-plan.ts';
import { engineAddon, runNative } from './addon.ts';

/**
 * `count` samples of one channel of a source, from any position, as they are in the file: for waveforms closer than a
 * peak. What lies outside the source is silence. Throws `file-missing` or `file-failed`.
 */
export function readSamples(source: PlanSource, channel: number, from: number, count: number): Promise<Float32Array> {
  return runNative(() => engineAddon().readSamples(source, channel, from, count));
}
