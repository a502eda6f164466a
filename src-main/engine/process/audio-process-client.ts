import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import type { AudioEvent, AudioMethod, AudioReply, ParamsOf, ResultOf } from './messages.ts';

/** How long the audio process may take to end by itself. */
const END_WAIT_MS = 2000;
/** Characters of its standard error that are shown when it dies. */
const LAST_WORDS = 4000;

type Waiting = { readonly resolve: (result: never) => void; readonly reject: (error: TwopopError) => void };

export type AudioProcessListener = {
  readonly event: (event: AudioEvent) => void;
  /** It ended without being told to. What was asked of it has failed by then; the next call starts another. */
  readonly died: (how: { readonly signal: string | null; readonly status: number | null }) => void;
};

/**
 * The audio process as the host sees it: started by the first call, started anew by the first call after it died. Never
 * waits for a driver: calls fail when the process ends, and ending it takes two seconds at most.
 */
export class AudioProcessClient {
  private readonly listener: AudioProcessListener;
  private child: ChildProcess | null = null;
  private nextId = 1;
  private readonly waiting = new Map<number, Waiting>();

  constructor(listener: AudioProcessListener) {
    this.listener = listener;
  }

  /** Of the process that runs; undefined while none does. */
  get processId(): number | undefined {
    return this.child?.pid;
  }

  /** Asks the audio process. Rejects with its `TwopopError`, or with `audio-process-ended` when it ends meanwhile. */
  call<Method extends AudioMethod>(method: Method, params: ParamsOf<Method>): Promise<ResultOf<Method>> {
    const child = this.start();
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as (result: never) => void, reject });
      child.send({ id, method, params }, (error) => {
        if (error && this.waiting.delete(id)) reject(processEnded());
      });
    });
  }

  /** Ends the process: by asking, and by force after two seconds. Nothing to do where none runs. */
  async end(): Promise<void> {
    const child = this.child;
    if (!child) return;
    this.child = null;
    this.failWaiting();
    await new Promise<void>((resolve) => {
      if (child.exitCode !== null || child.signalCode !== null) return resolve();
      const force = setTimeout(() => child.kill('SIGKILL'), END_WAIT_MS);
      child.once('exit', () => {
        clearTimeout(force);
        resolve();
      });
      child.send('end', () => {});
    });
  }

  private start(): ChildProcess {
    if (this.child) return this.child;
    const child = fork(entryFile(), [], {
      serialization: 'advanced',
      // What audio libraries say while they look for devices is of no use but where it died of them.
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Calls that wait for a disk hold a thread each: four that hang would hold up all others.
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
      execArgv: [],
    });
    let lastWords = '';
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      lastWords = (lastWords + words).slice(-LAST_WORDS);
    });
    child.on('message', (reply: AudioReply) => this.take(child, reply));
    child.on('error', (error) => {
      console.error(`The audio process could not be started: ${error.message}`);
      this.gone(child, null, null);
    });
    child.on('exit', (status, signal) => {
      if (child === this.child && signal !== 'SIGKILL' && lastWords)
        console.error(`The audio process ended unexpectedly:\n${lastWords}`);
      this.gone(child, status, signal);
    });
    this.child = child;
    return child;
  }

  private take(child: ChildProcess, reply: AudioReply): void {
    if (child !== this.child) return;
    if ('event' in reply) {
      this.listener.event(reply.event);
      return;
    }
    const waiting = this.waiting.get(reply.id);
    if (!waiting) return;
    this.waiting.delete(reply.id);
    if ('error' in reply) waiting.reject(new TwopopError(reply.error));
    else waiting.resolve(reply.result as never);
  }

  private gone(child: ChildProcess, status: number | null, signal: string | null): void {
    if (child !== this.child) return;
    this.child = null;
    this.failWaiting();
    this.listener.died({ status, signal });
  }

  private failWaiting(): void {
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { reject } of waiting) reject(processEnded());
  }
}

/** From the source tree the entry is TypeScript; beside the built shell it is a built file of the same name. */
function entryFile(): string {
  return fileURLToPath(
    new URL(import.meta.url.endsWith('.ts') ? './audio-process.ts' : './audio-process.js', import.meta.url),
  );
}

function processEnded(): TwopopError {
  return new TwopopError({
    code: 'audio-process-ended',
    message: 'The audio engine ended before it had done this. The project is untouched, and what was recorded is kept.',
    remedy: 'It is started anew by itself. Try again; if it ends again, choose another device in the audio settings.',
  });
}
