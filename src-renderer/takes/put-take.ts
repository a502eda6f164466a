import type { TakeRow } from '../../src-shared/model/rows.ts';
import { note, sendCommand, sendCommands } from '../timeline/send-command.ts';
import type { TimelineContext } from '../timeline/timeline-context.ts';
import { listedTakes } from './chosen-take.ts';
import { takesOfPass, usedSpan } from './takes-here.ts';

/** What a person changes about takes, each one step of undo. */

/** Puts a take on its track: into the selected range, as far as it reaches, else its whole punch. */
export function putTake(context: TimelineContext, take: TakeRow): unknown {
  if (take.sourceId === null) return note(context, `“${take.name}” is still being recorded.`, 'Stop first.');
  const span = usedSpan(context.mirror, take, listedTakes(context).scope);
  if (!span)
    return note(
      context,
      `Nothing of “${take.name}” was recorded in the selected range.`,
      'Select another range, or none.',
    );
  return sendCommand(context, { kind: 'take.promote', takeId: take.id, ...span });
}

/** Puts what was recorded with a take on the other tracks there too: several microphones of one line belong together. */
export function putPass(context: TimelineContext, take: TakeRow): unknown {
  const { range } = context.view.getState();
  const commands = takesOfPass(context.mirror.all('take'), take).flatMap((other) => {
    const spans = new Map([[other.trackId as number, range ? [range] : []]]);
    const span = usedSpan(context.mirror, other, { kind: range ? 'range' : 'track', spansByTrack: spans });
    return span ? [{ kind: 'take.promote' as const, takeId: other.id, ...span }] : [];
  });
  if (commands.length === 0) return note(context, `Nothing of pass ${take.pass} was recorded here.`);
  return sendCommands(context, `Use pass ${take.pass}`, commands);
}

/** The rating that a take has already is taken back. */
export function rateTake(context: TimelineContext, take: TakeRow, rating: number): unknown {
  return sendCommand(context, {
    kind: 'take.rate',
    takeIds: [take.id],
    rating: rating === take.rating ? 0 : rating,
  });
}

export function circleTake(context: TimelineContext, take: TakeRow): unknown {
  return sendCommand(context, { kind: 'take.rate', takeIds: [take.id], circled: !take.circled });
}

/** Takes it out of the list. Its file, and clips that play it, stay. */
export function removeTake(context: TimelineContext, take: TakeRow): unknown {
  return sendCommand(context, { kind: 'take.delete', takeIds: [take.id] });
}
