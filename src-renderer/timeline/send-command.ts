import type { Command, CommandInput, SingleCommand } from '../../src-shared/edit/commands.ts';
import { clipEnd } from '../../src-shared/edit/make-room.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import type { Draft } from '../project/draft.ts';
import type { Mirror } from '../project/mirror.ts';
import type { TimelineContext } from './timeline-context.ts';

/** What a refusal looks like, whether it was thrown here or came over a channel. */
type Refusal = { readonly message: string; readonly remedy?: string };

function refusalOf(error: unknown): Refusal {
  const thrown = error as { data?: Partial<Refusal>; message?: string; remedy?: string };
  const remedy = thrown.data?.remedy ?? thrown.remedy;
  return { message: thrown.data?.message ?? thrown.message ?? String(error), ...(remedy ? { remedy } : {}) };
}

/**
 * Sends a command to the host. A refusal, or a project that may not be changed, is told to the person. Resolves to what
 * the host answered, or null when nothing was changed.
 */
export async function sendCommand(context: TimelineContext, command: CommandInput): Promise<unknown> {
  if (context.readOnly) {
    context.onNotice({
      level: 'note',
      message: 'This project is open for reading only. Nothing was changed.',
      remedy: 'Close it where it is open for writing, then open it here again.',
    });
    return null;
  }
  try {
    return (await context.commands.apply(command)) ?? null;
  } catch (error) {
    tellRefusal(context, error);
    return null;
  }
}

/** Tells the person why the host refused something. */
export function tellRefusal(context: TimelineContext, error: unknown): void {
  context.onNotice({ level: 'problem', ...refusalOf(error) });
}

/** Several commands as one step of undo; nothing for none, the command itself for one. */
export async function sendCommands(
  context: TimelineContext,
  label: string,
  commands: readonly SingleCommand[],
): Promise<unknown> {
  const [first] = commands;
  if (!first) return null;
  return sendCommand(context, commands.length === 1 ? first : { kind: 'batch', label, commands: [...commands] });
}

/** Says something that is no failure: why an action had nothing to do. */
export function note(context: TimelineContext, message: string, remedy?: string): null {
  context.onNotice({ level: 'note', message, ...(remedy ? { remedy } : {}) });
  return null;
}

/**
 * Ids of the clips that a command put somewhere, from the host's answer. What making room cut off from a clip that lay
 * there is a clip of its own too, and is left out: it is not what was pasted. `draft` is the command's, made before it
 * was sent; host and draft add their clips in the same order, so that the host's ids are told by the draft's rows.
 */
export function placedClipIds(draft: Draft | null, answer: unknown): readonly number[] {
  const reported = (answer as { readonly added?: readonly { table: string; id: number }[] } | null)?.added ?? [];
  const added = reported.flatMap(({ table, id }) => (table === 'clip' ? [id] : [])).sort((a, b) => a - b);
  const rows = (draft?.diff ?? []).flatMap((change) =>
    change.table === 'clip' && change.before === null && change.after ? [change.after] : [],
  );
  rows.sort((a, b) => a.id - b.id);
  if (rows.length !== added.length) return added;
  const cutOff = (draft?.diff ?? []).flatMap((change) =>
    change.table === 'clip' && change.before && change.after ? [change.before] : [],
  );
  // The rest of a clip that was cut: the same stretch of its source at the same place, behind what was put into it.
  const isRest = (row: ClipRow) =>
    rows.some((placed) => placed.trackId === row.trackId && clipEnd(placed) === row.startSample) &&
    cutOff.some(
      (clip) =>
        clip.trackId === row.trackId &&
        clip.sourceId === row.sourceId &&
        clip.startSample - clip.sourceInSample === row.startSample - row.sourceInSample &&
        clip.startSample < row.startSample &&
        clipEnd(clip) >= clipEnd(row),
    );
  return added.filter((_, index) => !isRest(rows[index]!));
}

/** The draft of a command, null where it would be refused: the host then says why. */
export function draftOrNull(mirror: Mirror, command: Command): Draft | null {
  try {
    return mirror.draft(command);
  } catch {
    return null;
  }
}
