import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Host } from '../../../src-main/host/host.ts';
import { type BeepSettings, DEFAULT_BEEPS, DEFAULT_MONITOR_SETTINGS } from '../../../src-shared/engine/live-engine.ts';
import type { FrameRate } from '../../../src-shared/time/frame-rate.ts';
import { loopBackStage, timelineReaches } from '../../support/live-host.ts';
import { numbersIn } from '../../support/recorded-takes.ts';
import { recordStart, rollFrom } from '../../support/recording-stage.ts';

const FILM: FrameRate = { numerator: 24_000, denominator: 1001, drop: false };
const RATE = 48_000;

const beepAt = (host: Host, beeps: Partial<BeepSettings>) =>
  host.services.audio.setMonitor({ ...DEFAULT_MONITOR_SETTINGS, beeps: { ...DEFAULT_BEEPS, on: true, ...beeps } });

/** Stretches of sound in the take that was recorded of what the engine gave out, in samples of the timeline. */
function heard(host: Host): [number, number][] {
  const project = host.services.projects.require();
  const take = project.reader.all('take')[0];
  if (!take) throw new Error('nothing was recorded');
  const spans: [number, number][] = [];
  // A sine is through zero for some samples at most.
  numbersIn(join(project.folder, take.path), 1).forEach((value, at) => {
    if (value === 0) return;
    const last = spans.at(-1);
    const timelineSample = take.startSample + at;
    if (last && timelineSample - last[1] < 100) last[1] = timelineSample + 1;
    else spans.push([timelineSample, timelineSample + 1]);
  });
  return spans;
}

test('three beeps a second apart come before a punch, each to the sample, and the line has none', async () => {
  const { host } = await loopBackStage();
  const { audio, records } = host.services;
  await audio.calibrate(0, 0);
  await beepAt(host, {});
  const line = 4 * RATE;
  const ended = new Promise((resolve) => records.ended.on(resolve));
  await records.start(recordStart({ roll: rollFrom(line), punch: { inSample: line, outSample: line + 9600 } }));
  await ended;
  expect(heard(host)).toEqual([1, 2, 3].map((second) => [second * RATE, second * RATE + 4800]));
  expect(host.services.projects.require().reader.all('clip')).toMatchObject([{ startSample: line }]);
  // They were for this recording alone.
  await expect.poll(() => audio.telemetry?.rolling).toBe(false);
  await records.start(recordStart({ roll: rollFrom(line - RATE), punch: 'now' }));
  await timelineReaches(host, line - RATE / 2);
  expect((await records.stop())?.notices).toEqual([]);
});

test('a rehearsal has them as well, in frames of the project', async () => {
  const { host } = await loopBackStage(FILM);
  const { audio, records, transport } = host.services;
  await audio.calibrate(0, 0);
  await beepAt(host, {
    count: 2,
    interval: { unit: 'frames', count: 12 },
    length: { unit: 'frames', count: 1 },
    gainDb: -6,
  });
  const line = 2 * RATE;
  const { startSample } = await transport.play({
    fromSample: line,
    speed: { numerator: 1, denominator: 1 },
    keepPitch: false,
    loop: null,
    endSample: null,
    fadeIn: false,
    preRollSamples: 55_000,
    postRollSamples: 0,
    beepsBeforeSample: line,
  });
  expect(startSample).toBe(line - 55_000);
  await records.start(recordStart({ punch: 'now', preRecordSeconds: 0.3 }));
  await timelineReaches(host, line + 4800);
  await records.stop();
  // 12 frames of 23.976 are 24 024 samples, one is 2002.
  expect(heard(host)).toEqual([
    [line - 48_048, line - 48_048 + 2002],
    [line - 24_024, line - 24_024 + 2002],
  ]);
  // Stopped, they are gone: playing again has none.
  expect(audio.beepedLine).toBeNull();
});
