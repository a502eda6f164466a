import type { SyncMatchRow } from '../../src-shared/model/rows.ts';
import { tellPlain } from '../ui/toasts.ts';
import type { Review } from './review.ts';

/** What keeps matches from being changed. */

/** Whether the project takes changes; tells why where it does not. */
export function writable(review: Review): boolean {
  if (!review.project.info.readOnly) return true;
  tellPlain('This project is read-only.', 'It can be looked at and listened to; nothing is changed.');
  return false;
}

/** Why nothing of a match is changed while a job accepts it, for the hint of what is disabled. */
export const ACCEPTING_HINT = 'It is being accepted: wait until that is done, or cancel it first';

/** Those that no job is accepting at the moment; tells it when that leaves none. */
export function unlocked(review: Review, matches: readonly SyncMatchRow[]): readonly SyncMatchRow[] {
  const free = matches.filter((match) => !review.state.acceptingIds.has(match.id));
  if (free.length === 0 && matches.length > 0)
    tellPlain('This match is being accepted.', 'Wait until that is done, or cancel it, then change it.');
  return free;
}
