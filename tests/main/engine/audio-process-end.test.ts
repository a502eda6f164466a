import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { COUNTER_INPUT, floatFile, OPEN_VIRTUAL } from '../../support/audio-process-rig.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;

beforeEach(() => {
  process.env.TWOPOP_AUDIO_FAULTS = '1';
  folder = makeTemporaryFolder('audio-process-end');
});

afterEach(() => {
  delete process.env.TWOPOP_AUDIO_FAULTS;
  folder.remove();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('what is no request at all leaves the audio process as it is', async () => {
  const { child, reply } = started();
  for (const nonsense of [null, 7, 'begin', [], {}, { id: 'x' }, { method: 'open' }, { id: 1 }, new Uint8Array(9)]) {
    child.send(nonsense as never);
  }
  child.send({ id: 2, method: '__proto__', params: null });
  expect(await reply(1)).toMatchObject({ error: { code: 'internal' } });
  expect(await reply(2)).toMatchObject({ error: { code: 'internal' } });
  child.send({ id: 3, method: 'telemetry', params: null });
  expect(await reply(3)).toMatchObject({ result: { phase: 'closed' } });
  child.send('end');
  expect(await ended(child)).toBe(0);
});

describe('the end of the audio process', () => {
  test('completes what is being recorded when its host is gone', async () => {
    const { child, reply } = started();
    const path = join(folder.path, 'orphan.wav');
    await record(child, reply, path);
    child.disconnect();
    expect(await ended(child)).toBe(0);
    const wave = await readWaveFile(path, {});
    expect(wave?.promisedFrames).toBeNull();
    expect(wave?.frames).toBeGreaterThan(4800);
  });

  test('comes within two seconds when its host is gone and its disk stands still', { timeout: 30_000 }, async () => {
    const { child, reply } = started();
    await record(child, reply, join(folder.path, 'stuck.wav'));
    child.send({ id: 90, method: 'fault', params: { kind: 'writer-stall', value: 600_000 } });
    await reply(90);
    await pause(50);
    const asked = performance.now();
    child.disconnect();
    await ended(child);
    expect(performance.now() - asked).toBeLessThan(2500);
  });

  test('leaves a terminal that closes, or its Ctrl+C, to the host', async () => {
    const { child, reply } = started();
    child.send({ id: 1, method: 'telemetry', params: null });
    await reply(1);
    child.kill('SIGHUP');
    child.kill('SIGINT');
    child.send({ id: 2, method: 'telemetry', params: null });
    expect(await reply(2)).toMatchObject({ id: 2 });
    child.kill('SIGTERM');
    expect(await ended(child)).toBe(0);
  });
});

type Reply = (id: number) => Promise<unknown>;

/** The program itself, without the client that restarts it. */
function started(): { child: ChildProcess; reply: Reply } {
  const entry = join(import.meta.dirname, '../../../src-main/engine/process/audio-process.ts');
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  });
  const replies: { id?: number }[] = [];
  let wake = () => {};
  child.on('message', (message: { id?: number }) => {
    replies.push(message);
    wake();
  });
  const reply: Reply = async (id) => {
    for (;;) {
      const found = replies.find((one) => one.id === id);
      if (found) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return { child, reply };
}

/** Begins to record the counter with that program, and waits until some of it is in the file. */
async function record(child: ChildProcess, reply: Reply, path: string): Promise<void> {
  let id = 50;
  const ask = (method: string, params: unknown) => {
    child.send({ id: ++id, method, params });
    return reply(id);
  };
  await ask('open', OPEN_VIRTUAL);
  await ask('arm', { channels: [COUNTER_INPUT], preRecordSeconds: 0 });
  const { file } = floatFile(path, [COUNTER_INPUT]);
  await ask('beginRecording', { files: [file], beginClock: 0, preRecordFrames: 0 });
  for (;;) {
    const { result } = (await ask('telemetry', null)) as { result: { recordings: { framesOnDisk: number }[] } };
    if ((result.recordings[0]?.framesOnDisk ?? 0) > 4800) return;
    await pause(20);
  }
}

/** With which status it ended. */
function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (status) => resolve(status)));
}
