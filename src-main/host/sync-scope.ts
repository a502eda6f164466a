import { isDecided } from '../../src-shared/edit/sync-edits.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { openCameras, unsearchedIn } from '../../src-shared/sync/open-cameras.ts';
import type { Project } from '../project/project.ts';
import { filesAway } from './files-away.ts';

/** The recorder files, of those that some clip without a match was not looked for in, that are there and that are away. */
type Unsearched = { readonly there: readonly SourceRow[]; readonly away: readonly SourceRow[] };

export const NOTHING_UNSEARCHED: Unsearched = { there: [], away: [] };

/** Looks which recorder files could be searched now for clips that were matched with nothing before. */
export async function unsearchedFiles(
  project: Project,
  cameras: readonly SourceRow[],
  recorders: readonly SourceRow[],
): Promise<Unsearched> {
  const ids = new Set<number>(cameras.map(({ id }) => id));
  const recorderIds = recorders.map(({ id }) => id);
  const left = new Set<number>();
  for (const match of project.reader.all('sync_match'))
    if (ids.has(match.cameraSourceId)) for (const id of unsearchedIn(match, recorderIds)) left.add(id);
  if (left.size === 0) return NOTHING_UNSEARCHED;
  const files = recorders.filter(({ id }) => left.has(id));
  const away = await filesAway(project, files);
  return { there: files.filter(({ id }) => !away.has(id)), away: files.filter(({ id }) => away.has(id)) };
}

/**
 * The camera clips, all of them where none are named, that have no result of any kind, or no match although some of the
 * recorder files given were not searched for them.
 */
export function undecided(
  project: Project,
  named?: readonly SourceRow[],
  unsearched: readonly SourceRow[] = [],
): SourceRow[] {
  const cameras =
    named ?? project.reader.all('source').filter(({ role, derivedFromId }) => role === 'camera' && !derivedFromId);
  const { fresh, unsearched: reopened } = openCameras(
    cameras.map(({ id }) => id),
    project.reader.all('sync_match'),
    unsearched.map(({ id }) => id),
  );
  const open = new Set<number>([...fresh, ...reopened]);
  return cameras.filter(({ id }) => open.has(id));
}

/** What is said of clips without a match that are looked at again because of recorder files; empty where none is. */
export function tellReopened(project: Project, open: readonly SourceRow[], unsearched: readonly SourceRow[]): string {
  const matches = project.reader.all('sync_match');
  const sought = new Set<number>(matches.map(({ cameraSourceId }) => cameraSourceId));
  const clips = open.filter(({ id }) => sought.has(id)).length;
  if (clips === 0) return '';
  const [were, them] = clips === 1 ? ['was', 'it'] : ['were', 'them'];
  const files = unsearched.length === 1 ? '1 recorder file' : `${unsearched.length} recorder files`;
  return `${counted(clips)} without a match ${were} looked at again: ${files} had not been searched for ${them}, ${fewNames(unsearched)}.`;
}

/** Says of recorder files that could not be read that they were not searched; empty where there are none. */
export function tellNotSearched(rows: readonly SourceRow[], why: 'offline' | 'unreadable'): string {
  if (rows.length === 0) return '';
  const which = rows.length === 1 ? '1 recorder file was' : `${rows.length} recorder files were`;
  return `${which} ${why} and not searched: ${fewNames(rows)}.`;
}

function fewNames(rows: readonly SourceRow[]): string {
  const names = rows.slice(0, 3).map(({ name }) => name);
  return `${names.join(', ')}${rows.length > 3 ? ' and more' : ''}`;
}

/** What is said of camera clips that are left as they are, to follow a sentence; empty where there are none. */
export function tellPassedOver(clips: number, again: boolean): string {
  if (clips === 0) return '';
  const which = again ? 'laid or set by hand' : 'with a result';
  return ` ${counted(clips)} ${which} ${clips === 1 ? 'was' : 'were'} passed over.`;
}

/** Sound files whose role nobody told and that say nothing of a recorder themselves: they may be the ones missed. */
export function tellWithoutRole(rows: readonly SourceRow[]): string {
  if (rows.length === 0) return '';
  const which =
    rows.length === 1 ? '1 sound file has no role and was' : `${rows.length} sound files have no role and were`;
  return `${which} not searched: ${fewNames(rows)}.`;
}

/** The camera clips of which a person laid or set nothing by hand. What they rejected stays so, but another may fit. */
export function notSetByHand(project: Project, cameras: readonly SourceRow[]): SourceRow[] {
  const set = new Set<number>(
    project.reader
      .all('sync_match')
      .filter((match) => match.status !== 'accepted' && match.status !== 'rejected' && isDecided(match))
      .map(({ cameraSourceId }) => cameraSourceId),
  );
  return cameras.filter(({ id }) => !set.has(id));
}

/** Every clip was laid or set by a person. */
export function allByHand(cameras: readonly SourceRow[]): TwopopError {
  const which = cameras.length === 1 ? 'The camera clip was' : `All ${counted(cameras.length)} were`;
  return new TwopopError({
    code: 'sync-all-by-hand',
    message: `${which} laid or set by hand, which is not given up unasked. Nothing was changed.`,
    remedy: 'Select the clips that are to be looked at anew all the same, and sync these again.',
  });
}

/** Every clip has a result. `away` are recorder files that some were not looked for in and that are still away. */
export function allDecided(project: Project, cameras: readonly SourceRow[], away: readonly SourceRow[]): TwopopError {
  const ids = new Set<number>(cameras.map(({ id }) => id));
  const without = new Set(
    project.reader
      .all('sync_match')
      .filter(({ status, cameraSourceId }) => status === 'unmatched' && ids.has(cameraSourceId))
      .map(({ cameraSourceId }) => cameraSourceId),
  ).size;
  const which = cameras.length === 1 ? 'The camera clip has' : `All ${counted(cameras.length)} have`;
  return new TwopopError({
    code: 'sync-all-decided',
    message: `${which} a sync result already${without > 0 ? `, ${without} of them without a match` : ''}.${away.length > 0 ? ` ${tellNotSearched(away, 'offline')}` : ''} Nothing was changed.`,
    remedy:
      away.length > 0
        ? 'Mount the disk that the recorder files lie on, or relink them, then sync again.'
        : 'Look at the results in the review. To have the clips looked at anew, sync again from the start; what was accepted stays.',
  });
}

/** `1 camera clip`, `3 camera clips`. */
export function counted(clips: number): string {
  return `${clips} camera ${clips === 1 ? 'clip' : 'clips'}`;
}
