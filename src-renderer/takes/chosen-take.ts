import { create } from 'zustand';
import type { TakeRow } from '../../src-shared/model/rows.ts';
import type { TimelineContext } from '../timeline/timeline-context.ts';
import { scopeOfView, type TakeScope, takesHere } from './takes-here.ts';

type ChosenTake = {
  /** Null: the newest one that lies there. */
  readonly takeId: number | null;
  readonly renamingId: number | null;
  /** Heard alone. */
  readonly playingId: number | null;
};

/** Which of the listed takes is looked at, named anew, listened to. */
export const useChosenTake = create<ChosenTake>(() => ({ takeId: null, renamingId: null, playingId: null }));

export type ListedTakes = {
  readonly scope: TakeScope | null;
  /** Newest first. */
  readonly takes: readonly TakeRow[];
  /** The chosen one, else the newest; null where there are none. */
  readonly chosen: TakeRow | null;
};

/** The takes that lie where the person is, as the panel lists them. */
export function listedTakes({ mirror, view }: Pick<TimelineContext, 'mirror' | 'view'>): ListedTakes {
  const scope = scopeOfView(mirror, view.getState());
  const takes = takesHere(mirror.all('take'), scope);
  const { takeId } = useChosenTake.getState();
  return { scope, takes, chosen: takes.find(({ id }) => id === takeId) ?? takes[0] ?? null };
}

export function chooseTake(takeId: number): void {
  useChosenTake.setState({ takeId, renamingId: null });
}

/** Chooses the take that many further down the list, held at its ends. */
export function stepTake(place: Pick<TimelineContext, 'mirror' | 'view'>, step: number): void {
  const { takes, chosen } = listedTakes(place);
  const at = takes.findIndex(({ id }) => id === chosen?.id);
  const next = takes[Math.min(takes.length - 1, Math.max(0, at + step))];
  if (next) chooseTake(next.id);
}
