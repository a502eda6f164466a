import { createHash } from 'node:crypto';
import { type FileHandle, lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
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
 * Two sources of the same content share a file. Of one that was not read yet, it is filed by its path until it is.
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
    contentKey: string,
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
      outPath: this.pathOf(contentKey),
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

  /**
   * Has the peaks of a source built, or waits until they are, so that showing it need not. False: its file is not there.
   * Throws what building throws.
   */
  async make(row: SourceRow, onProgress: (portion: number) => void, signal: AbortSignal): Promise<boolean> {
    return (await this.filed(row, onProgress, signal)) !== null;
  }

  /** Files the peaks of a source that was unread under what is in it. */
  async identified(unread: SourceRow, contentHash: string): Promise<void> {
    const [before, after] = [keyOf(unread), keyOf({ ...unread, contentHash })];
    await rename(this.pathOf(before), this.pathOf(after)).catch(() => {
      // None were built: they are when somebody looks.
    });
    const opened = this.files.get(before);
    if (!opened || this.files.has(after)) return;
    this.files.delete(before);
    this.files.set(after, opened);
  }

  private pathOf(contentKey: string): string {
    return join(this.project.folder, PEAK_FOLDER, `${contentKey.replace(/[^0-9a-z]/gi, '_')}.peaks`);
  }

  private async peaksOf(sourceId: number): Promise<PeakFile | null> {
    const row = this.project.reader.get('source', sourceId);
    return row ? this.filed(row).catch(() => null) : null;
  }

  private filed(
    row: SourceRow,
    onProgress?: (portion: number) => void,
    signal: AbortSignal = this.ending.signal,
  ): Promise<PeakFile | null> {
    const key = keyOf(row);
    const there = this.files.get(key);
    if (there) return there;
    const opened = this.openOrBuild(row, onProgress, signal);
    this.files.set(key, opened);
    // What failed is tried again when it is asked for again.
    const forget = () => {
      if (this.files.get(key) === opened) this.files.delete(key);
    };
    opened.then((peaks) => peaks ?? forget(), forget);
    return opened;
  }

  private async openOrBuild(
    row: SourceRow,
    onProgress: ((portion: number) => void) | undefined,
    signal: AbortSignal,
  ): Promise<PeakFile | null> {
    const path = this.pathOf(keyOf(row));
    const there = await openPeakFile(path);
    if (there) return there;
    await this.locator.prepare([row]);
    const source = this.locator.locate(row);
    if (!source) return null;
    // One after the other: each build is bound by the disk already.
    const built = this.building.then(() => this.build(source, keyOf(row), onProgress, signal));
    this.building = built.catch(() => {});
    await built;
    return openPeakFile(path);
  }
}

/** What is in a source; of one that was not read yet, which file it is. */
function keyOf({ contentHash, path, sizeBytes }: SourceRow): string {
  if (contentHash !== '') return contentHash;
  return `unread_${createHash('sha256').update(`${sizeBytes} ${path}`).digest('hex')}`;
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
