import { rowsOfSnapshot } from '../model/columns.ts';
import { type ClipRow, type GainPointRow, TABLE_NAMES, type TableName, type Tables } from '../model/rows.ts';
import type { DocumentSnapshot } from '../rpc/media-routes.ts';
import { applyCommand } from './apply-command.ts';
import type { Command } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd } from './make-room.ts';
import { PlacedRows } from './placed-rows.ts';
import type { RowChange, RowDiff } from './row-diff.ts';
import { sameRow } from './row-diff.ts';

type AnyRow = Tables[TableName];
type Before = { readonly table: TableName; readonly id: number; readonly before: AnyRow | null };
export type DocumentRows = { readonly [T in TableName]?: readonly Tables[T][] };

/**
 * A document held in memory: what the renderer mirrors and what a gesture drafts on. Writes happen inside
 * {@link MemoryDocument.transact} or {@link MemoryDocument.draft}, all or none; what the host committed comes in by
 * {@link MemoryDocument.applyDiff}. Rows are never changed in place, so a reader may keep one and compare.
 */
export class MemoryDocument implements DocumentWriter {
  readonly #rows = new Map<TableName, Map<number, AnyRow>>(TABLE_NAMES.map((table) => [table, new Map()]));
  readonly #nextIds = new Map<TableName, number>(TABLE_NAMES.map((table) => [table, 1]));
  readonly #clips = new Map<number, PlacedRows<ClipRow>>();
  readonly #clipsBySource = new Map<number, Set<number>>();
  readonly #clipsByMatch = new Map<number, Set<number>>();
  readonly #gainPoints = new Map<number, PlacedRows<GainPointRow>>();
  readonly #pictureClips = new PlacedRows<Tables['picture_clip']>((clip) => clip.startSample, clipEnd);
  #touched: Map<string, Before> | null = null;

  constructor(rows: DocumentRows = {}) {
    for (const table of TABLE_NAMES) for (const row of rows[table] ?? []) this.#keep(table, row);
    for (const [trackId, clips] of grouped(rows.clip ?? [])) this.#clipsOf(trackId).load(clips);
    for (const [trackId, points] of grouped(rows.gain_point ?? [])) this.#pointsOf(trackId).load(points);
    for (const clip of rows.clip ?? []) this.#refer(clip);
    this.#pictureClips.load([...(rows.picture_clip ?? [])]);
  }

  static fromSnapshot(snapshot: DocumentSnapshot): MemoryDocument {
    return new MemoryDocument(
      Object.fromEntries(TABLE_NAMES.map((table) => [table, rowsOfSnapshot(snapshot, table)])) as DocumentRows,
    );
  }

