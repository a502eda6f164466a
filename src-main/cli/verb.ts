import type { ParseArgsConfig } from 'node:util';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { Host } from '../host/host.ts';
import type { ExitCode } from './exit-code.ts';

export type VerbValues = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

export type VerbCall = {
  readonly positionals: readonly string[];
  readonly values: VerbValues;
  /** Whether standard output is for a program. */
  readonly json: boolean;
  /** Makes the host when first asked for; it is closed when the verb ends. */
  readonly host: () => Host;
  /** A line for people on standard output; nothing with `--json`. */
  say(line: string): void;
  /** The result for programs, once, on standard output; nothing without `--json`. */
  answer(value: unknown): void;
  /** A line about the work under way, on standard error. */
  note(line: string): void;
};

export type Verb = {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** Option lines of the help, as they are shown. */
  readonly optionsHelp: readonly string[];
  readonly example: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Takes over a command line that the options cannot describe; null leaves it to `run`. */
  readonly raw?: (args: readonly string[]) => Promise<ExitCode | null>;
  readonly run: (call: VerbCall) => Promise<ExitCode>;
};

/** The error of a command line that cannot be understood: exit code 2. */
export function usageError(message: string, remedy: string): TwopopError {
  return new TwopopError({ code: 'bad-usage', message, remedy });
}

/** The value of a text option; undefined when it was not given. */
export function textOption(values: VerbValues, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

/** One of `allowed`; `bad-usage` otherwise. */
export function choiceOption<T extends string>(
  values: VerbValues,
  name: string,
  allowed: readonly T[],
  fallback: T,
): T {
  const value = textOption(values, name) ?? fallback;
  const found = allowed.find((choice) => choice === value);
  if (!found) throw usageError(`--${name} ${value} is not known.`, `Give one of: ${allowed.join(', ')}.`);
  return found;
}

/** The positional at `index`, by the name the usage gives it. */
export function needPositional(call: VerbCall, index: number, name: string, verb: Verb): string {
  const value = call.positionals[index];
  if (value === undefined) throw usageError(`${name} is missing.`, `Usage: npx twopop ${verb.usage}`);
  return value;
}
