import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Command, CommandOf } from '../../../src-shared/edit/commands.ts';
import { parseCommand } from '../../../src-shared/edit/parse-command.ts';
import { TwopopError, toErrorReport } from '../../../src-shared/rpc/error.ts';
import type { ApplyResult } from '../../../src-shared/rpc/schemas.ts';
import { reportOfCall } from '../call-error.ts';
import { followJob } from '../follow-job.ts';
import { openForWork } from '../open-for-work.ts';
import { needPositional, usageError, type Verb, type VerbCall } from '../verb.ts';

export const runVerb: Verb = {
  name: 'run',
  summary: 'Applies a file of the commands that the interface sends.',
  usage: 'run PROJECT FILE',
  optionsHelp: [
    'PROJECT                 the project’s folder or its .twopop file',
    'FILE                    JSON: one command, an array of them, or one a line; - reads standard input.',
    '                        {"kind":"undo"} and {"kind":"redo"} take the last step back and do it again.',
    '                        Each command is a step of undo of its own; {"kind":"batch",...} makes several into one.',
    '                        All are checked before the first is applied; one that is refused ends the run.',
    '                        A sync.accept whose driftCorrection is resample or cut has that done first, as in the review.',
  ],
  example: `run "reels/Reel 1" - <<< '{"kind":"marker.add","atSample":48000,"name":"Slate"}'`,
  options: {},
  async run(call) {
    const project = needPositional(call, 0, 'PROJECT', runVerb);
    const file = needPositional(call, 1, 'FILE', runVerb);
    const steps = parseSteps(await readInput(file), file);
    await openForWork(call, project);
    const applied: ApplyResult[] = [];
    for (const [index, step] of steps.entries()) {
      try {
        const result = await take(call, step);
        applied.push(result);
        call.say(`${result.seq} ${result.label}`);
      } catch (error) {
        const report = reportOfCall(error) ?? toErrorReport(error);
        call.note(`Command ${index + 1} (${step.kind}): ${report.message}\n${report.remedy}`);
        call.answer({ applied, failed: { index, kind: step.kind, error: report } });
        return 1;
      }
    }
    call.answer({ applied });
    return 0;
  },
};

/** What a person can do to the document: a command, or a step back or forth in its history. */
type Step = Command | { readonly kind: 'undo' } | { readonly kind: 'redo' };

/** Does a step as the interface would; throws `history.nothing` where there is nothing to undo or redo. */
async function take(call: VerbCall, step: Step): Promise<ApplyResult> {
  const { client } = call.host().transports;
  if (isToBeCorrected(step)) return acceptCorrected(call, step);
  if (step.kind !== 'undo' && step.kind !== 'redo') return client.document.apply({ command: step });
  const result = await (step.kind === 'undo' ? client.document.undo() : client.document.redo());
  if (result) return result;
  throw new TwopopError({
    code: 'history.nothing',
    message: `There is nothing to ${step.kind}. What was applied before stays.`,
    remedy: 'Look at the project’s history for what was done.',
  });
}

/** Whether matches are to be accepted with their drift corrected, and what that takes is still to be made. */
function isToBeCorrected(step: Step): step is CommandOf<'sync.accept'> {
  if (step.kind !== 'sync.accept' || step.driftCorrection === 'none') return false;
  return step.corrected.length === 0 && step.pauses.length === 0;
}

async function acceptCorrected(call: VerbCall, step: CommandOf<'sync.accept'>): Promise<ApplyResult> {
  const host = call.host();
  const { documents } = host.services;
  let result: ApplyResult = { seq: documents.snapshot().seq, label: 'Accept sync matches', added: [] };
  const stop = documents.committed.on(({ kind, seq, label, diff }) => {
    const added = diff.filter(({ before }) => before === null).map(({ table, id }) => ({ table, id }));
    if (kind === 'command') result = { seq, label, added };
  });
  try {
    const { matchIds, driftCorrection } = step;
    const { jobId } = await host.transports.client.sync.accept({ matchIds, driftCorrection });
    const job = await followJob(call, host, jobId);
    if (job.error) throw new TwopopError(job.error);
    if (job.state === 'done') return result;
    throw new TwopopError({
      code: 'accept-cancelled',
      message: 'Accepting was cancelled. No match was accepted; what was applied before stays.',
      remedy: 'Run the file again from this command on.',
    });
  } finally {
    stop();
  }
}

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

function parseSteps(input: string, file: string): Step[] {
  return parseValues(input, file).map((value, index) => {
    const kind = (value as { kind?: unknown } | null)?.kind;
    if (kind === 'undo' || kind === 'redo') return { kind };
    try {
      return parseCommand(value);
    } catch (error) {
      throw usageError(
        `Command ${index + 1} of ${file}: ${toErrorReport(error).message}`,
        'Correct it and run the file again.',
      );
    }
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
