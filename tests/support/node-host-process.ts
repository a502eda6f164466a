import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export const ROOT = join(fileURLToPath(new URL('../..', import.meta.url)));

export type NodeHostProcess = {
  readonly child: ChildProcess;
  /** The page's address with the launch's token. */
  readonly pageUrl: string;
  readonly origin: string;
  readonly token: string;
  /** Everything that it printed, standard output and error together. */
  output(): string;
  /** Ends it as Ctrl-C does and waits. */
  stop(): Promise<void>;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
};

export type NodeHostOptions = {
  /** Settings and projects of this run: never the user's own. */
  readonly home: string;
  readonly project?: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
};

/** Starts the Node host as a process of its own and waits until it has said where it is. */
export async function startNodeHost(options: NodeHostOptions): Promise<NodeHostProcess> {
  const args = [join(ROOT, 'src-main', 'server', 'main.ts'), '--no-open', ...(options.arguments ?? [])];
  if (options.project) args.push('--project', options.project);
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: { ...process.env, TWOPOP_HOME: options.home, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => {
    output += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    output += text;
  });
  const exited = once(child, 'exit');
  const pageUrl = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^Twopop is at (http\S+)$/.exec(line)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the host ended before it served:\n${output}`)));
  });
  const url = new URL(pageUrl);
  return {
    child,
    pageUrl,
    origin: url.origin,
    token: url.hash.replace('#token=', ''),
    output: () => output,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGINT');
      await exited;
    },
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}
