import { readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodePlan } from '../../../src-shared/engine/encode-plan.ts';
import { VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import {
  AudioProcessRig,
  COUNTER_INPUT,
  counterAt,
  floatFile,
  OPEN_VIRTUAL,
  rollFrom,
  SILENT_SCENE,
} from '../../support/audio-process-rig.ts';
import { clip, plan, track, writePcm } from '../../support/render-plans.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
let rig: AudioProcessRig;

beforeEach(() => {
  folder = makeTemporaryFolder('audio-process');
  rig = new AudioProcessRig();
});

afterEach(async () => {
  await rig.end();
  folder.remove();
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const frameCountOf = (file: Buffer, headerBytes: number) => (file.length - headerBytes) / 4;

describe('the audio process', () => {
  test('lists the virtual device, opens it and tells of it', async () => {
    const { devices } = await rig.client.call('listDevices', null);
    expect(devices.map(({ hostApi, name }) => ({ hostApi, name }))).toContainEqual(VIRTUAL_DEVICE);
    const facts = await rig.client.call('open', OPEN_VIRTUAL);
    expect(facts).toMatchObject({ sampleRate: 48_000, framesPerBuffer: 256, outputChannels: 4, inputChannels: 8 });
    const { phase, clock } = await rig.told((one) => one.clock > 0);
    expect(phase).toBe('running');
    const later = await rig.told((one) => one.clock > clock);
    expect(later.clockNs).toBeGreaterThan(0);
  });

  test('measures the way from an output to an input ten times alike', async () => {
    const facts = await rig.client.call('open', OPEN_VIRTUAL);
    const measured = await rig.client.call('calibrate', { output: 1, input: 1, count: 10 });
    expect(measured.roundTrips).toEqual(Array(10).fill(facts.loopBackSamples));
    expect(measured).toMatchObject({ roundTripSamples: facts.loopBackSamples, spreadSamples: 0 });
    await expect(rig.client.call('calibrate', { output: 0, input: 1, count: 1 })).rejects.toMatchObject({
      code: 'calibrate-no-signal',
    });
  });

  test('refuses with a code and a remedy, and goes on', async () => {
    await expect(rig.client.call('roll', rollFrom(0))).rejects.toMatchObject({ code: 'device-closed' });
    const gone = { hostApi: 'Virtual', name: 'gone' };
    await expect(rig.client.call('open', { ...OPEN_VIRTUAL, input: gone })).rejects.toMatchObject({
      code: 'device-missing',
      remedy: expect.stringContaining('audio settings'),
    });
    await rig.client.call('open', OPEN_VIRTUAL);
    await expect(
      rig.client.call('setScene', { ...SILENT_SCENE, plan: new Uint8Array([1, 2, 3]) }),
    ).rejects.toMatchObject({
      code: 'plan-invalid',
    });
    await rig.client.call('setScene', SILENT_SCENE);
  });

  test('loses no frame while JavaScript stands still on both sides, again and again', async () => {
    await rig.client.call('open', OPEN_VIRTUAL);
    await rig.client.call('arm', { channels: [COUNTER_INPUT], preRecordSeconds: 1 });
    const path = join(folder.path, 'counted.wav');
    const { file, headerBytes } = floatFile(path, [COUNTER_INPUT]);
    const { clock } = await rig.client.call('telemetry', null);
    const { id } = await rig.client.call('beginRecording', {
      files: [file],
      beginClock: clock + 4800,
      preRecordFrames: 0,
    });
    for (let round = 0; round < 3; round++) {
      const blocked = rig.client.call('fault', { kind: 'block', value: 500 });
      block(500);
      await blocked;
      await pause(20);
    }
    const now = await rig.client.call('telemetry', null);
    const frames = 48_000;
    expect(now.clock).toBeGreaterThan(clock + 4800 + frames);
    await rig.client.call('endRecording', { id, clock: clock + 4800 + frames });
    expect(await rig.client.call('recordingsWritten', { mostWaitMs: 30_000 })).toEqual({ written: true });
    const after = await rig.client.call('telemetry', null);
    expect(after.recordings).toMatchObject([{ phase: 'done', lostFrames: 0, gaps: [], firstClock: clock + 4800 }]);
    const written = readFileSync(path);
    expect(frameCountOf(written, headerBytes)).toBe(frames);
    let wrong = 0;
    for (let frame = 0; frame < frames; frame++) {
      if (written.readFloatLE(headerBytes + 4 * frame) !== counterAt(clock + 4800 + frame)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test('told that a device went away, and takes it back', async () => {
    await rig.client.call('open', OPEN_VIRTUAL);
    await rig.client.call('fault', { kind: 'unplug', value: 0 });
    await rig.event('lost');
    await rig.client.call('open', OPEN_VIRTUAL);
    rig.events.length = 0;
    await rig.told((one) => one.phase === 'running' && one.clock > 0);
    expect(rig.deaths).toEqual([]);
  });

  test('killed, it fails what was asked of it, says so, and another takes its place', async () => {
    await rig.client.call('open', OPEN_VIRTUAL);
    const first = rig.client.processId as number;
    const asked = rig.client.call('fault', { kind: 'block', value: 60_000 });
    process.kill(first, 'SIGKILL');
    await expect(asked).rejects.toMatchObject({ code: 'audio-process-ended' });
    expect(await rig.until(() => rig.deaths[0])).toEqual({ status: null, signal: 'SIGKILL' });
    const facts = await rig.client.call('open', OPEN_VIRTUAL);
    expect(facts.sampleRate).toBe(48_000);
    expect(rig.client.processId).not.toBe(first);
  });

  test('ends by force while its JavaScript stands still or its driver hangs', async () => {
    await rig.client.call('open', OPEN_VIRTUAL);
    await rig.client.call('fault', { kind: 'hang', value: 60_000 });
    await rig.client.end();
    expect(rig.client.processId).toBeUndefined();
    await rig.client.call('open', OPEN_VIRTUAL);
    rig.client.call('fault', { kind: 'block', value: 60_000 }).catch(() => {});
    await rig.client.end();
    expect(rig.client.processId).toBeUndefined();
    expect(rig.deaths).toEqual([]);
  });
});

test('what comes out of order, or cannot be, is done in order, or refused, and harms nothing', async () => {
  await rig.client.call('open', OPEN_VIRTUAL);
  await rig.client.call('arm', { channels: [0], preRecordSeconds: 0 });
  const { file } = floatFile(join(folder.path, 'slow.wav'), [0]);
  await rig.client.call('beginRecording', { files: [file], beginClock: 0, preRecordFrames: 0 });
  // The disk holds up the first; the others were asked for after it.
  await rig.client.call('fault', { kind: 'writer-stall', value: 600 });
  const disarmed = rig.client.call('disarm', null);
  const armed = rig.client.call('arm', { channels: [1], preRecordSeconds: 0 });
  const told = await rig.client.call('telemetry', null);
  expect(told.armed).toBe(true);
  await Promise.all([disarmed, armed]);
  expect(await rig.client.call('telemetry', null)).toMatchObject({ armed: true, recordings: [{ phase: 'done' }] });
  await expect(rig.client.call('constructor' as never, null as never)).rejects.toMatchObject({
    code: 'internal',
  });
  await expect(rig.client.call('arm', null as never)).rejects.toMatchObject({ code: 'internal' });
  await expect(
    rig.client.call('beginRecording', { files: [{}] as never, beginClock: 0, preRecordFrames: 0 }),
  ).rejects.toMatchObject({ code: 'internal' });
});

describe('a file that goes away while it is played', () => {
  const LENGTH = 480_000;
  const METERS = [{ kind: 'masterLeft' as const, index: 0 }];

  /** Plays a loud file round a loop of two seconds. */
  async function play(): Promise<string> {
    const path = join(folder.path, 'loud.pcm');
    const source = writePcm(path, 's16', 1, new Float32Array(LENGTH).fill(0.5));
    const loud = plan({
      lengthSamples: LENGTH,
      sources: [source],
      tracks: [track({ clips: [clip({ lengthSamples: LENGTH })] })],
    });
    await rig.client.call('open', OPEN_VIRTUAL);
    await rig.client.call('setScene', { ...SILENT_SCENE, plan: encodePlan(loud), meters: METERS, metersVersion: 1 });
    await rig.client.call('roll', { ...rollFrom(0), loop: { fromSample: 0, toSample: 96_000 } });
    await rig.told(({ meters }) => (meters[0] ?? 0) > 0.3);
    return path;
  }

  test('is silent within two seconds, and among the troubles', async () => {
    const path = await play();
    rmSync(path);
    const { troubles } = await rig.event('troubles');
    expect(troubles).toEqual([{ path, trouble: 'missing', message: expect.stringContaining(path) }]);
    rig.events.length = 0;
    // The first frame may hold what sounded before.
    const after = await rig.until(() => rig.events.filter(({ type }) => type === 'telemetry')[5]);
    expect(after).toMatchObject({ telemetry: { rolling: true, meters: [0], missedFrames: 0 } });
    // It comes back, and sounds.
    writePcm(path, 's16', 1, new Float32Array(LENGTH).fill(0.5));
    rig.events.length = 0;
    await rig.told(({ meters }) => (meters[0] ?? 0) > 0.3);
  });

  test('in part is silent there, and among the troubles', async () => {
    const path = await play();
    truncateSync(path, 44 + 2 * 24_000);
    const { troubles } = await rig.event('troubles');
    expect(troubles).toEqual([{ path, trouble: 'too-short', message: expect.stringContaining('shorter') }]);
    rig.events.length = 0;
    await rig.told(({ timelineSample, meters }) => timelineSample > 40_000 && meters[0] === 0);
    await rig.told(({ timelineSample, meters }) => timelineSample < 24_000 && (meters[0] ?? 0) > 0.3);
  });
});

test.runIf(process.platform === 'linux')(
  'a device that is opened again and again leaves no file open behind it',
  async () => {
    const openFiles = () => readdirSync(`/proc/${rig.client.processId}/fd`).length;
    const round = async (name: string) => {
      await rig.client.call('open', OPEN_VIRTUAL);
      await rig.client.call('arm', { channels: [0, 1], preRecordSeconds: 1 });
      const files = [0, 1].map((channel) => floatFile(join(folder.path, `${name}-${channel}.wav`), [channel]).file);
      await rig.client.call('beginRecording', { files, beginClock: 0, preRecordFrames: 0 });
      await rig.client.call('disarm', null);
      await rig.client.call('close', null);
      for (const { id } of (await rig.client.call('telemetry', null)).recordings)
        await rig.client.call('forgetRecording', { id });
    };
    await round('first');
    const before = openFiles();
    for (let i = 0; i < 12; i++) await round(`${i}`);
    expect(openFiles()).toBeLessThanOrEqual(before);
  },
);
