import { parseArgs } from 'node:util';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { createHost, type Host } from '../host/host.ts';
import { reportOfCall } from './call-error.ts';
import { createCliShell } from './cli-shell.ts';
import { type ExitCode, exitCodeOfError } from './exit-code.ts';
import { usageError, type Verb, type VerbCall } from './verb.ts';
import { audioVerb } from './verbs/audio.ts';
import { backupVerb } from './verbs/backup.ts';
import { bounceVerb } from './verbs/bounce.ts';
import { demoVerb } from './verbs/demo.ts';
import { historyVerb } from './verbs/history.ts';
import { importVerb } from './verbs/import.ts';
import { newVerb } from './verbs/new.ts';
import { probeVerb } from './verbs/probe.ts';
import { relinkVerb } from './verbs/relink.ts';
import { runVerb } from './verbs/run.ts';
import { serveVerb } from './verbs/serve.ts';
import { showVerb } from './verbs/show.ts';
import { syncVerb } from './verbs/sync.ts';

export const VERBS: readonly Verb[] = [
  newVerb,
  probeVerb,
  importVerb,
  syncVerb,
  runVerb,
  showVerb,
  historyVerb,
  relinkVerb,
  bounceVerb,
  backupVerb,
  serveVerb,
  audioVerb,
  demoVerb,
];

/** Runs one command line (without `node` and the script) and sets the exit code. */
export async function runCli(args: readonly string[]): Promise<void> {
  process.exitCode = await exitCodeOf(args);
}

async function exitCodeOf(args: readonly string[]): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    const verb = VERBS.find((known) => known.name === rest[0]);
    console.log(verb ? helpOf(verb) : overview());
    return name === undefined ? 2 : 0;
  }
  const verb = VERBS.find((known) => known.name === name);
  const json = rest.includes('--json');
  if (!verb) {
    return fail(usageError(`There is no “${name}”.`, `Verbs: ${VERBS.map((known) => known.name).join(', ')}.`), json);
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    console.log(helpOf(verb));
    return 0;
  }
  let host: Host | null = null;
  try {
    const taken = await verb.raw?.(rest);
    if (taken !== null && taken !== undefined) return taken;
    const { positionals, values } = parseVerb(verb, rest);
    const call: VerbCall = {
      positionals,
      values,
      json,
      host: () => {
        host ??= createHost({ shell: createCliShell(), mediaBaseUrl: () => '', unattended: true });
        return host;
      },
      say: (line) => {
        if (!json) console.log(line);
      },
      answer: (value) => {
        if (json) console.log(JSON.stringify(value, null, 2));
      },
      note: (line) => console.error(line),
    };
    return await verb.run(call);
  } catch (error) {
    return fail(error, json);
  } finally {
    await (host as Host | null)?.close();
  }
}

function parseVerb(verb: Verb, args: string[]) {
  try {
    const options = { ...verb.options, json: { type: 'boolean' } as const };
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usageError(`${(error as Error).message.split('. ')[0]}.`, `Usage: npx twopop ${verb.usage}`);
  }
}

function fail(error: unknown, json: boolean): ExitCode {
  const report = reportOfCall(error) ?? toErrorReport(error);
  if (json) console.log(JSON.stringify({ error: report }, null, 2));
  else console.error(`${report.message}\n${report.remedy}`);
  if (report.code === 'internal') console.error(error);
  return exitCodeOfError(report.code);
}

function overview(): string {
  const lines = VERBS.map((verb) => `  ${verb.name.padEnd(8)} ${verb.summary}`);
  return [
    'Twopop: from camera and recorder cards to a synced, edited, bounced reel.',
    '',
    'npx twopop VERB ... [--json]      npx twopop VERB --help',
    '',
    ...lines,
    '',
    'Exit codes: 0 done, 1 the work found problems, 2 bad usage or input.',
  ].join('\n');
}

function helpOf(verb: Verb): string {
  const options = [...verb.optionsHelp, '--json                  the result as JSON on standard output'];
  return [
    verb.summary,
    '',
    `Usage:   npx twopop ${verb.usage}`,
    `Example: npx twopop ${verb.example}`,
    '',
    ...options.map((line) => `  ${line}`),
  ].join('\n');
}
