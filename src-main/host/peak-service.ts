import { type FileHandle, lstat, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type PeakLayout,
  parsePeakHeader,
  peakByteRange,
  peakHeaderBytes,
  peakLevelCount,
  peaksPerTile,
} from '../../src-shared/engine/peak-file.ts';
import type { PlanSource } from '../../src-shared/engine/render-plan.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import type { PeakRequest } from '../../src-shared/rpc/media-routes.ts';
import { buildPeaks } from '../engine/peaks.ts';
import type { Project } from '../project/project.ts';
import type { PcmLocator } from './pcm-locator.ts';

const PEAK_FOLDER = 'Peaks';

type PeakFile = { readonly layout: PeakLayout; readonly file: FileHandle };

/**
 * The peaks of one open project's sources: found beside it by content, built where they are missing, read by tile.
 * Two sources of the same content share a file.
 */
export class PeakService {
  private readonly project: Project;
  private readonly locator: PcmLocator;
  private readonly files = new Map<string, Promise<PeakFile | null>>();
  private building: Promise<unknown> = Promise.resolve();
  private readonly ending = new AbortController();

  constructor(project: Project, locator: PcmLocator) {
    this.project = project;
    this.locator = locator;
  }

  /** Builds the peaks of a file that is being imported. */
  async build(
    source: PlanSource,
    contentHash: string,
    onProgress?: (portion: number) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const folder = join(this.project.folder, PEAK_FOLDER);
    await mkdir(folder, { recursive: true });
    // A project that is open read-only may have a link there, to who knows where.
    if (!(await lstat(folder)).isDirectory()) throw new Error('the folder of peaks is a link, so none were written');
    const { path, dataOffsetBytes, format, channelCount, frameCount } = source;
    await buildPeaks({
      path,
      dataOffsetBytes,
      format,
      channelCount,
      frameCount,
      outPath: this.pathOf(contentHash),
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
    });
  }

  /** Removes the peaks of a file that did not come into the document after all. */
  async remove(contentHash: string): Promise<void> {
    await rm(this.pathOf(contentHash), { force: true });
  }

  /**
   * Lowest and highest of each peak of every tile asked for, one tile after the other, each `peaksPerTile` pairs.
   * Silence where a source is offline, has no such channel, or the tile lies past its end.
   */
  async tiles({ tiles }: PeakRequest): Promise<Int16Array> {
    const out = new Int16Array(tiles.length * peaksPerTile * 2);
    const bytes = new Uint8Array(out.buffer);
    await Promise.all(
      tiles.map(async ({ sourceId, channel, level, tile }, index) => {
        const peaks = await this.peaksOf(sourceId);
        if (!peaks || channel >= peaks.layout.channelCount || level >= peakLevelCount(peaks.layout.frameCount)) return;
        const { offset, length } = peakByteRange(peaks.layout, level, channel, tile * peaksPerTile, peaksPerTile);
        if (length > 0) await peaks.file.read(bytes, index * peaksPerTile * 4, length, offset);
      }),
    );
    return out;
  }

  async close(): Promise<void> {
    this.ending.abort();
    await this.building.catch(() => {});
    for (const opened of this.files.values()) await (await opened.catch(() => null))?.file.close();
    this.files.clear();
  }

  private pathOf(contentHash: string): string {
    return join(this.project.folder, PEAK_FOLDER, `${contentHash.replace(/[^0-9a-z]/gi, '_')}.peaks`);
  }

  private async peaksOf(sourceId: number): Promise<PeakFile | null> {
    const row = this.project.reader.get('source', sourceId);
    if (!row || row.contentHash === '') return null;
    let opened = this.files.get(row.contentHash);
    if (!opened) {
      opened = this.openOrBuild(row);
      this.files.set(row.contentHash, opened);
      // What failed is tried again when it is asked for again.
      opened
        .then((peaks) => peaks ?? this.files.delete(row.contentHash))
        .catch(() => this.files.delete(row.contentHash));
    }
    return opened.catch(() => null);
  }

  private async openOrBuild(row: SourceRow): Promise<PeakFile | null> {
    const path = this.pathOf(row.contentHash);
    const there = await openPeakFile(path);
    if (there) return there;
    await this.locator.prepare([row]);
    const source = this.locator.locate(row);
    if (!source) return null;
    // One after the other: each build is bound by the disk already.
    const built = this.building.then(() => this.build(source, row.contentHash, undefined, this.ending.signal));
    this.building = built.catch(() => {});
    await built;
    return openPeakFile(path);
  }
}

async function openPeakFile(path: string): Promise<PeakFile | null> {
  if (!(await stat(path).catch(() => null))) return null;
  const file = await open(path, 'r');
  try {
    const header = new Uint8Array(peakHeaderBytes);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    return { file, layout: parsePeakHeader(header.subarray(0, bytesRead)) };
  } catch {
    // Of an older version, or cut short: it is built again.
    await file.close();
    return null;
  }
}
