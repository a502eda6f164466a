import type { CommandInput, SingleCommand } from '../../src-shared/edit/commands.ts';
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
    context.onNotice({ level: 'problem', ...refusalOf(error) });
    return null;
  }
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

/** Ids of the clips that a command added, from the host's answer. */
export function addedClipIds(answer: unknown): readonly number[] {
  const added = (answer as { readonly added?: readonly { table: string; id: number }[] } | null)?.added ?? [];
  return added.filter(({ table }) => table === 'clip').map(({ id }) => id);
}
