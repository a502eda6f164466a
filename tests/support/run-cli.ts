import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT } from './node-host-process.ts';

export type CliRun = {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
  /** Standard output as JSON. */
  json<T>(): T;
};

/** Runs one command line as a process of its own, with settings below `home`. */
export async function runCli(
  args: readonly string[],
  options: { readonly home: string; readonly input?: string; readonly folder?: string },
): Promise<CliRun> {
  const child = spawn(process.execPath, [join(ROOT, 'src-main', 'cli', 'twopop.mjs'), ...args], {
    cwd: options.folder ?? ROOT,
    env: { ...process.env, TWOPOP_HOME: options.home },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const exited = once(child, 'close');
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await exited) as [number | null];
  return { code, output, errors, json: <T>() => JSON.parse(output) as T };
}
