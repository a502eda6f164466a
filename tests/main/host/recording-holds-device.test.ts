import { expect, test } from 'vitest';
import { DEFAULT_MONITOR_SETTINGS, playRequestSchema } from '../../../src-shared/engine/live-engine.ts';
import type { RecordedPass } from '../../../src-shared/rpc/record-schemas.ts';
import { loopBackStage, timelineReaches } from '../../support/live-host.ts';
import { audioFilesOf, recordStart, rollFrom } from '../../support/recording-stage.ts';

const CLOSE_TO = 60_000;
const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const playFrom = (fromSample: number, fields: object = {}) => playRequestSchema.parse({ fromSample, ...fields });

/** It has rolled from the start of the timeline for a while. */
async function recordingStage() {
  const stage = await loopBackStage();
  const { records } = stage.host.services;
  const ended: RecordedPass[] = [];
  records.ended.on((pass) => ended.push(pass as RecordedPass));
  await records.start(recordStart({ roll: rollFrom(0) }));
  await timelineReaches(stage.host, 24_000);
  return { ...stage, ended };
}

test('while something is recorded the device cannot be opened, closed, changed or calibrated, and the take goes on', {
  timeout: CLOSE_TO,
}, async () => {
  const { host, ended } = await recordingStage();
  const { audio, records, projects } = host.services;
  const refused = { code: 'record-rolling', message: expect.stringContaining('goes on') };
  const before = audio.settings;
  await expect(audio.open()).rejects.toMatchObject(refused);
  await expect(audio.close()).rejects.toMatchObject(refused);
  await expect(audio.calibrate(0, 0)).rejects.toMatchObject(refused);
  for (const other of [{ framesPerBuffer: 512 }, { input: null, output: null }, { sampleRate: 44_100 }])
    await expect(audio.setSettings({ ...before, ...other })).rejects.toMatchObject(refused);
  expect(audio.settings).toEqual(before);
  expect(audio.status.state).toBe('running');
  await timelineReaches(host, 96_000);
  expect(records.state.phase).toBe('rolling');
  expect(ended).toEqual([]);
  expect(await records.stop()).toMatchObject({ takeIds: [1], placedTakeIds: [1], notices: [] });
  expect(projects.require().reader.all('clip')[0]?.lengthSamples).toBeGreaterThan(90_000);
  expect(await audio.setSettings({ ...before, framesPerBuffer: 512 })).toMatchObject({ framesPerBuffer: 512 });
  expect(audio.status).toMatchObject({ state: 'running', framesPerBuffer: 512 });
});

test('a device that is opened anew all the same ends the take with a reason, and all of it is kept', {
  timeout: CLOSE_TO,
}, async () => {
  const { host, ended } = await recordingStage();
  const { audio, records, projects } = host.services;
  await timelineReaches(host, 72_000);
  const { device } = audio as unknown as { device: { open(): Promise<unknown> } };
  await device.open();
  await expect.poll(() => records.state.phase, { timeout: 20_000 }).toBe('idle');
  expect(ended).toMatchObject([{ takeIds: [1], notices: [expect.stringMatching(/^Recording stopped: .*Kept: /)] }]);
  expect(audioFilesOf(projects.require())).toHaveLength(1);
  expect(projects.require().reader.all('clip')[0]?.lengthSamples).toBeGreaterThan(60_000);
});

