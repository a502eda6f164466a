import type { DocumentReader, DocumentWriter } from '../../src-shared/edit/document.ts';
import type { RowChange, RowDiff } from '../../src-shared/edit/row-diff.ts';
import type { TableName, Tables } from '../../src-shared/model/rows.ts';

/**
 * What the document would be: changes written over a reader that stays as it is. A gesture applies its command to a
 * draft at each move and throws the draft away; only the release reaches the host.
 */
export class Draft implements DocumentWriter {
  readonly #base: DocumentReader;
  /** Written rows by table; null is a removed row. */
  readonly #written = new Map<TableName, Map<number, Tables[TableName] | null>>();
  /** Written clips by the track that they are on now. */
  readonly #clipsByTrack = new Map<number, Map<number, Tables['clip']>>();
  #nextId: number | null = null;

  constructor(base: DocumentReader) {
    this.#base = base;
  }

  /** Tracks whose clips or gain points differ from the base, both where they left and where they arrived. */
  changedTrackIds(): Set<number> {
    const ids = new Set<number>();
    for (const table of ['clip', 'gain_point'] as const) {
      for (const [id, row] of this.#written.get(table) ?? []) {
        const before = this.#base.get(table, id);
        if (before) ids.add(before.trackId);
        if (row) ids.add((row as Tables[typeof table]).trackId);
      }
    }
    return ids;
  }

  /** Whether a table was written at all. */
  touches(table: TableName): boolean {
    return (this.#written.get(table)?.size ?? 0) > 0;
  }

  /** The draft as a diff from its base. */
  diff(): RowDiff {
    const changes: RowChange[] = [];
    for (const [table, rows] of this.#written)
      for (const [id, after] of rows) {
        const before = this.#base.get(table, id);
        if (before || after) changes.push({ table, id, before, after } as RowChange);
      }
    return changes;
  }

  get<T extends TableName>(table: T, id: number): Tables[T] | null {
    const row = this.#written.get(table)?.get(id);
    return row === undefined ? this.#base.get(table, id) : (row as Tables[T] | null);
  }

  all<T extends TableName>(table: T): readonly Tables[T][] {
    const written = this.#written.get(table);
    if (!written?.size) return this.#base.all(table);
    const kept = this.#base.all(table).filter((row) => !written.has(row.id));
    for (const row of written.values()) if (row) kept.push(row as Tables[T]);
    return kept.sort((a, b) => a.id - b.id);
  }

  clipsOnTrack(trackId: number, fromSample: number, toSample: number): readonly Tables['clip'][] {
    const base = this.#base.clipsOnTrack(trackId, fromSample, toSample);
    const written = this.#written.get('clip');
    if (!written?.size) return base;
    const clips = base.filter((clip) => !written.has(clip.id));
    for (const clip of this.#clipsByTrack.get(trackId)?.values() ?? [])
      if (clip.startSample < toSample && clip.startSample + clip.lengthSamples > fromSample) clips.push(clip);
    return clips.sort(byStart);
  }

  gainPointsOfTrack(trackId: number): readonly Tables['gain_point'][] {
    const written = this.#written.get('gain_point');
    if (!written?.size) return this.#base.gainPointsOfTrack(trackId);
    const points = this.#base.gainPointsOfTrack(trackId).filter((point) => !written.has(point.id));
    for (const point of written.values() as Iterable<Tables['gain_point'] | null>)
      if (point?.trackId === trackId) points.push(point);
    return points.sort((a, b) => a.atSample - b.atSample || a.id - b.id);
  }

  pictureClips(fromSample: number, toSample: number): readonly Tables['picture_clip'][] {
    const written = this.#written.get('picture_clip');
    const base = this.#base.pictureClips(fromSample, toSample);
    if (!written?.size) return base;
    const clips = base.filter((clip) => !written.has(clip.id));
    for (const clip of written.values() as Iterable<Tables['picture_clip'] | null>)
      if (clip && clip.startSample < toSample && clip.startSample + clip.lengthSamples > fromSample) clips.push(clip);
    return clips.sort(byStart);
  }

  insert<T extends Exclude<TableName, 'project'>>(table: T, row: Omit<Tables[T], 'id'>): Tables[T] {
    const inserted = { ...row, id: this.#freshId() } as unknown as Tables[T];
    this.#write(table, inserted.id, inserted);
    return inserted;
  }

  update<T extends TableName>(table: T, id: number, fields: Partial<Omit<Tables[T], 'id'>>): Tables[T] {
    const row = this.get(table, id);
    if (!row) throw new RangeError(`There is no ${table} ${id} to change`);
    const changed = { ...row, ...fields } as Tables[T];
    this.#write(table, id, changed);
    return changed;
  }

  remove<T extends Exclude<TableName, 'project'>>(table: T, id: number): void {
    if (!this.get(table, id)) throw new RangeError(`There is no ${table} ${id} to remove`);
    this.#write(table, id, null);
  }

  #write(table: TableName, id: number, row: Tables[TableName] | null): void {
    let rows = this.#written.get(table);
    if (!rows) {
      rows = new Map();
      this.#written.set(table, rows);
    }
    if (table === 'clip') {
      const before = rows.get(id) as Tables['clip'] | null | undefined;
      if (before) this.#clipsByTrack.get(before.trackId)?.delete(id);
      if (row) {
        const { trackId } = row as Tables['clip'];
        const onTrack = this.#clipsByTrack.get(trackId) ?? new Map<number, Tables['clip']>();
        onTrack.set(id, row as Tables['clip']);
        this.#clipsByTrack.set(trackId, onTrack);
      }
    }
    rows.set(id, row);
  }

  /** Ids of drafts never reach the host; they start beyond any that a project could have handed out. */
  #freshId(): number {
    this.#nextId = (this.#nextId ?? 2 ** 50) + 1;
    return this.#nextId;
  }
}

function byStart(a: { startSample: number; id: number }, b: { startSample: number; id: number }): number {
  return a.startSample - b.startSample || a.id - b.id;
}
