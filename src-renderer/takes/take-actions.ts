import type { TakeRow } from '../../src-shared/model/rows.ts';
import { type AppAction, inProject } from '../app/action.ts';
import { attempt, type OpenProject } from '../project/open-project.ts';
import { tellPlain } from '../ui/toasts.ts';
import { type ListedTakes, listedTakes, stepTake, useChosenTake } from './chosen-take.ts';
import { showTakes } from './show-takes.ts';
import { takeAudition } from './take-audition.ts';
import { usedSpan } from './takes-here.ts';

/** What a person does with the take that is chosen in the list, besides what changes the project. */

const NO_TAKES = 'There is no take here.';
const HOW = 'Arm a track and record: each pass is kept as a take of its track.';

function withChosen(project: OpenProject, run: (take: TakeRow, listed: ListedTakes) => unknown): unknown {
  const listed = listedTakes(project);
  return listed.chosen ? run(listed.chosen, listed) : tellPlain(NO_TAKES, HOW);
}

/** Hears a take alone, or ends it. */
export function auditionTake(project: OpenProject, take: TakeRow): unknown {
  if (useChosenTake.getState().playingId === take.id) return takeAudition.stop();
  if (project.session.engine.store.getState().record.phase !== 'idle')
    return tellPlain('A take can be heard once the recording has stopped.');
  const source = take.sourceId === null ? null : project.mirror.get('source', take.sourceId);
  const span = usedSpan(project.mirror, take, listedTakes(project).scope);
  if (!source || !span) return tellPlain(`Nothing of “${take.name}” was recorded here.`);
  const { channelCount, id } = source;
  const heard = { takeId: take.id, sourceId: id, channelCount, startSample: take.startSample };
  return takeAudition.play(project, heard, span);
}

/** Opens the folder of the take's file, or says where it is where the machine has no way to. */
export async function showTakeFile(project: OpenProject, take: TakeRow): Promise<void> {
  const path = fileOfTake(project, take);
  const answer = await attempt(() => project.session.client.host.revealFile({ path }));
  if (answer && !answer.revealed) tellPlain(`The file lies at ${path}.`);
}

/** Where its file lies, absolute. */
export function fileOfTake({ info, mirror }: OpenProject, take: TakeRow): string {
  const path = (take.sourceId === null ? null : mirror.get('source', take.sourceId)?.path) ?? take.path;
  const isWindows = info.folder.includes('\\');
  return isWindows ? `${info.folder}\\${path.replaceAll('/', '\\')}` : `${info.folder}/${path}`;
}

export const TAKE_LIST_ACTIONS: readonly AppAction[] = [
  inProject('view.takes', 'Takes', () => showTakes()),
  inProject('take.next', 'Choose the older take', ({ project }) => {
    showTakes(false);
    stepTake(project, 1);
  }),
  inProject('take.previous', 'Choose the newer take', ({ project }) => {
    showTakes(false);
    stepTake(project, -1);
  }),
  inProject('take.audition', 'Hear the chosen take alone', ({ project }) =>
    withChosen(project, (take) => auditionTake(project, take)),
  ),
  inProject('take.rename', 'Rename the chosen take', ({ project }) =>
    withChosen(project, (take) => {
      showTakes(false);
      useChosenTake.setState({ takeId: take.id, renamingId: take.id });
    }),
  ),
  inProject('take.showFile', 'Show the file of the chosen take', ({ project }) =>
    withChosen(project, (take) => showTakeFile(project, take)),
  ),
];
