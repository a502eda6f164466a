import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AudioProcessClient } from '../../../src-main/engine/process/audio-process-client.ts';
import type { AudioEvent } from '../../../src-main/engine/process/messages.ts';
import type { NativeTelemetry } from '../../../src-main/engine/process/native-engine.ts';
import { makeRecordingHeader } from '../../../src-main/media/recording-header.ts';
import { VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

/** The virtual device's input that counts the device's clock: see native/src/device/synthetic-input.h. */
const COUNTER_INPUT = 4;
const counterAt = (clock: number) => (clock % 1_048_576) / 1_048_576 - 0.5;

const VIRTUAL = { input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE, sampleRate: 48_000, framesPerBuffer: 256 };

let folder: TemporaryFolder;
let client: AudioProcessClient;
let events: AudioEvent[];
let deaths: { signal: string | null; status: number | null }[];
let wake: () => void;

beforeEach(() => {
  process.env.TWOPOP_AUDIO_FAULTS = '1';
  folder = makeTemporaryFolder('audio-process');
  events = [];
  deaths = [];
  wake = () => {};
  client = new AudioProcessClient({
    event: (event) => {
      events.push(event);
      wake();
    },
    died: (how) => {
      deaths.push(how);
      wake();
    },
  });
});

afterEach(async () => {
  await client.end();
  delete process.env.TWOPOP_AUDIO_FAULTS;
  folder.remove();
});

/** Resolves as soon as `found` finds something, looked for whenever the process tells something. */
async function until<T>(found: () => T | undefined): Promise<T> {
  for (;;) {
    const value = found();
    if (value !== undefined) return value;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const told = (is: (telemetry: NativeTelemetry) => boolean) =>
  until(() => events.flatMap((event) => (event.type === 'telemetry' ? [event.telemetry] : [])).find(is));

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const frameCountOf = (file: Buffer, headerBytes: number) => (file.length - headerBytes) / 4;

describe('the audio process', () => {
  test('lists the virtual device, opens it and tells of it', async () => {
    const { devices } = await client.call('listDevices', null);
    expect(devices.map(({ hostApi, name }) => ({ hostApi, name }))).toContainEqual(VIRTUAL_DEVICE);
    const facts = await client.call('open', VIRTUAL);
    expect(facts).toMatchObject({ sampleRate: 48_000, framesPerBuffer: 256, outputChannels: 4, inputChannels: 8 });
    const { phase, clock } = await told((one) => one.clock > 0);
    expect(phase).toBe('running');
    const later = await told((one) => one.clock > clock);
    expect(later.clockNs).toBeGreaterThan(0);
  });

  test('measures the way from an output to an input ten times alike', async () => {
    const facts = await client.call('open', VIRTUAL);
    const measured = await client.call('calibrate', { output: 1, input: 1, count: 10 });
    expect(measured.roundTrips).toEqual(Array(10).fill(facts.loopBackSamples));
    expect(measured).toMatchObject({ roundTripSamples: facts.loopBackSamples, spreadSamples: 0 });
    await expect(client.call('calibrate', { output: 0, input: 1, count: 1 })).rejects.toMatchObject({
      code: 'calibrate-no-signal',
    });
  });

  test('refuses with a code and a remedy, and goes on', async () => {
    await expect(client.call('roll', roll(0))).rejects.toMatchObject({ code: 'device-closed' });
    const gone = { hostApi: 'Virtual', name: 'gone' };
    await expect(client.call('open', { ...VIRTUAL, input: gone })).rejects.toMatchObject({
      code: 'device-missing',
      remedy: expect.stringContaining('audio settings'),
    });
    await client.call('open', VIRTUAL);
    await expect(client.call('setScene', { ...SILENT_SCENE, plan: new Uint8Array([1, 2, 3]) })).rejects.toMatchObject({
      code: 'plan-invalid',
    });
    await client.call('setScene', SILENT_SCENE);
  });

  test('loses no frame while JavaScript stands still on both sides, again and again', async () => {
    await client.call('open', VIRTUAL);
    await client.call('arm', { channels: [COUNTER_INPUT], preRecordSeconds: 1 });
    const { bytes, layout } = makeRecordingHeader({ format: 'f32', channelCount: 1, sampleRate: 48_000 });
    const path = join(folder.path, 'counted.wav');
    const { clock } = await client.call('telemetry', null);
    const file = { path, channels: [COUNTER_INPUT], headerBytes: bytes, layout, format: 'f32' as const };
    const { id } = await client.call('beginRecording', { files: [file], beginClock: clock + 4800, preRecordFrames: 0 });
    for (let round = 0; round < 3; round++) {
      const blocked = client.call('fault', { kind: 'block', value: 500 });
      block(500);
      await blocked;
      await pause(20);
    }
    const now = await client.call('telemetry', null);
    const frames = 48_000;
    expect(now.clock).toBeGreaterThan(clock + 4800 + frames);
    await client.call('endRecording', { id, clock: clock + 4800 + frames });
    expect(await client.call('recordingsWritten', { mostWaitMs: 30_000 })).toEqual({ written: true });
    const after = await client.call('telemetry', null);
    expect(after.recordings).toMatchObject([{ phase: 'done', lostFrames: 0, firstClock: clock + 4800 }]);
    const written = readFileSync(path);
    expect(frameCountOf(written, bytes.length)).toBe(frames);
    let wrong = 0;
    for (let frame = 0; frame < frames; frame++) {
      if (written.readFloatLE(bytes.length + 4 * frame) !== counterAt(clock + 4800 + frame)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  test('told that a device went away, and takes it back', async () => {
    await client.call('open', VIRTUAL);
    await client.call('fault', { kind: 'unplug', value: 0 });
    await until(() => events.find((event) => event.type === 'lost'));
    await client.call('open', VIRTUAL);
    events.length = 0;
    await told((one) => one.phase === 'running' && one.clock > 0);
    expect(deaths).toEqual([]);
  });

  test('killed, it fails what was asked of it, says so, and another takes its place', async () => {
    await client.call('open', VIRTUAL);
    const first = client.processId as number;
    const asked = client.call('fault', { kind: 'block', value: 60_000 });
    process.kill(first, 'SIGKILL');
    await expect(asked).rejects.toMatchObject({ code: 'audio-process-ended' });
    expect(await until(() => deaths[0])).toEqual({ status: null, signal: 'SIGKILL' });
    const facts = await client.call('open', VIRTUAL);
    expect(facts.sampleRate).toBe(48_000);
    expect(client.processId).not.toBe(first);
  });

  test('ends by force while its JavaScript stands still or its driver hangs', async () => {
    await client.call('open', VIRTUAL);
    await client.call('fault', { kind: 'hang', value: 60_000 });
    await client.end();
    expect(client.processId).toBeUndefined();
    await client.call('open', VIRTUAL);
    client.call('fault', { kind: 'block', value: 60_000 }).catch(() => {});
    await client.end();
    expect(client.processId).toBeUndefined();
    expect(deaths).toEqual([]);
  });
});

const SILENT_SCENE = {
  inputs: [],
  cue: [],
  routing: { controlRoom: [0, 1] as const, cue: null, talkbackInput: null },
  meters: [],
  metersVersion: 0,
  beeps: [],
  click: { on: false, beatsPerMinute: 120, fromSample: 0, beatsPerBar: 4, gain: 0 },
};

function roll(fromSample: number) {
  return {
    fromSample,
    speedNumerator: 1,
    speedDenominator: 1,
    keepPitch: false,
    loop: null,
    endSample: null,
    punch: null,
    fadeIn: false,
    leadSamples: 0,
    mostWaitMs: 1000,
  };
}
