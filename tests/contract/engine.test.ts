import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  DEFAULT_AUDIO_SETTINGS,
  type EngineEvent,
  type EngineStatus,
  type Telemetry,
  VIRTUAL_DEVICE,
} from '../../src-shared/engine/live-engine.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { type Hosted, startHosted } from './hosted.ts';

let folder: TemporaryFolder;
let hosted: Hosted;
let number = 0;
const savedHome = process.env.TWOPOP_HOME;
const VIRTUAL = { ...DEFAULT_AUDIO_SETTINGS, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE };

beforeAll(() => {
  folder = makeTemporaryFolder('engine');
});

beforeEach(async () => {
  process.env.TWOPOP_HOME = join(folder.path, `home ${++number}`);
  hosted = await startHosted('WebSocket');
});

afterEach(() => hosted.end());

afterAll(() => {
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

const createProject = (sampleRate: 48000 | 44100 = 48000) =>
  hosted.client.project.create({
    name: `Reel ${number}`,
    parentFolder: folder.path,
    frameRate: { numerator: 24, denominator: 1, drop: false },
    sampleRate,
    startFrame: 0,
  });

/** Follows the engine's events for a view; `until` looks at each as it comes. */
async function follow(viewId: string) {
  const control = new AbortController();
  const events = await hosted.client.engine.events({ viewId }, { signal: control.signal });
  const statuses: EngineStatus[] = [];
  return {
    statuses,
    async until<T>(found: (event: EngineEvent) => T | undefined): Promise<T> {
      for (;;) {
        const next = await events.next();
        if (next.done) throw new Error('the events ended');
        if (next.value.type === 'status') statuses.push(next.value.status);
        const value = found(next.value);
        if (value !== undefined) return value;
      }
    },
    end: () => control.abort(),
  };
}

const telemetryThat = (is: (telemetry: Telemetry) => boolean) => (event: EngineEvent) =>
  event.type === 'telemetry' && is(event.telemetry) ? event.telemetry : undefined;

test('without a chosen device the engine is off and says what to do', async () => {
  expect(await hosted.client.engine.status()).toMatchObject({ state: 'off', problem: null });
  expect(await hosted.client.audio.open()).toMatchObject({ state: 'off', problem: { code: 'no-device-chosen' } });
  await expect(hosted.client.transport.play({ fromSample: 0 })).rejects.toMatchObject({
    data: { code: 'no-device-chosen' },
  });
});

test('settings, inputs and the measured round trip are remembered, and a bad file is told of', async () => {
  expect((await hosted.client.audio.settings()).notice).toBeNull();
  await hosted.client.audio.setSettings(VIRTUAL);
  const { path } = await createProject();
  await hosted.client.audio.setTrackInputs([{ trackId: 1, inputs: [4], mode: 'auto', armed: true }]);
  expect(await hosted.client.audio.open()).toMatchObject({ state: 'running', problem: null, roundTripSamples: null });
  const { roundTripSamples, spreadSamples } = await hosted.client.audio.calibrate({ output: 2, input: 2 });
  expect(spreadSamples).toBe(0);
  await hosted.end();

  hosted = await startHosted('WebSocket');
  await hosted.client.project.open({ path });
  expect((await hosted.client.audio.settings()).settings).toEqual(VIRTUAL);
  expect(await hosted.client.audio.trackInputs()).toEqual([{ trackId: 1, inputs: [4], mode: 'auto', armed: false }]);
  expect(await hosted.client.audio.open()).toMatchObject({ roundTripSamples });
  await hosted.end();

  const file = join(process.env.TWOPOP_HOME as string, 'settings', 'audio.json');
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
  hosted = await startHosted('WebSocket');
  const { settings, notice } = await hosted.client.audio.settings();
  expect(settings).toEqual(DEFAULT_AUDIO_SETTINGS);
  expect(notice).toContain('audio.json');
});

test('plays, tells where it is, and stops where it is told to', async () => {
  await hosted.client.audio.setSettings(VIRTUAL);
  await createProject(44100);
  expect(await hosted.client.audio.open()).toMatchObject({ state: 'running', sampleRate: 44_100 });
  const view = await follow('page');
  const { startClock, startSample } = await hosted.client.transport.play({ fromSample: 44_100, preRollSamples: 4410 });
  expect(startSample).toBe(44_100 - 4410);
  const rolling = await view.until(telemetryThat((one) => one.phase === 'rolling' && one.clock > startClock));
  expect(rolling.timelineSample - startSample).toBe(rolling.clock - startClock);
  expect(rolling.losses).toMatchObject({ missedFrames: 0, recordLostFrames: 0 });
  await hosted.client.transport.stop({ toSample: 44_100 });
  const stopped = await view.until(telemetryThat((one) => one.phase === 'stopped' && one.timelineSample === 44_100));
  expect(stopped.speed).toBe(0);
  const { nowNs } = await hosted.client.engine.ping();
  expect(nowNs).toBeGreaterThan(stopped.clockNs);
  view.end();
});

test('each view gets the meters that it asked for, in its order', async () => {
  await hosted.client.audio.setSettings(VIRTUAL);
  await hosted.client.audio.open();
  const [one, other] = [await follow('one'), await follow('other')];
  const inputs = await hosted.client.engine.watchMeters({
    viewId: 'one',
    points: [
      { kind: 'input', id: 0 },
      { kind: 'trackLeft', id: 999 },
      { kind: 'input', id: 4 },
    ],
  });
  await hosted.client.engine.watchMeters({ viewId: 'other', points: [{ kind: 'input', id: 4 }] });
  const heard = (at: number) => telemetryThat(({ meters }) => (meters[at] ?? 0) > 0);
  const seen = await one.until(heard(2));
  expect(seen).toMatchObject({ metersVersion: inputs.metersVersion, meters: [0, 0, expect.any(Number)] });
  expect((await other.until(heard(0))).meters).toHaveLength(1);
  one.end();
  other.end();
});

test('the audio process killed: the host goes on, the user is told, a new one has the device', async () => {
  await hosted.client.audio.setSettings(VIRTUAL);
  const project = await createProject();
  await hosted.client.audio.open();
  const view = await follow('page');
  await view.until(telemetryThat(({ clock }) => clock > 0));
  const before = hosted.host.services.audio.processId as number;
  process.kill(before, 'SIGKILL');
  const lost = await view.until((event) =>
    event.type === 'status' && event.status.state === 'lost' ? event.status : undefined,
  );
  expect(lost).toMatchObject({ restarts: 1, problem: { code: 'audio-process-died' } });
  expect(await hosted.client.project.current()).toMatchObject({ path: project.path });
  await view.until((event) => (event.type === 'status' && event.status.state === 'running' ? true : undefined));
  expect(hosted.host.services.audio.processId).not.toBe(before);
  await hosted.client.transport.play({ fromSample: 0 });
  await view.until(telemetryThat(({ phase }) => phase === 'rolling'));
  expect(await hosted.client.engine.status()).toMatchObject({ state: 'running', problem: null, restarts: 1 });
  view.end();
});

test('an edit is in the engine without being asked for, tracks in the order of the document', async () => {
  await hosted.client.audio.setSettings(VIRTUAL);
  await createProject();
  await hosted.client.audio.open();
  const view = await follow('page');
  const track = (name: string) => ({ kind: 'track.add' as const, name, channelCount: 1 as const, stem: 'DX' as const });
  const { added } = await hosted.client.document.apply({ command: track('Boom') });
  const trackId = added[0]?.id as number;
  await hosted.client.audio.setTrackInputs([{ trackId, inputs: [4], mode: 'input', armed: false }]);
  await hosted.client.engine.watchMeters({ viewId: 'page', points: [{ kind: 'trackLeft', id: trackId }] });
  await view.until(telemetryThat(({ meters }) => (meters[0] ?? 0) > 0));
  expect(await hosted.client.engine.status()).toMatchObject({ refusedPlan: null });
  view.end();
});

test('records over the contract: the states go by, and a take is on the timeline', async () => {
  await hosted.client.audio.setSettings(VIRTUAL);
  await createProject();
  await hosted.client.document.apply({ command: { kind: 'track.add', name: 'Boom', channelCount: 1 } });
  await hosted.client.audio.open();
  const view = await follow('page');
  const events = await hosted.client.record.events();
  const state = async () => {
    const next = await events.next();
    return !next.done && next.value.type === 'state' ? next.value.state.phase : undefined;
  };
  expect(await state()).toBe('idle');
  const roll = { fromSample: 0, preRollSamples: 0, postRollSamples: 0, loop: null };
  await hosted.client.record.start({
    tracks: [{ trackId: 1, inputs: [4] }],
    sampleFormat: 's24',
    preRecordSeconds: 0,
    scene: null,
    roll,
    punch: 'now',
  });
  expect([await state(), await state()]).toEqual(['starting', 'rolling']);
  await view.until(telemetryThat(({ timelineSample }) => timelineSample > 24_000));
  const pass = await hosted.client.record.stop({});
  expect(pass).toMatchObject({ notices: [], placedTakeIds: [expect.any(Number)] });
  expect([await state(), await state()]).toEqual(['finishing', 'idle']);
  expect(await hosted.client.record.space({ trackIds: [1], sampleFormat: 's24' })).toMatchObject({ isLow: false });
  view.end();
});
