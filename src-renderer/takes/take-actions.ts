import type { TakeRow } from '../../src-shared/model/rows.ts';
import { type AppAction, inProject } from '../app/action.ts';
import { attempt, type OpenProject } from '../project/open-project.ts';
import { tellPlain } from '../ui/toasts.ts';
import { type ListedTakes, listedTakes, stepTake, useChosenTake } from './chosen-take.ts';
import { showTakes } from './show-takes.ts';
import { takeAudition } from './take-audition.ts';
import { takesOfPass, usedSpan } from './takes-here.ts';

/** What a person does with the take that is chosen in the list. */

const NO_TAKES = 'There is no take here.';
const HOW = 'Arm a track and record: each pass is kept as a take of its track.';

function withChosen(project: OpenProject, run: (take: TakeRow, listed: ListedTakes) => unknown): unknown {
  const listed = listedTakes(project);
  return listed.chosen ? run(listed.chosen, listed) : tellPlain(NO_TAKES, HOW);
}

/** Puts a take on its track: into the selected range, as far as it reaches, else its whole punch. One step of undo. */
export function putTake(project: OpenProject, take: TakeRow): unknown {
  const span = usedSpan(project.mirror, take, listedTakes(project).scope);
  if (!span) return tellPlain(`“${take.name}” is still being recorded.`, 'Stop first.');
  return project.apply({ kind: 'take.promote', takeId: take.id, ...span });
}

/** Puts what was recorded with a take on the other tracks there too: several microphones of one line belong together. */
export function putPass(project: OpenProject, take: TakeRow): unknown {
  const range = project.view.getState().range;
  const together = takesOfPass(project.mirror.all('take'), take);
  const commands = together.flatMap((other) => {
    const spans = new Map([[other.trackId as number, range ? [range] : []]]);
    const span = usedSpan(project.mirror, other, { kind: range ? 'range' : 'track', spansByTrack: spans });
    return span ? [{ kind: 'take.promote' as const, takeId: other.id, ...span }] : [];
  });
  const [first] = commands;
  if (!first) return tellPlain(`Nothing of pass ${take.pass} was recorded here.`);
  return project.apply(commands.length === 1 ? first : { kind: 'batch', label: `Use pass ${take.pass}`, commands });
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

export function rateTake(project: OpenProject, take: TakeRow, rating: number): unknown {
  return project.apply({ kind: 'take.rate', takeIds: [take.id], rating: rating === take.rating ? 0 : rating });
}

export function circleTake(project: OpenProject, take: TakeRow): unknown {
  return project.apply({ kind: 'take.rate', takeIds: [take.id], circled: !take.circled });
}

/** Takes it out of the list. Its file, and clips that play it, stay. */
export function removeTake(project: OpenProject, take: TakeRow): unknown {
  return project.apply({ kind: 'take.delete', takeIds: [take.id] });
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

export const TAKE_ACTIONS: readonly AppAction[] = [
  inProject('view.takes', 'Takes', () => showTakes()),
  inProject('take.next', 'Choose the older take', ({ project }) => {
    showTakes(false);
    stepTake(project, 1);
  }),
  inProject('take.previous', 'Choose the newer take', ({ project }) => {
    showTakes(false);
    stepTake(project, -1);
  }),
  inProject('take.use', 'Use the chosen take: its whole punch, or the selected range', ({ project }) =>
    withChosen(project, (take) => putTake(project, take)),
  ),
  inProject('take.usePass', 'Use the chosen take on every track of its pass', ({ project }) =>
    withChosen(project, (take) => putPass(project, take)),
  ),
  inProject('take.audition', 'Hear the chosen take alone', ({ project }) =>
    withChosen(project, (take) => auditionTake(project, take)),
  ),
  inProject('take.circle', 'Circle the chosen take, or not', ({ project }) =>
    withChosen(project, (take) => circleTake(project, take)),
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
  inProject('take.remove', 'Take the chosen take out of the list', ({ project }) =>
    withChosen(project, (take) => removeTake(project, take)),
  ),
];
