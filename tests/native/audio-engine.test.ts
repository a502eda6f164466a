import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createNativeEngine, type NativeAudioEngine } from '../../src-main/engine/process/native-engine.ts';
import { floatFile, rollFrom, SILENT_SCENE } from '../support/audio-process-rig.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const PUMPED = {
  kind: 'offline',
  sampleRate: 48_000,
  framesPerBuffer: 512,
  inputChannels: 2,
  outputChannels: 2,
} as const;
const ADDON = join(import.meta.dirname, '../../native/build/Release/twopop.node');
/** Of the recorder, before it loses anything. */
const RING_FRAMES = 480_000;

let folder: TemporaryFolder;
let engine: NativeAudioEngine;

beforeEach(() => {
  folder = makeTemporaryFolder('audio-engine');
  engine = createNativeEngine(() => {}, 1 << 22);
});
afterEach(async () => {
  try {
    await engine.disarm();
    await engine.close();
  } catch {
    // It was let go of by the test.
  }
  engine.dispose();
  folder.remove();
});

test('what a take lost is told by its place in it', async () => {
  await engine.open(PUMPED);
  await engine.arm([0], 0);
  const { file } = floatFile(join(folder.path, 'gaps.wav'), [0]);
  const { id } = await engine.beginRecording([file], 0, 0);
  await engine.pump(4800);
  const gaps: { clock: number; frames: number }[] = [];
  for (const lost of [512, 5120]) {
    expect(await engine.recordingsWritten(30_000)).toBe(true);
    engine.fault('writer-stall', 3000);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { capturedClock } = engine.telemetry();
    await engine.pump(RING_FRAMES + lost);
    gaps.push({ clock: capturedClock + RING_FRAMES, frames: lost });
  }
  expect(await engine.recordingsWritten(30_000)).toBe(true);
  await engine.endRecording(id, engine.telemetry().capturedClock);
  expect(await engine.recordingsWritten(30_000)).toBe(true);
  expect(engine.telemetry()).toMatchObject({
    recordLostFrames: 5632,
    recordings: [{ phase: 'done', lostFrames: 5632, gaps, missingHeadFrames: 0 }],
  });
});

test('arguments that cannot be are refused by their names, and nothing happens', async () => {
  await engine.open(PUMPED);
  const bad = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      return (error as Error).message;
    }
    return 'taken';
  };
  expect(bad(() => engine.setLoop({ fromSample: 0.5, toSample: 1 }))).toContain('fromSample');
  expect(bad(() => engine.locate(Number.NaN))).toContain('timelineSample');
  expect(bad(() => engine.shuttle(1, 0, false))).toContain('denominator');
  expect(bad(() => engine.shuttle(9, 1, false))).toContain('range');
  expect(bad(() => engine.shuttle(0, 1, false))).toContain('range');
  expect(bad(() => engine.arm([-1], 0))).toContain('channels');
  expect(bad(() => engine.setScene({ ...SILENT_SCENE, meters: [{ kind: 'nothing' as never, index: 0 }] }))).toContain(
    'nothing',
  );
  expect(bad(() => engine.open({ ...PUMPED, kind: 'imaginary' as never }))).toContain('imaginary');
  await expect(engine.arm([7], 0)).rejects.toMatchObject({ code: 'capture-bad-request' });
  await expect(engine.arm([0], Number.NaN)).rejects.toMatchObject({ code: 'capture-bad-request' });
  await expect(engine.arm([0], 61)).rejects.toMatchObject({ code: 'capture-bad-request' });
  await expect(engine.setScene({ ...SILENT_SCENE, plan: new Uint8Array(3) })).rejects.toMatchObject({
    code: 'plan-invalid',
  });
  const outside = { track: 0, inputs: [0], mode: 'auto' as const, armed: true };
  await expect(engine.setScene({ ...SILENT_SCENE, inputs: [outside] })).rejects.toMatchObject({ code: 'plan-invalid' });
  await engine.pump(1024);
  expect(engine.telemetry()).toMatchObject({ phase: 'running', rolling: false, armed: false });
});

test('what was asked of an engine that is let go of is answered all the same, and what is asked afterwards is refused', async () => {
  const asked = [
    engine.open({ ...PUMPED, kind: 'virtual' }),
    engine.setScene(SILENT_SCENE),
    engine.arm([0], 1),
    engine.roll(rollFrom(0)),
    engine.recordingsWritten(100),
    engine.close(),
  ];
  engine.dispose();
  engine.dispose();
  for (const { status } of await Promise.allSettled(asked)) expect(['fulfilled', 'rejected']).toContain(status);
  expect(() => engine.telemetry()).toThrow('has ended');
  expect(() => engine.stop()).toThrow('has ended');
  expect(() => engine.open(PUMPED)).toThrow('has ended');
});

/** Ends of a program with an engine in it: none may crash or stay. */
test.each([
  ['while its device runs and nobody lets go of it', ''],
  [
    'once it was collected as garbage while its device ran',
    'engine = null; for (let i = 0; i < 5; i++) { gc(); await pause(20); }',
  ],
  ['right after its device was unplugged', "engine.fault('unplug', 0); engine.dispose();"],
  [
    'with everything under way',
    'for (const asked of [engine.close(), engine.open(virtual), engine.arm([0], 1), engine.recordingsWritten(200)]) asked.catch(() => {}); setTimeout(() => process.exit(0), 5);',
  ],
])('a program with an engine ends %s', (_, ending) => {
  const program = `
    import { createRequire } from 'node:module';
    const { AudioEngine } = createRequire(${JSON.stringify(ADDON)})(${JSON.stringify(ADDON)});
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const virtual = { kind: 'virtual', sampleRate: 48000, framesPerBuffer: 64, inputChannels: 2, outputChannels: 2 };
    for (let round = 0; round < 5; round++) {
      let engine = new AudioEngine({ memoryBytes: 1 << 21 }, () => {});
      await engine.open(virtual);
      await pause(20);
      ${ending}
    }`;
  const run = spawnSync(process.execPath, ['--expose-gc', '--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect({ status: run.status, signal: run.signal, stderr: run.stderr }).toEqual({
    status: 0,
    signal: null,
    stderr: '',
  });
});
