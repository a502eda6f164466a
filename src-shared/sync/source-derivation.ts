import type { SourceDerivation } from '../model/rows.ts';

/** Faster or slower than this by a clock's drift nothing runs: one in a hundred. */
const LARGEST_DRIFT_PPM = 10_000;

/** Reads the column `derivation` of a source; null for what came from a card, and for a text that says nothing of use. */
export function readDerivation(text: string): SourceDerivation | null {
  if (!text) return null;
  try {
    const { fromSample, driftPpm } = JSON.parse(text) as Partial<SourceDerivation>;
    if (typeof fromSample !== 'number' || typeof driftPpm !== 'number') return null;
    if (!Number.isFinite(fromSample) || !(Math.abs(driftPpm) <= LARGEST_DRIFT_PPM)) return null;
    return { fromSample, driftPpm };
  } catch {
    return null;
  }
}
