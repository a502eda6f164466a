import { expect, test, vi } from 'vitest';
import { Broadcast } from '../../../src-main/host/broadcast.ts';
import { KeepAwake } from '../../../src-main/host/keep-awake.ts';
import { loopBackStage, timelineReaches } from '../../support/live-host.ts';
import { recordStart, rollFrom } from '../../support/recording-stage.ts';

function stage() {
  const told: boolean[] = [];
  const awake = new KeepAwake({
    keepAwake: (wish) => {
      told.push(wish);
      return wish;
    },
  });
  const records = { changed: new Broadcast<{ phase: string }>() };
  const audio = {
    telemetryTold: new Broadcast<{ rolling: boolean }>(),
    statusChanged: new Broadcast<{ state: string }>(),
  };
  awake.follow(...([audio, records] as unknown as Parameters<KeepAwake['follow']>));
  return { told, awake, records, audio };
}

test('the machine is kept awake from the record key until the take is taken in', () => {
  const { told, records } = stage();
  for (const phase of ['starting', 'rolling', 'finishing']) records.changed.emit({ phase });
  expect(told).toEqual([true]);
  records.changed.emit({ phase: 'idle' });
  expect(told).toEqual([true, false]);
});

test('it is kept awake while the engine rolls, and let go when that stops or its device goes away', () => {
  const { told, audio } = stage();
  for (const rolling of [false, true, true, false]) audio.telemetryTold.emit({ rolling });
  expect(told).toEqual([true, false]);
  audio.telemetryTold.emit({ rolling: true });
  audio.statusChanged.emit({ state: 'running' });
  audio.statusChanged.emit({ state: 'lost' });
  expect(told).toEqual([true, false, true, false]);
});

test('one reason that ends leaves the others', () => {
  const { told, awake, audio, records } = stage();
  audio.telemetryTold.emit({ rolling: true });
  records.changed.emit({ phase: 'rolling' });
  expect(awake.wish('a view', true)).toBe(true);
  expect(awake.wish('a view', false)).toBe(true);
  audio.telemetryTold.emit({ rolling: false });
  expect(told.at(-1)).toBe(true);
  records.changed.emit({ phase: 'idle' });
  expect(told.at(-1)).toBe(false);
});

test('a host keeps its machine awake while its engine records and plays, and no longer', {
  timeout: 30_000,
}, async () => {
  const { host } = await loopBackStage();
  const { shell, records, transport, audio } = host.services;
  const told = vi.spyOn(shell, 'keepAwake');
  const newest = () => told.mock.lastCall?.[0];
  const started = records.start(recordStart({ roll: rollFrom(0) }));
  await expect.poll(newest).toBe(true);
  await started;
  await timelineReaches(host, 12_000);
  await records.stop();
  await expect.poll(newest).toBe(false);
  await transport.play({
    fromSample: 0,
    speed: { numerator: 1, denominator: 1 },
    keepPitch: false,
    loop: null,
    endSample: null,
    fadeIn: false,
    preRollSamples: 0,
    postRollSamples: 0,
    beepsBeforeSample: null,
  });
  await expect.poll(newest).toBe(true);
  await audio.close();
  expect(newest()).toBe(false);
});
