import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { deviceProblem } from '../../../src-main/engine/devices/device-problem.ts';
import { AudioProcessClient } from '../../../src-main/engine/process/audio-process-client.ts';
import type { Host } from '../../../src-main/host/host.ts';
import { DEFAULT_BEEPS, DEFAULT_MONITOR_SETTINGS, VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { LOOP_BACK, liveHost, loopBackStage, statusThat } from '../../support/live-host.ts';
import { temporaryFolder } from '../../support/project-files.ts';

const createAt = (host: Host, parentFolder: string, name: string, sampleRate: 44100 | 48000) =>
  host.services.projects.create({
    name,
    parentFolder,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate,
    startFrame: 0,
  });

/** Until the test ends. */
function withEnvironment(name: string, value: string): void {
  const before = process.env[name];
  process.env[name] = value;
  onTestFinished(() => {
    if (before === undefined) delete process.env[name];
    else process.env[name] = before;
  });
}

/** As a sound card that does not run at that rate. */
function refuseRate(sampleRate: number, code: string): void {
  const call = AudioProcessClient.prototype.call;
  const refusing = vi.spyOn(AudioProcessClient.prototype, 'call').mockImplementation(function (
    this: AudioProcessClient,
    method,
    params,
  ) {
    const isRefused = method === 'open' && (params as { sampleRate: number }).sampleRate === sampleRate;
    if (!isRefused) return call.call(this, method, params) as never;
    const problem = deviceProblem({ code, message: `The device does not run at ${sampleRate} Hz` });
    return Promise.reject(new TwopopError(problem)) as never;
  });
  onTestFinished(() => refusing.mockRestore());
}

const killProcess = (host: Host) => process.kill(host.services.audio.processId as number, 'SIGKILL');

test('the device of the last launch is opened when it is asked for, and nothing is said where none was chosen', async () => {
  const home = temporaryFolder();
  const first = liveHost(home);
  expect(await first.services.audio.openRemembered()).toMatchObject({ state: 'off', problem: null });
  await first.services.audio.setSettings(LOOP_BACK);
  await first.close();
  const second = liveHost(home);
  expect(second.services.audio.processId).toBeUndefined();
  second.openAudio();
  expect(await statusThat(second, ({ state }) => state === 'running')).toMatchObject({ output: VIRTUAL_DEVICE });
});

test('a chosen device that is not there is waited for, and taken by one call once it is back', async ({ skip }) => {
  const host = liveHost(temporaryFolder());
  const { audio } = host.services;
  const absent = { hostApi: 'ALSA', name: 'Field recorder' };
  await audio.setSettings({ ...LOOP_BACK, input: absent, output: absent });
  const status = await audio.openRemembered();
  if (status.problem?.code === 'library-missing') skip('skipped: there is no PortAudio library on this machine');
  expect(status).toMatchObject({
    state: 'failed',
    awaitsDevice: true,
    deviceIsBack: false,
    problem: { message: expect.stringContaining('Field recorder') },
  });
  // Choosing another ends the wait.
  expect(await audio.setSettings(LOOP_BACK)).toEqual(LOOP_BACK);
  expect(audio.status).toMatchObject({ state: 'running', awaitsDevice: false, problem: null });
});

test('a device that was unplugged is told to be back, is not taken by itself, and is by one call', async () => {
  withEnvironment('TWOPOP_AUDIO_FAULTS', '1');
  const { host } = await loopBackStage();
  const { audio } = host.services;
  await audio.call('fault', { kind: 'unplug', value: 0 });
  const lost = await statusThat(host, ({ state }) => state === 'lost');
  expect(lost).toMatchObject({ awaitsDevice: true, deviceIsBack: false, problem: { code: 'device-lost' } });
  const back = await statusThat(host, ({ deviceIsBack }) => deviceIsBack);
  expect(back).toMatchObject({ state: 'lost', awaitsDevice: true });
  expect(await audio.open()).toMatchObject({ state: 'running', awaitsDevice: false, deviceIsBack: false });
});

test('an audio process that dies over and over is not started for ever, and comes back by one call', async () => {
  const { host } = await loopBackStage();
  const { audio, projects } = host.services;
  for (const restarts of [1, 2, 3]) {
    killProcess(host);
    await statusThat(host, (status) => status.restarts === restarts && status.state === 'running');
  }
  killProcess(host);
  const given = await statusThat(host, ({ state }) => state === 'lost');
  expect(given).toMatchObject({
    restarts: 3,
    awaitsDevice: false,
    problem: { code: 'audio-process-keeps-dying', remedy: expect.stringContaining('Take the device back') },
  });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect([audio.processId, audio.status.state]).toEqual([undefined, 'lost']);
  expect(projects.current()).toMatchObject({ name: 'Stage' });
  expect(await audio.open()).toMatchObject({ state: 'running', problem: null });
  // Its deaths are forgiven: the next one is made good again.
  killProcess(host);
  await statusThat(host, ({ restarts, state }) => restarts === 4 && state === 'running');
});

test('an audio process that dies while no device is open takes nothing with it', async () => {
  const host = liveHost(temporaryFolder());
  await host.services.audio.devices();
  killProcess(host);
  await expect.poll(() => host.services.audio.processId).toBeUndefined();
  expect(host.services.audio.status).toMatchObject({ state: 'off', problem: null });
  expect((await host.services.audio.devices()).devices).toContainEqual(expect.objectContaining(VIRTUAL_DEVICE));
});

test('nothing that is asked while the host closes starts another audio process', async () => {
  const host = liveHost(temporaryFolder());
  const { audio } = host.services;
  await audio.setSettings(LOOP_BACK);
  await audio.open();
  const closing = host.close();
  const asked = Promise.allSettled([
    audio.devices(),
    audio.open(),
    audio.setMonitor(audio.monitor),
    audio.watchMeters('a page', [{ kind: 'input', id: 0 }]),
  ]);
  await closing;
  await asked;
  await Promise.allSettled([audio.devices(), audio.watchMeters('a page', [])]);
  expect(audio.processId).toBeUndefined();
  expect(audio.status.state).toBe('off');
});

test('without an audio library the loop-back device is still offered, and why there are no others is told', async () => {
  withEnvironment('TWOPOP_PORTAUDIO', '/nowhere/libportaudio.so');
  const host = liveHost(temporaryFolder());
  const { devices, problem } = await host.services.audio.devices();
  expect(devices).toMatchObject([VIRTUAL_DEVICE]);
  expect(problem).toMatchObject({ code: 'library-missing', message: expect.stringContaining('/nowhere') });
  await host.services.audio.setSettings(LOOP_BACK);
  expect(await host.services.audio.open()).toMatchObject({ state: 'running', problem: null });
});

test('a project of another rate has the device opened again at its rate', async () => {
  const { host, folder } = await loopBackStage();
  const { audio } = host.services;
  expect(audio.status.sampleRate).toBe(48_000);
  await createAt(host, folder, 'Music', 44_100);
  expect(await statusThat(host, ({ state, sampleRate }) => state === 'running' && sampleRate === 44_100)).toMatchObject(
    { problem: null, refusedPlan: null },
  );
});

test('a rate that the device refuses is told; the mix can be rendered all the same, and the next project plays', async () => {
  const { host, folder } = await loopBackStage();
  const { audio, media } = host.services;
  refuseRate(44_100, 'rate-refused');
  await createAt(host, folder, 'Music', 44_100);
  expect(await statusThat(host, ({ state }) => state === 'failed')).toMatchObject({
    awaitsDevice: false,
    problem: { code: 'rate-refused', message: expect.stringContaining('44100 Hz') },
  });
  expect((await media.require().render(0, 441)).samples).toHaveLength(882);
  await expect(host.transports.client.transport.play({ fromSample: 0 })).rejects.toMatchObject({
    data: { code: 'rate-refused' },
  });
  await createAt(host, folder, 'Dialogue', 48_000);
  expect(await statusThat(host, ({ state }) => state === 'running')).toMatchObject({ problem: null });
  expect(audio.status.sampleRate).toBe(48_000);
});

test('what was set for monitoring is there at the next launch, but for what would startle', async () => {
  const home = temporaryFolder();
  const first = liveHost(home);
  const { path } = await createAt(first, home, 'Reel', 48_000);
  const monitor = {
    controlRoom: { gainDb: -6, dim: true, mute: true },
    cue: { gainDb: -3, inputsGainDb: 2, tracks: [{ trackId: 7, gainDb: -12 }] },
    talkback: { on: true, gainDb: 4 },
    click: { on: true, beatsPerMinute: 92, beatsPerBar: 3, gainDb: -18 },
    beeps: { ...DEFAULT_BEEPS, on: true, count: 4 },
    testTone: { on: true, output: 1, frequencyHz: 440, gainDb: -30 },
  };
  for (let gainDb = -60; gainDb < -6; gainDb++) {
    // As a fader moves.
    void first.services.audio.setMonitor({ ...monitor, controlRoom: { ...monitor.controlRoom, gainDb } });
  }
  await first.services.audio.setMonitor(monitor);
  await first.close();

  const second = liveHost(home);
  const kept = {
    ...monitor,
    controlRoom: { gainDb: -6, dim: false, mute: false },
    talkback: { on: false, gainDb: 4 },
    testTone: { ...monitor.testTone, on: false },
  };
  expect(second.services.audio.monitor).toEqual({ ...kept, cue: { ...monitor.cue, tracks: [] } });
  await second.services.projects.open(path);
  expect(second.services.audio.monitor).toEqual(kept);
  await createAt(second, home, 'Other reel', 48_000);
  expect(second.services.audio.monitor.cue.tracks).toEqual([]);
});

test('settings of before there was monitoring to keep are read as they are', () => {
  const home = temporaryFolder();
  mkdirSync(join(home, 'settings'));
  const file = join(home, 'settings', 'audio.json');
  writeFileSync(file, JSON.stringify({ version: 1, settings: LOOP_BACK, roundTrips: {}, trackInputs: {} }));
  const { audio } = liveHost(home).services;
  expect([audio.settings, audio.settingsNotice, audio.monitor]).toEqual([LOOP_BACK, null, DEFAULT_MONITOR_SETTINGS]);
});
