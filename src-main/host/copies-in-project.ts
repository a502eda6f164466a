import { stat } from 'node:fs/promises';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { readDerivation } from '../../src-shared/sync/source-derivation.ts';
import { driftRatio } from '../media/drift-ratio.ts';
import type { Project } from '../project/project.ts';
import type { CorrectedFile } from './corrected-file.ts';
import type { Drifting } from './drifting-matches.ts';

/** By how many samples a resampler's output may differ in length from what the change of speed makes. */
const LENGTH_SLACK = 2;

/**
 * The copies that the project has already of stretches at the same speed, such as those of matches that were accepted,
 * then rejected: each is taken again in place of another. One whose file is away, or of another size, is none.
 */
export async function copiesInProject(
  project: Project,
  drifting: readonly Drifting[],
): Promise<Map<Drifting, CorrectedFile>> {
  const rows = Map.groupBy(project.reader.all('source'), ({ derivedFromId }) => derivedFromId ?? 0);
  const found = new Map<Drifting, CorrectedFile>();
  for (const part of drifting) {
    for (const row of rows.get(part.recorder.id) ?? []) {
      const derivation = readDerivation(row.derivation);
      if (!derivation || !isOf(part, row, derivation)) continue;
      const file = await stat(project.sourcePath(row)).catch(() => null);
      if (file?.size !== row.sizeBytes) continue;
      found.set(part, { source: row, derivation });
      break;
    }
  }
  return found;
}

function isOf({ plan }: Drifting, row: SourceRow, derivation: CorrectedFile['derivation']): boolean {
  const { driftPpm } = driftRatio(plan.driftPpm);
  const length = plan.lengthSamples / (1 + driftPpm * 1e-6);
  return (
    derivation.fromSample === plan.fromSample &&
    derivation.driftPpm === driftPpm &&
    Math.abs(row.lengthSamples - length) <= LENGTH_SLACK
  );
}
