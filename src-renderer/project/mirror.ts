import type { DocumentReader } from '../../src-shared/edit/document.ts';
import type { RowChange, RowDiff } from '../../src-shared/edit/row-diff.ts';
import { TABLE_NAMES, type TableName, type Tables } from '../../src-shared/model/rows.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { SpanIndex } from './span-index.ts';

/**
 * The renderer's copy of the document. It is filled from a snapshot, follows the host's commits by `seq`, and answers
 * as a `DocumentReader`. It never changes by itself: commands go to the host and come back as diffs.
 */

/** A commit as the host sends it. Rows have crossed a channel, so their types are the sender's word. */
export type MirrorCommit = {
  readonly seq: number;
  readonly label: string;
  readonly diff: readonly {
    readonly table: string;
    readonly id: number;
    readonly before: Readonly<Record<string, unknown>> | null;
    readonly after: Readonly<Record<string, unknown>> | null;
  }[];
  readonly canUndo: string | null;
  readonly canRedo: string | null;
};

/** What a load or a commit touched. `trackIds` are those whose clips or gain points differ; a `reset` touches all. */
export type MirrorChange = {
  readonly seq: number;
  readonly label: string;
  readonly reset: boolean;
  readonly tables: ReadonlySet<TableName>;
  readonly trackIds: ReadonlySet<number>;
  readonly diff: RowDiff;
};

/** `known` was applied before; `gap` means that commits between are missing: ask for them from `mirror.seq` on. */
export type ApplyOutcome = 'applied' | 'known' | 'gap';

type Listener = (change: MirrorChange) => void;
const NO_GAIN_POINTS: readonly Tables['gain_point'][] = [];

export class Mirror implements DocumentReader {
  #rows: { [T in TableName]: Map<number, Tables[T]> } = emptyTables();
  #sorted = new Map<TableName, readonly unknown[]>();
  #clips = new Map<number, SpanIndex<Tables['clip']>>();
  #gainPoints = new Map<number, Tables['gain_point'][]>();
  #pictureClips = new SpanIndex<Tables['picture_clip']>();
  #tracks: readonly Tables['track'][] | null = null;
  #endSample: number | null = null;
  #listeners = new Set<Listener>();
  #onGap: ((sinceSeq: number) => void) | null = null;
  #versions = new Map<string, number>();
  #seq = 0;
  #canUndo: string | null = null;
  #canRedo: string | null = null;

  /** The last commit that this copy holds. */
  get seq(): number {
    return this.#seq;
  }

  /** The label of what undo would take back; null when there is nothing. */
  get canUndo(): string | null {
    return this.#canUndo;
  }

  get canRedo(): string | null {
    return this.#canRedo;
  }

  /** Is called with the last known `seq` when a commit arrives too early; whoever feeds the mirror asks again from there. */
  set onGap(ask: ((sinceSeq: number) => void) | null) {
    this.#onGap = ask;
  }

