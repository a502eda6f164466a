import type { Command } from '../../src-shared/edit/commands.ts';
import type { DocumentReader } from '../../src-shared/edit/document.ts';
import { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import { type RowChange, type RowDiff, reverseDiff, wholeDiff } from '../../src-shared/edit/row-diff.ts';
import { type SyncRelation, SyncRelations } from '../../src-shared/edit/sync-relation.ts';
import { TABLE_NAMES, type TableName, type Tables } from '../../src-shared/model/rows.ts';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';
import { Draft, tracksOf } from './draft.ts';

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

const WHOLE_TIMELINE = Number.MAX_SAFE_INTEGER;

export class Mirror implements DocumentReader {
  #document = new MemoryDocument();
  #relations = new SyncRelations(this.#document);
  #sorted = new Map<TableName, readonly unknown[]>();
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

  /** Replaces everything by a snapshot. Tables that the snapshot lacks become empty. */
  load(snapshot: DocumentSnapshot): void {
    this.#document = MemoryDocument.fromSnapshot(snapshot);
    this.#relations = new SyncRelations(this.#document);
    this.#sorted.clear();
    this.#adopt(snapshot);
    this.#notify({
      seq: snapshot.seq,
      label: '',
      reset: true,
      tables: new Set(TABLE_NAMES),
      trackIds: new Set(this.#document.all('track').map((track) => track.id)),
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
    const sent = commit.diff as unknown as RowDiff;
    const diff = wholeDiff(sent, (table, id) => this.#document.get(table, id));
    this.#document.applyDiff(diff);
    this.#relations.applyDiff(diff);
    const tables = new Set(diff.map((change) => change.table));
    for (const table of tables) this.#sorted.delete(table);
    this.#adopt(commit);
    this.#notify({ seq: commit.seq, label: commit.label, reset: false, tables, trackIds: tracksOf(diff), diff });
    return 'applied';
  }

  /**
   * What a command would make of the document, which stays as it is. Throws a `TwopopError` where the command would be
   * refused. The command must be complete: defaults filled in, as `commandSchema` does.
   */
  draft(command: Command): Draft {
    const { label, diff } = this.#document.draft(command);
    return new Draft(this, label, diff);
  }

  /** Where a clip lies beside where its sync puts it; null where nothing says. Asked for many clips it is quick. */
  syncRelation(clip: Tables['clip']): SyncRelation | null {
    return this.#relations.of(clip);
  }

  /** Runs `read` on the mirror's rows and relations as they would be after a draft. It must only read, and at once. */
  underDraft<R>(draft: Draft, read: () => R): R {
    // Back to the rows that are here now: a draft may outlive the commit that it became.
    const there = draft.diff.map((change) => {
      const now = this.#document.get(change.table, change.id);
      return { ...change, before: now, after: change.after } as RowChange;
    });
    const back = reverseDiff(there);
    this.#document.applyDiff(there);
    this.#relations.applyDiff(there);
    try {
      return read();
    } finally {
      this.#document.applyDiff(back);
      this.#relations.applyDiff(back);
    }
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
    return this.#document.get(table, id);
  }

  /** Rows of a table by id; the same array until the table changes. */
  all<T extends TableName>(table: T): readonly Tables[T][] {
    let rows = this.#sorted.get(table) as readonly Tables[T][] | undefined;
    if (!rows) {
      rows = this.#document.all(table);
      this.#sorted.set(table, rows);
    }
    return rows;
  }

  /** Tracks from top to bottom. The same array until tracks change. */
  tracks(): readonly Tables['track'][] {
    this.#tracks ??= [...this.#document.all('track')].sort((a, b) => a.position - b.position || a.id - b.id);
    return this.#tracks;
  }

  clipsOnTrack(trackId: number, fromSample: number, toSample: number): readonly Tables['clip'][] {
    return this.#document.clipsOnTrack(trackId, fromSample, toSample);
  }

  /** Every clip of a track, by start. */
  clipsOfTrack(trackId: number): readonly Tables['clip'][] {
    return this.#document.clipsOnTrack(trackId, 0, WHOLE_TIMELINE);
  }

  clipsOfSource(sourceId: number): readonly Tables['clip'][] {
    return this.#document.clipsOfSource(sourceId);
  }

  clipsOfMatch(syncMatchId: number): readonly Tables['clip'][] {
    return this.#document.clipsOfMatch(syncMatchId);
  }

  gainPointsOfTrack(trackId: number): readonly Tables['gain_point'][] {
    return this.#document.gainPointsOfTrack(trackId);
  }

  pictureClips(fromSample: number, toSample: number): readonly Tables['picture_clip'][] {
    return this.#document.pictureClips(fromSample, toSample);
  }

  timelineEnd(): number {
    return this.#document.timelineEnd();
  }

  /** The project's row; null before a snapshot came. */
  project(): Tables['project'] | null {
    return this.#document.get('project', 1);
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
      const markers = this.all('marker').map((marker) => marker.atSample + 1);
      this.#endSample = markers.reduce((end, marker) => Math.max(end, marker), this.timelineEnd());
    }
    return this.#endSample;
  }

  #adopt(state: { seq: number; canUndo: string | null; canRedo: string | null }): void {
    this.#seq = state.seq;
    this.#canUndo = state.canUndo;
    this.#canRedo = state.canRedo;
    this.#endSample = null;
  }

  #notify(change: MirrorChange): void {
    if (change.tables.has('track')) this.#tracks = null;
    for (const table of change.tables) this.#versions.set(table, this.tableVersion(table) + 1);
    for (const id of change.trackIds) this.#versions.set(`track/${id}`, this.trackVersion(id) + 1);
    for (const listener of [...this.#listeners]) listener(change);
  }
}
