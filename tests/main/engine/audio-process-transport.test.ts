import { afterEach, beforeEach, expect, test } from 'vitest';
import { AudioProcessRig, OPEN_VIRTUAL, rollFrom } from '../../support/audio-process-rig.ts';

let rig: AudioProcessRig;

beforeEach(async () => {
  rig = new AudioProcessRig();
  await rig.client.call('open', { ...OPEN_VIRTUAL, framesPerBuffer: 4096 });
});

afterEach(() => rig.end());

const telemetry = () => rig.client.call('telemetry', null);
const fast = { numerator: 2, denominator: 1, keepPitch: false };

test('what a command of the transport changed is told by the telemetry that is asked for next', async () => {
  const { call } = { call: rig.client.call.bind(rig.client) };
  await call('roll', rollFrom(0));
  expect(await telemetry()).toMatchObject({ rolling: true });
  await call('locate', { timelineSample: 960_000 });
  expect((await telemetry()).motion.fromSample).toBe(960_000);
  await call('shuttle', fast);
  expect((await telemetry()).speed).toBe(2);
  await call('setLoop', { loop: { fromSample: 0, toSample: 24_000 } });
  expect((await telemetry()).loop).toEqual({ fromSample: 0, toSample: 24_000 });
  await call('punch', { span: { fromSample: -1, toSample: 1_000_000_000 } });
  await call('stop', null);
  expect(await telemetry()).toMatchObject({ rolling: false, punchedIn: false });
});

test('several at once are taken in the order in which they were asked for', async () => {
  for (let round = 0; round < 5; round++) {
    const [, , third] = await Promise.all([
      rig.client.call('roll', { ...rollFrom(0), leadSamples: 4800 }),
      rig.client.call('shuttle', fast),
      rig.client.call('locate', { timelineSample: 700_000 }).then(telemetry),
      rig.client.call('setLoop', { loop: null }),
    ]);
    expect(third).toMatchObject({ rolling: true, speed: 2, motion: { fromSample: 700_000 } });
    await rig.client.call('stop', null);
    expect(await telemetry()).toMatchObject({ rolling: false });
  }
});

test('a stop waits for nothing, and nothing that was asked to roll before it does', async () => {
  const asked = Promise.allSettled([
    rig.client.call('roll', { ...rollFrom(0), leadSamples: 480_000 }),
    rig.client.call('shuttle', fast),
    rig.client.call('locate', { timelineSample: 5000 }),
  ]);
  const began = performance.now();
  await rig.client.call('stop', null);
  expect(performance.now() - began).toBeLessThan(5000);
  const [rolled, shuttled, located] = await asked;
  const refused = { status: 'rejected', reason: { code: 'roll-stopped', remedy: expect.any(String) } };
  expect(rolled).toMatchObject(refused);
  expect(shuttled).toMatchObject(refused);
  expect(located).toMatchObject({ status: 'fulfilled' });
  expect(await telemetry()).toMatchObject({ rolling: false, timelineSample: 5000 });
  await rig.client.call('roll', rollFrom(1000));
  expect(await telemetry()).toMatchObject({ rolling: true, motion: { fromSample: 1000 } });
});

test('a command to a device that stands still or was pulled out is answered when the device is given up', async () => {
  for (const kind of ['stall', 'unplug']) {
    await rig.client.call('open', { ...OPEN_VIRTUAL, framesPerBuffer: 4096 });
    await rig.client.call('roll', rollFrom(0));
    await rig.client.call('fault', { kind, value: 60_000 });
    const asked = Array.from({ length: 20 }, (_, at) => rig.client.call('locate', { timelineSample: at }));
    const answers = await Promise.allSettled(asked);
    expect(answers.at(-1)).toMatchObject({ status: 'rejected', reason: { code: 'device-closed' } });
  }
});
