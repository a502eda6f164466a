import type { TableName, Tables } from '../model/rows.ts';

/**
 * What an edit may ask of a document. The project file answers from SQLite, the renderer from its mirror, so one set
 * of edits serves the commit and the draft that a gesture shows before it.
 */
export interface DocumentReader {
  /** The row, or null. */
  get<T extends TableName>(table: T, id: number): Tables[T] | null;
  /** Every row of a table, by id. For small tables; clips are asked for by track. */
  all<T extends TableName>(table: T): readonly Tables[T][];
  /** Clips of a track that overlap `[fromSample, toSample)`, by start. */
  clipsOnTrack(trackId: number, fromSample: number, toSample: number): readonly Tables['clip'][];
  /** Clips that play a source, on any track, by id. */
  clipsOfSource(sourceId: number): readonly Tables['clip'][];
  /** Clips that an accepted sync put there and that are still tied to it, by id. */
  clipsOfMatch(syncMatchId: number): readonly Tables['clip'][];
  /** The breakpoints of a track's gain, by position. */
  gainPointsOfTrack(trackId: number): readonly Tables['gain_point'][];
  /** Picture clips that overlap `[fromSample, toSample)`, by start. */
  pictureClips(fromSample: number, toSample: number): readonly Tables['picture_clip'][];
  /** Where the last clip, sound or picture, ends; 0 in an empty document. */
  timelineEnd(): number;
}

/** The one way to change a document: every write is seen with its before-image. */
export interface DocumentWriter extends DocumentReader {
  /** Adds a row with a fresh id and returns it. */
  insert<T extends Exclude<TableName, 'project'>>(table: T, row: Omit<Tables[T], 'id'>): Tables[T];
  /** Changes fields of a row and returns it. Throws when there is none. */
  update<T extends TableName>(table: T, id: number, fields: Partial<Omit<Tables[T], 'id'>>): Tables[T];
  /** Removes a row. Throws when there is none. */
  remove<T extends Exclude<TableName, 'project'>>(table: T, id: number): void;
}