  /** Replaces everything by a snapshot. Tables that the snapshot lacks become empty; unknown ones are left alone. */
  load(snapshot: DocumentSnapshot): void {
    this.#rows = emptyTables();
    for (const name of TABLE_NAMES) {
      const table = snapshot.tables[name];
      if (!table) continue;
      const rows = this.#rows[name] as Map<number, unknown>;
      const { columns } = table;
      for (const values of table.rows) {
        const row: Record<string, unknown> = {};
        for (let column = 0; column < columns.length; column++) row[columns[column]!] = values[column];
        rows.set(row.id as number, row);
      }
    }
    this.#rebuildIndexes();
    this.#adopt(snapshot);
    this.#notify({
      seq: this.#seq,
      label: '',
      reset: true,
      tables: new Set(TABLE_NAMES),
      trackIds: new Set(this.#rows.track.keys()),
      diff: [],
    });
  }

  /** Follows one commit. Commits that are already held change nothing, one that comes too early neither. */
  apply(commit: MirrorCommit): ApplyOutcome {
    if (commit.seq <= this.#seq) return 'known';
    if (commit.seq !== this.#seq + 1) {
      this.#onGap?.(this.#seq);
      return 'gap';
    }
    const tables = new Set<TableName>();
    const trackIds = new Set<number>();
    const diff = commit.diff as unknown as RowDiff;
    for (const change of diff) {
      tables.add(change.table);
      this.#applyChange(change, trackIds);
    }
    this.#adopt(commit);
    this.#notify({ seq: commit.seq, label: commit.label, reset: false, tables, trackIds, diff });
    return 'applied';
  }

  /** Calls back after every load and commit. Returns the way to stop. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A number that rises whenever a table changes: what a React view compares. */
  tableVersion(table: TableName): number {
    return this.#versions.get(table) ?? 0;
  }

  /** A number that rises whenever the clips or gain points of one track change. */
  trackVersion(trackId: number): number {
    return this.#versions.get(`track/${trackId}`) ?? 0;
  }

  get<T extends TableName>(table: T, id: number): Tables[T] | null {
    return (this.#rows[table] as Map<number, Tables[T]>).get(id) ?? null;
  }

  all<T extends TableName>(table: T): readonly Tables[T][] {
    let rows = this.#sorted.get(table) as readonly Tables[T][] | undefined;
    if (!rows) {
      rows = [...(this.#rows[table] as Map<number, Tables[T]>).values()].sort((a, b) => a.id - b.id);
      this.#sorted.set(table, rows);
    }
    return rows;
  }

  /** Tracks from top to bottom. The same array until tracks change. */
  tracks(): readonly Tables['track'][] {
    this.#tracks ??= [...this.#rows.track.values()].sort((a, b) => a.position - b.position || a.id - b.id);
    return this.#tracks;
  }

  clipsOnTrack(trackId: number, fromSample: number, toSample: number): readonly Tables['clip'][] {
    return this.#clips.get(trackId)?.overlapping(fromSample, toSample) ?? [];
  }

  /** Every clip of a track, by start. */
  clipsOfTrack(trackId: number): readonly Tables['clip'][] {
    return this.#clips.get(trackId)?.rows ?? [];
  }

  gainPointsOfTrack(trackId: number): readonly Tables['gain_point'][] {
    return this.#gainPoints.get(trackId) ?? NO_GAIN_POINTS;
  }

  pictureClips(fromSample: number, toSample: number): readonly Tables['picture_clip'][] {
    return this.#pictureClips.overlapping(fromSample, toSample);
  }

  /** The project's row; null before a snapshot came. */
  project(): Tables['project'] | null {
    return this.#rows.project.get(1) ?? null;
  }

  /** The project's clock; 24 frames at 48 kHz from midnight before a snapshot came. */
  clock(): ProjectClock {
    const row = this.project();
    if (!row) return { frameRate: { numerator: 24, denominator: 1, drop: false }, sampleRate: 48_000, startFrame: 0 };
    return {
      frameRate: { numerator: row.frameRateNumerator, denominator: row.frameRateDenominator, drop: row.dropFrame },
      sampleRate: row.sampleRate,
      startFrame: row.startFrame,
    };
  }

  /** One past the last sample of any clip, picture or marker; 0 when there is nothing. */
  endSample(): number {
    if (this.#endSample === null) {
      let end = 0;
      for (const clip of this.#rows.clip.values()) end = Math.max(end, clip.startSample + clip.lengthSamples);
      for (const clip of this.#rows.picture_clip.values()) end = Math.max(end, clip.startSample + clip.lengthSamples);
      for (const marker of this.#rows.marker.values()) end = Math.max(end, marker.atSample + 1);
      this.#endSample = end;
    }
    return this.#endSample;
  }

  #adopt(state: { seq: number; canUndo: string | null; canRedo: string | null }): void {
    this.#seq = state.seq;
    this.#canUndo = state.canUndo;
    this.#canRedo = state.canRedo;
  }

  #rebuildIndexes(): void {
    this.#sorted.clear();
    this.#tracks = null;
    this.#endSample = null;
    this.#clips = new Map();
    const byTrack = new Map<number, Tables['clip'][]>();
    for (const clip of this.#rows.clip.values()) {
      const clips = byTrack.get(clip.trackId);
      if (clips) clips.push(clip);
      else byTrack.set(clip.trackId, [clip]);
    }
    for (const [trackId, clips] of byTrack) this.#indexOf(trackId).fill(clips);
    this.#gainPoints = new Map();
    for (const point of this.#rows.gain_point.values()) this.#gainPointList(point.trackId).push(point);
    for (const points of this.#gainPoints.values()) points.sort((a, b) => a.atSample - b.atSample);
    this.#pictureClips.fill([...this.#rows.picture_clip.values()]);
  }

  #applyChange(change: RowChange, trackIds: Set<number>): void {
    const rows = this.#rows[change.table] as Map<number, unknown>;
    // The row held here is what the indexes were built from, so it is what leaves them.
    const held = rows.get(change.id) ?? null;
    if (change.after) rows.set(change.id, change.after);
    else rows.delete(change.id);
    this.#sorted.delete(change.table);
    switch (change.table) {
      case 'track':
        this.#tracks = null;
        break;
      case 'clip': {
        const before = held as Tables['clip'] | null;
        if (before) this.#indexOf(before.trackId).remove(before);
        if (change.after) this.#indexOf(change.after.trackId).add(change.after);
        if (before) trackIds.add(before.trackId);
        if (change.after) trackIds.add(change.after.trackId);
        this.#noteEnd(before, change.after);
        break;
      }
      case 'gain_point': {
        const before = held as Tables['gain_point'] | null;
        for (const point of [before, change.after]) if (point) trackIds.add(point.trackId);
        if (before) removeFrom(this.#gainPointList(before.trackId), before.id);
        if (change.after) {
          const points = this.#gainPointList(change.after.trackId);
          points.push(change.after);
          points.sort((a, b) => a.atSample - b.atSample);
        }
        break;
      }
      case 'picture_clip': {
        const before = held as Tables['picture_clip'] | null;
        if (before) this.#pictureClips.remove(before);
        if (change.after) this.#pictureClips.add(change.after);
        this.#noteEnd(before, change.after);
        break;
      }
      case 'marker':
        this.#endSample = null;
        break;
    }
  }

  /** Keeps the end of the content without looking at every clip, except when what ended last has moved. */
  #noteEnd(before: EndedSpan | null, after: EndedSpan | null): void {
    if (this.#endSample === null) return;
    if (before && before.startSample + before.lengthSamples >= this.#endSample) this.#endSample = null;
    else if (after) this.#endSample = Math.max(this.#endSample, after.startSample + after.lengthSamples);
  }

  #indexOf(trackId: number): SpanIndex<Tables['clip']> {
    let index = this.#clips.get(trackId);
    if (!index) {
      index = new SpanIndex();
      this.#clips.set(trackId, index);
    }
    return index;
  }

  #gainPointList(trackId: number): Tables['gain_point'][] {
    let points = this.#gainPoints.get(trackId);
    if (!points) {
      points = [];
      this.#gainPoints.set(trackId, points);
    }
    return points;
  }

  #notify(change: MirrorChange): void {
    for (const table of change.tables) this.#versions.set(table, this.tableVersion(table) + 1);
    for (const id of change.trackIds) this.#versions.set(`track/${id}`, this.trackVersion(id) + 1);
    for (const listener of [...this.#listeners]) listener(change);
  }
}

type EndedSpan = { readonly startSample: number; readonly lengthSamples: number };

function emptyTables(): { [T in TableName]: Map<number, Tables[T]> } {
  return {
    project: new Map(),
    picture: new Map(),
    source: new Map(),
    track: new Map(),
    gain_point: new Map(),
    sync_match: new Map(),
    clip: new Map(),
    picture_clip: new Map(),
    marker: new Map(),
  };
}

function removeFrom(rows: { readonly id: number }[], id: number): void {
  const at = rows.findIndex((row) => row.id === id);
  if (at >= 0) rows.splice(at, 1);
}
