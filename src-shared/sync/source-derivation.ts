import type { SourceDerivation } from '../model/rows.ts';
import { LARGEST_DRIFT_PPM, LARGEST_OFFSET_SAMPLES } from './sync-limits.ts';

/** Reads the column `derivation` of a source; null for what came from a card, and for a text that says nothing of use. */
export function readDerivation(text: string): SourceDerivation | null {
  if (!text) return null;
  try {
    const { fromSample, driftPpm } = JSON.parse(text) as Partial<SourceDerivation>;
    if (typeof fromSample !== 'number' || typeof driftPpm !== 'number') return null;
    if (!(Math.abs(fromSample) <= LARGEST_OFFSET_SAMPLES) || !(Math.abs(driftPpm) <= LARGEST_DRIFT_PPM)) return null;
    return { fromSample, driftPpm };
  } catch {
    return null;
  }
}
