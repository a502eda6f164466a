import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Command, commandSchema } from '../../../src-shared/edit/commands.ts';
import { toErrorReport } from '../../../src-shared/rpc/error.ts';
import type { ApplyResult } from '../../../src-shared/rpc/schemas.ts';
import { reportOfCall } from '../call-error.ts';
import { needPositional, usageError, type Verb } from '../verb.ts';

export const runVerb: Verb = {
  name: 'run',
  summary: 'Applies a file of the commands that the interface sends.',
  usage: 'run PROJECT FILE',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    'FILE                    JSON: one command, an array of them, or one a line; - reads standard input.',
    '                        Each is a step of undo of its own; {"kind":"batch",...} makes several into one.',
    '                        All are checked before the first is applied; one that is refused ends the run.',
  ],
  example: `run "reels/Reel 1" - <<< '{"kind":"marker.add","atSample":48000,"name":"Slate"}'`,
  options: {},
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', runVerb);
    const file = needPositional(call, 1, 'FILE', runVerb);
    const commands = parseCommands(await readInput(file), file);
    const { client } = call.host().transports;
    await client.project.open({ path: resolve(project) });
    const applied: ApplyResult[] = [];
    for (const [index, command] of commands.entries()) {
      try {
        const result = await client.document.apply({ command });
        applied.push(result);
        call.say(`${result.seq} ${result.label}`);
      } catch (error) {
        const report = reportOfCall(error) ?? toErrorReport(error);
        call.note(`Command ${index + 1} (${command.kind}): ${report.message}\n${report.remedy}`);
        call.answer({ applied, failed: { index, kind: command.kind, error: report } });
        return 1;
      }
    }
    call.answer({ applied });
    return 0;
  },
};

async function readInput(file: string): Promise<string> {
  if (file === '-') return text(process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw usageError(
      `“${file}” could not be read (${(cause as NodeJS.ErrnoException).code}).`,
      'Give a file of commands that is there, or - for standard input.',
    );
  }
}

function parseCommands(input: string, file: string): Command[] {
  return parseValues(input, file).map((value, index) => {
    const parsed = commandSchema.safeParse(value);
    if (parsed.success) return parsed.data;
    const kind = (value as { kind?: unknown } | null)?.kind;
    const issues = parsed.error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.') || 'command'}: ${issue.message}`);
    throw usageError(
      `Command ${index + 1}${kind ? ` (${String(kind)})` : ''} of ${file} is not understood: ${issues.join('; ')}. Nothing was applied.`,
      'Correct it and run the file again.',
    );
  });
}

function parseValues(input: string, file: string): unknown[] {
  try {
    const whole: unknown = JSON.parse(input);
    return Array.isArray(whole) ? whole : [whole];
  } catch {
    // Not one JSON value: one a line.
  }
  const lines = input.split('\n').map((line, index) => ({ line: line.trim(), number: index + 1 }));
  return lines
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return JSON.parse(line) as unknown;
      } catch (error) {
        throw usageError(
          `Line ${number} of ${file} is not JSON: ${(error as Error).message}. Nothing was applied.`,
          'Give one command, an array of commands, or one command a line.',
        );
      }
    });
}