test('inputs and pre-record that are set while something is recorded are kept, and listened to once it has ended', {
  timeout: CLOSE_TO,
}, async () => {
  const { host } = await recordingStage();
  const { audio, records, documents } = host.services;
  documents.apply({ kind: 'track.add', name: 'Two' });
  const input = { trackId: 2, inputs: [2], mode: 'auto' as const, armed: true };
  expect(await audio.setTrackInputs([input])).toEqual([input]);
  expect(await audio.setSettings({ ...audio.settings, preRecordSeconds: 2 })).toMatchObject({ preRecordSeconds: 2 });
  expect(await records.stop()).toMatchObject({ takeIds: [1], notices: [] });
  const [from] = [audio.telemetry?.clock ?? 0];
  await expect.poll(() => (audio.telemetry?.clock ?? 0) - from, { timeout: 20_000 }).toBeGreaterThan(2.2 * 48_000);
  await records.start(recordStart({ tracks: [input], preRecordSeconds: 2, roll: rollFrom(0) }));
  await expect.poll(() => audio.telemetry?.recordings[0]?.framesOnDisk ?? 0, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(audio.telemetry?.recordings[0]?.missingHeadFrames).toBe(0);
  await records.stop();
});

test('a stop before it rolls calls a recording off, and nothing is left of it', { timeout: CLOSE_TO }, async () => {
  const { host } = await loopBackStage();
  const { audio, records, transport, projects } = host.services;
  for (const [after, stop] of [
    [0, () => records.stop()],
    [0, () => transport.stop()],
    [20, () => records.stop()],
    [60, () => transport.stop()],
    [150, () => records.stop()],
  ] as const) {
    const start = records.start(recordStart({ roll: rollFrom(96_000) }));
    await later(after);
    await stop();
    await start;
    expect(records.state.phase).toBe('idle');
    expect(projects.require().reader.all('take')).toEqual([]);
    expect(audioFilesOf(projects.require())).toEqual([]);
    await later(400);
    expect(audio.telemetry?.rolling).toBe(false);
  }
});

test('a transport command that was given before the record key is done before it, and one after it is refused', {
  timeout: CLOSE_TO,
}, async () => {
  const { host } = await loopBackStage();
  const { audio, records, transport, projects } = host.services;
  const rolled = transport.play(playFrom(480_000));
  const started = records.start(recordStart({ roll: rollFrom(0) }));
  const late = transport.locate(0);
  await expect(late).rejects.toMatchObject({ code: 'record-rolling' });
  await rolled;
  await started;
  await timelineReaches(host, 500_000);
  const take = projects.require().reader.get('take', 1);
  const { clock = 0, timelineSample, recordings = [] } = audio.telemetry ?? {};
  const landed = (take?.startSample ?? 0) + (clock - (recordings[0]?.firstClock ?? 0)) + (take?.roundTripSamples ?? 0);
  expect(landed).toBe(timelineSample);
  await records.stop();
});

test('a cursor that is moved at rest makes ready there, and never moves what another window plays or records', {
  timeout: CLOSE_TO,
}, async () => {
  const { host } = await loopBackStage();
  const { audio, records, transport } = host.services;
  expect(await transport.locate(7000, { onlyAtRest: true })).toBe(true);
  // It has not begun to roll where it is asked at once.
  const rolled = transport.play(playFrom(96_000));
  const moved = transport.locate(0, { onlyAtRest: true });
  await rolled;
  expect(await moved).toBe(false);
  await timelineReaches(host, 100_000);
  expect(await transport.locate(0, { onlyAtRest: true })).toBe(false);
  await transport.stop();
  await expect.poll(() => audio.telemetry?.rolling).toBe(false);
  expect(await transport.locate(4000, { onlyAtRest: true })).toBe(true);
  await records.start(recordStart({ roll: rollFrom(0) }));
  expect(await transport.locate(0, { onlyAtRest: true })).toBe(false);
  await records.stop();
});

test('a project that closes takes in what is recorded and tells of it, and a record key meanwhile is refused in words', {
  timeout: CLOSE_TO,
}, async () => {
  const { host, ended } = await recordingStage();
  const { records, projects } = host.services;
  const path = projects.current()?.path ?? '';
  const closing = projects.close();
  await Promise.resolve();
  const refusal = records.start(recordStart()).catch((error: unknown) => error);
  await closing;
  expect(ended).toMatchObject([{ takeIds: [1], placedTakeIds: [1] }]);
  expect(await refusal).toMatchObject({ code: expect.stringMatching(/^(project\.closing|record\.busy)$/) });
  for (let turns = 0; turns < 12; turns += 1) {
    await projects.open(path);
    const away = projects.close();
    for (let at = 0; at < turns; at += 1) await Promise.resolve();
    if (turns > 8) await later(turns - 8);
    const refused = await records.start(recordStart()).catch((error: unknown) => error);
    await away;
    expect(refused).toSatisfy(
      (given: { code?: string; phase?: string }) =>
        given.phase === 'idle' || given.code === 'project.closing' || given.code === 'no-project',
    );
    expect(records.state.phase).toBe('idle');
  }
  await projects.open(path);
  await records.start(recordStart({ roll: rollFrom(480_000) }));
  await records.stop();
});

test('talkback that a window switched on ends with its connection, and that of nobody stays', {
  timeout: CLOSE_TO,
}, async () => {
  const { host } = await loopBackStage();
  const { audio } = host.services;
  const { client } = host.transports;
  const connect = async (viewId: string) => {
    const control = new AbortController();
    const events = await client.engine.events({ viewId }, { signal: control.signal });
    const followed = (async () => {
      for await (const _ of events) if (control.signal.aborted) break;
    })().catch(() => {});
    return async () => {
      control.abort();
      await followed;
    };
  };
  const talks = { ...DEFAULT_MONITOR_SETTINGS, talkback: { on: true, gainDb: 0 } };
  const leaveA = await connect('a');
  const leaveB = await connect('b');
  await client.audio.setMonitor({ ...talks, viewId: 'a' });
  // Another window that turns something else takes nothing over.
  await client.audio.setMonitor({ ...talks, click: { ...talks.click, on: true }, viewId: 'b' });
  await leaveB();
  expect(audio.monitor.talkback.on).toBe(true);
  await leaveA();
  await expect.poll(() => audio.monitor.talkback.on).toBe(false);
  expect(audio.monitor.click.on).toBe(true);
  await client.audio.setMonitor(talks);
  await (await connect('a'))();
  expect(audio.monitor.talkback.on).toBe(true);
});
