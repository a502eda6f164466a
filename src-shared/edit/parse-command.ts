import { TwopopError } from '../rpc/error.ts';
import { type Command, commandSchema } from './commands.ts';

/** How many things wrong in one command are named at once. */
const MOST_ISSUES = 3;

/**
 * Checks a command that came from outside and fills in its defaults. Throws `command.invalid`, which names each field
 * that is wrong and what it must be; nothing is changed by then.
 */
export function parseCommand(input: unknown): Command {
  const parsed = commandSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const kind: unknown = (input as { kind?: unknown } | null)?.kind;
  const issues = parsed.error.issues
    .slice(0, MOST_ISSUES)
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message));
  throw new TwopopError({
    code: 'command.invalid',
    message: `The command ${kind === undefined ? '' : `"${String(kind).slice(0, 50)}" `}cannot be understood: ${issues.join('; ')}. Nothing was changed.`,
    remedy: 'Correct the command; its form is in the table of commands.',
  });
}
