import type { PlanSource } from '../../src-shared/engine/render-plan.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { readWaveFile } from '../media/wave-file.ts';
import type { Project } from '../project/project.ts';

/** Files whose headers are read at the same time. */
const READ_AT_ONCE = 16;

/**
 * Where the samples of a project's sources lie. Headers are read once and kept until a source changes; a file that is
 * missing or holds no PCM has no place, and its clips are silent.
 */
export class PcmLocator {
  private readonly project: Project;
  private readonly places = new Map<number, { readonly path: string; readonly source: PlanSource | null }>();

  constructor(project: Project) {
    this.project = project;
  }

  /** Reads the headers that are not known yet. To be awaited before {@link locate} is asked. */
  async prepare(sources: readonly SourceRow[] = this.project.reader.all('source')): Promise<void> {
    const missing = sources.filter((row) => this.places.get(row.id)?.path !== row.path);
    for (let first = 0; first < missing.length; first += READ_AT_ONCE) {
      await Promise.all(
        missing.slice(first, first + READ_AT_ONCE).map(async (row) => {
          this.places.set(row.id, { path: row.path, source: await this.read(row) });
        }),
      );
    }
  }

  /** Forgets files that were not there, so that they are looked for again. */
  forgetMissing(): void {
    for (const [id, place] of this.places) if (!place.source) this.places.delete(id);
  }

  /** Looks again for files that were not there; whether one was found. */
  async findMissing(): Promise<boolean> {
    const missing = this.project.reader.all('source').filter((row) => this.places.get(row.id)?.source === null);
    for (const { id } of missing) this.places.delete(id);
    await this.prepare(missing);
    return missing.some((row) => this.locate(row) !== null);
  }

  locate = (row: SourceRow): PlanSource | null => this.places.get(row.id)?.source ?? null;

  private async read(row: SourceRow): Promise<PlanSource | null> {
    try {
      const path = this.project.sourcePath(row);
      const wave = await readWaveFile(path, { allowTruncated: true });
      const format = wave?.format.format;
      // Of another size it is another file, and listed as offline: what it holds was never meant.
      if (!wave || !format || wave.frames === null || wave.sizeBytes !== row.sizeBytes) return null;
      return {
        path,
        dataOffsetBytes: wave.dataOffset,
        format,
        channelCount: wave.format.channelCount,
        frameCount: wave.frames,
      };
    } catch {
      // Missing or unreadable: the interface lists it among the offline sources.
      return null;
    }
  }
}
