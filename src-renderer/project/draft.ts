import type { RowDiff } from '../../src-shared/edit/row-diff.ts';
import type { ClipRow, GainPointRow } from '../../src-shared/model/rows.ts';
import type { Mirror } from './mirror.ts';

/**
 * What the document would be after a command: a diff over a mirror that stays as it is. A gesture makes a new draft at
 * each move and drops the old one; only its release reaches the host.
 */
export class Draft {
  readonly label: string;
  readonly diff: RowDiff;
  /** Tracks whose clips or gain points would differ. */
  readonly trackIds: ReadonlySet<number>;
  readonly #mirror: Mirror;
  readonly #clips = new Map<number, ClipRow | null>();

  constructor(mirror: Mirror, label: string, diff: RowDiff) {
    this.#mirror = mirror;
    this.label = label;
    this.diff = diff;
    this.trackIds = tracksOf(diff);
    for (const change of diff) if (change.table === 'clip') this.#clips.set(change.id, change.after);
  }

  /** A clip as it would be; null when it would be gone. Clips that would be added have provisional ids. */
  clip(id: number): ClipRow | null {
    const drafted = this.#clips.get(id);
    return drafted === undefined ? this.#mirror.get('clip', id) : drafted;
  }

  /** The clips of a track as they would be, by start. */
  clipsOfTrack(trackId: number): readonly ClipRow[] {
    const clips = this.#mirror.clipsOfTrack(trackId).filter((clip) => !this.#clips.has(clip.id));
    for (const clip of this.#clips.values()) if (clip?.trackId === trackId) clips.push(clip);
    return clips.sort((a, b) => a.startSample - b.startSample || a.id - b.id);
  }

  /** The gain breakpoints of a track as they would be, by position. */
  gainPointsOfTrack(trackId: number): readonly GainPointRow[] {
    const drafted = new Map<number, GainPointRow | null>();
    for (const change of this.diff) if (change.table === 'gain_point') drafted.set(change.id, change.after);
    if (drafted.size === 0) return this.#mirror.gainPointsOfTrack(trackId);
    const points = this.#mirror.gainPointsOfTrack(trackId).filter((point) => !drafted.has(point.id));
    for (const point of drafted.values()) if (point?.trackId === trackId) points.push(point);
    return points.sort((a, b) => a.atSample - b.atSample);
  }
}

/** Tracks whose clips or gain points a diff changes: where rows were, and where they are. */
export function tracksOf(diff: RowDiff): Set<number> {
  const ids = new Set<number>();
  for (const change of diff)
    if (change.table === 'clip' || change.table === 'gain_point')
      for (const row of [change.before, change.after]) if (row) ids.add(row.trackId);
  return ids;
}