  get<T extends TableName>(table: T, id: number): Tables[T] | null {
    return (this.#table(table).get(id) as Tables[T] | undefined) ?? null;
  }

  all<T extends TableName>(table: T): Tables[T][] {
    return ([...this.#table(table).values()] as Tables[T][]).sort((a, b) => a.id - b.id);
  }

  clipsOnTrack(trackId: number, fromSample: number, toSample: number): ClipRow[] {
    return this.#clips.get(trackId)?.overlapping(fromSample, toSample) ?? [];
  }

  clipsOfSource(sourceId: number): ClipRow[] {
    return this.#clipsOfIds(this.#clipsBySource.get(sourceId));
  }

  clipsOfMatch(syncMatchId: number): ClipRow[] {
    return this.#clipsOfIds(this.#clipsByMatch.get(syncMatchId));
  }

  gainPointsOfTrack(trackId: number): GainPointRow[] {
    return this.#gainPoints.get(trackId)?.all() ?? [];
  }

  pictureClips(fromSample: number, toSample: number): Tables['picture_clip'][] {
    return this.#pictureClips.overlapping(fromSample, toSample);
  }

  timelineEnd(): number {
    const lasts = [...this.#clips.values()].map((clips) => clips.last);
    return [...lasts, this.#pictureClips.last].reduce((end, clip) => Math.max(end, clip ? clipEnd(clip) : 0), 0);
  }

  insert<T extends Exclude<TableName, 'project'>>(table: T, row: Omit<Tables[T], 'id'>): Tables[T] {
    const id = this.#nextIds.get(table) as number;
    const inserted = { id, ...row } as unknown as Tables[T];
    this.#write(table, id, inserted);
    return inserted;
  }

  update<T extends TableName>(table: T, id: number, fields: Partial<Omit<Tables[T], 'id'>>): Tables[T] {
    const before = this.#table(table).get(id);
    if (!before) throw new RangeError(`no row ${id} in ${table}`);
    const after = { ...before, ...fields } as Tables[T];
    if (!sameRow(before, after)) this.#write(table, id, after);
    return after;
  }

  remove<T extends Exclude<TableName, 'project'>>(table: T, id: number): void {
    if (!this.#table(table).has(id)) throw new RangeError(`no row ${id} in ${table}`);
    this.#write(table, id, null);
  }

  /** Runs an edit, all or none, and returns what it did. An edit that throws leaves everything as it was. */
  transact<R>(edit: (writer: DocumentWriter) => R): { readonly result: R; readonly diff: RowDiff } {
    const { result, diff } = this.#run(edit);
    return { result, diff };
  }

  /** What a command would do, without doing it: a gesture's draft. Ids of rows it would add are provisional. */
  draft(command: Command): { readonly label: string; readonly diff: RowDiff } {
    const { result, diff, takeBack } = this.#run((writer) => applyCommand(writer, command));
    takeBack();
    return { label: result, diff };
  }

  /** Takes over a commit. Rows end as the diff's `after`, whatever they were. */
  applyDiff(diff: RowDiff): void {
    for (const change of diff) this.#write(change.table, change.id, change.after);
  }

  #run<R>(edit: (writer: DocumentWriter) => R): { result: R; diff: RowDiff; takeBack: () => void } {
    if (this.#touched) throw new Error('An edit is already under way on this document.');
    const touched = new Map<string, Before>();
    const nextIds = [...this.#nextIds];
    const takeBack = () => {
      for (const { table, id, before } of [...touched.values()].reverse()) this.#write(table, id, before);
      for (const [table, next] of nextIds) this.#nextIds.set(table, next);
    };
    this.#touched = touched;
    try {
      const result = edit(this);
      this.#touched = null;
      const changes = [...touched.values()].map(({ table, id, before }) => ({
        table,
        id,
        before,
        after: this.#table(table).get(id) ?? null,
      }));
      return { result, diff: changes.filter(({ before, after }) => !sameRow(before, after)) as RowChange[], takeBack };
    } catch (error) {
      this.#touched = null;
      takeBack();
      throw error;
    }
  }

  #write(table: TableName, id: number, after: AnyRow | null): void {
    const rows = this.#table(table);
    const before = rows.get(id) ?? null;
    const key = `${table}/${id}`;
    if (this.#touched && !this.#touched.has(key)) this.#touched.set(key, { table, id, before });
    if (after) this.#keep(table, after);
    else rows.delete(id);
    if (table === 'clip') this.#placeClip(before as ClipRow | null, after as ClipRow | null);
    else if (table === 'gain_point') {
      if (before) this.#pointsOf((before as GainPointRow).trackId).remove(before as GainPointRow);
      if (after) this.#pointsOf((after as GainPointRow).trackId).insert(after as GainPointRow);
    } else if (table === 'picture_clip') {
      if (before) this.#pictureClips.remove(before as Tables['picture_clip']);
      if (after) this.#pictureClips.insert(after as Tables['picture_clip']);
    }
  }

  #placeClip(before: ClipRow | null, after: ClipRow | null): void {
    if (before && after && before.trackId === after.trackId) this.#clipsOf(after.trackId).replace(before, after);
    else {
      if (before) this.#clipsOf(before.trackId).remove(before);
      if (after) this.#clipsOf(after.trackId).insert(after);
    }
    if (before?.sourceId === after?.sourceId && before?.syncMatchId === after?.syncMatchId) return;
    if (before) {
      this.#clipsBySource.get(before.sourceId)?.delete(before.id);
      if (before.syncMatchId !== null) this.#clipsByMatch.get(before.syncMatchId)?.delete(before.id);
    }
    if (after) this.#refer(after);
  }

  /** Notes which source a clip plays and which match it is tied to. */
  #refer(clip: ClipRow): void {
    const none = () => new Set<number>();
    entry(this.#clipsBySource, clip.sourceId, none).add(clip.id);
    if (clip.syncMatchId !== null) entry(this.#clipsByMatch, clip.syncMatchId, none).add(clip.id);
  }

  #clipsOfIds(ids: ReadonlySet<number> | undefined): ClipRow[] {
    return [...(ids ?? [])].sort((a, b) => a - b).map((id) => this.#table('clip').get(id) as ClipRow);
  }

  #keep(table: TableName, row: AnyRow): void {
    this.#table(table).set(row.id, row);
    if (row.id >= (this.#nextIds.get(table) as number)) this.#nextIds.set(table, row.id + 1);
  }

  #table(table: TableName): Map<number, AnyRow> {
    return this.#rows.get(table) as Map<number, AnyRow>;
  }

  #clipsOf(trackId: number): PlacedRows<ClipRow> {
    return entry(this.#clips, trackId, () => new PlacedRows<ClipRow>((clip) => clip.startSample, clipEnd));
  }

  #pointsOf(trackId: number): PlacedRows<GainPointRow> {
    const at = (point: GainPointRow) => point.atSample;
    return entry(this.#gainPoints, trackId, () => new PlacedRows<GainPointRow>(at, at));
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const held = map.get(key);
  if (held !== undefined) return held;
  const made = make();
  map.set(key, made);
  return made;
}

function grouped<R extends { readonly trackId: number }>(rows: readonly R[]): Map<number, R[]> {
  const groups = new Map<number, R[]>();
  for (const row of rows) entry(groups, row.trackId, () => []).push(row);
  return groups;
}
