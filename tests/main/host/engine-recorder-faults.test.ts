import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Host } from '../../../src-main/host/host.ts';
import type { RecordedPass } from '../../../src-main/host/take-in.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { COUNTER_INPUT, loopBackStage, statusThat } from '../../support/live-host.ts';
import { numbersIn } from '../../support/recorded-takes.ts';

/** Disks that fill up and devices that go while a take is recorded: it is kept, told of, and the next one is recorded. */
let host: Host;

beforeEach(async () => {
  process.env.TWOPOP_AUDIO_FAULTS = '1';
  ({ host } = await loopBackStage());
});
afterEach(() => {
  delete process.env.TWOPOP_AUDIO_FAULTS;
});

const TAKE = {
  tracks: [{ trackId: 1, inputs: [COUNTER_INPUT] }],
  sampleFormat: 's24' as const,
  preRecordSeconds: 0,
  scene: null,
  roll: { fromSample: 96_000, preRollSamples: 0, postRollSamples: 0, loop: null },
  punch: 'now' as const,
};

const fault = (kind: string, value: number) => host.services.audio.call('fault', { kind, value });

/** Records until so much of it is on the disk; `ended` is the pass, when it ended by itself. */
async function recording(frames: number): Promise<{ readonly ended: Promise<RecordedPass> }> {
  const { audio, records } = host.services;
  const ended = new Promise<RecordedPass>((resolve) => records.ended.on(resolve));
  await records.start(TAKE);
  await new Promise<void>((resolve) => {
    const stop = audio.telemetryTold.on(({ recordings }) => {
      if ((recordings[0]?.framesOnDisk ?? 0) < frames) return;
      stop();
      resolve();
    });
  });
  return { ended };
}

/** The newest take: its row, the frames in its file, and how many of those do not follow the one before. */
async function newestTake() {
  const project = host.services.projects.require();
  const row = project.reader.all('take').at(-1);
  const path = join(project.folder, row?.path ?? '');
  const { frames = 0, promisedFrames = null } = (await readWaveFile(path)) ?? {};
  // The counter goes up by 8 of 2^24 steps, and comes round after 2^20 of them.
  const counted = numbersIn(path, 1);
  const torn = counted.filter((value, at) => at > 0 && (value - (counted[at - 1] as number) - 8) % 8_388_608 !== 0);
  return { row, frames, promisedFrames, torn: torn.length };
}

/** Everything goes on: another take is recorded and kept. */
async function recordsAgain(): Promise<void> {
  const { audio, records } = host.services;
  if (audio.status.state !== 'running') expect(await audio.open()).toMatchObject({ state: 'running' });
  await recording(4800);
  expect(await records.stop()).toMatchObject({ takeIds: [expect.any(Number)], notices: [] });
  expect(await newestTake()).toMatchObject({ row: { state: 'done' }, promisedFrames: null, torn: 0 });
}

test('a disk that is full ends the take at once: it is kept to its last sample, placed, and told of', async () => {
  const { ended } = await recording(24_000);
  const { framesOnDisk = 0 } = host.services.audio.telemetry?.recordings[0] ?? {};
  // Room for another tenth of a second.
  await fault('disk-full', 4800 * 3);
  const pass = await ended;
  expect(pass).toMatchObject({ takeIds: [1], placedTakeIds: [1] });
  expect(pass.notices).toEqual([expect.stringMatching(/^Recording stopped: .*disk is full.* Kept: “.*” \(.*\)\.$/s)]);
  expect(host.services.records.state.phase).toBe('idle');
  const take = await newestTake();
  expect(take).toMatchObject({ row: { state: 'recovered' }, promisedFrames: null, torn: 0 });
  expect(take.frames).toBeGreaterThanOrEqual(framesOnDisk + 4800);
  expect(host.services.audio.status).toMatchObject({ state: 'running' });
  await fault('disk-full', -1);
  await recordsAgain();
});

test('a device that is unplugged ends the take with its last block, and is taken back', async () => {
  const { ended } = await recording(24_000);
  await fault('unplug', 0);
  const pass = await ended;
  expect(pass).toMatchObject({
    takeIds: [1],
    placedTakeIds: [1],
    isTroubled: true,
    notices: [expect.stringContaining('Kept: “')],
  });
  await statusThat(host, ({ state }) => state === 'lost');
  const take = await newestTake();
  expect(take).toMatchObject({ row: { state: 'recovered' }, promisedFrames: null, torn: 0 });
  expect(take.frames).toBeGreaterThanOrEqual(24_000);
  await recordsAgain();
});

test('a device that falls silent ends the take within a second, and is taken back', async () => {
  const { ended } = await recording(24_000);
  await fault('stall', 60_000);
  expect(await ended).toMatchObject({ takeIds: [1], isTroubled: true, notices: [expect.stringContaining('Kept: “')] });
  expect(await newestTake()).toMatchObject({ row: { state: 'recovered' }, promisedFrames: null, torn: 0 });
  await recordsAgain();
});

test('a driver that hangs costs its process, not the take', { timeout: 30_000 }, async () => {
  const { audio } = host.services;
  const { ended } = await recording(24_000);
  await fault('hang', 600_000);
  await expect(audio.call('close', null)).rejects.toMatchObject({ code: 'device-hung' });
  expect(await ended).toMatchObject({ takeIds: [1], notices: [expect.stringContaining('Kept: “')] });
  expect(await newestTake()).toMatchObject({ row: { state: 'recovered' }, torn: 0 });
  expect(audio.status).toMatchObject({ state: 'lost', problem: { message: expect.stringContaining('hangs') } });
  await expect.poll(() => audio.processId, { timeout: 10_000 }).toBeUndefined();
  await recordsAgain();
});

test('a file that is removed while it is recorded ends the take, which is told of', async () => {
  const { ended } = await recording(9600);
  const folder = join(host.services.projects.require().folder, 'Audio Files');
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  const pass = await ended;
  expect(pass.notices).toEqual([expect.stringMatching(/removed while it was recorded/)]);
  expect(host.services.records.state.phase).toBe('idle');
  expect(host.services.projects.require().reader.all('take')).toEqual([]);
  await recordsAgain();
});

test('a disk that stands still for three seconds loses nothing of the take', { timeout: 30_000 }, async () => {
  const { records } = host.services;
  await recording(9600);
  await fault('writer-stall', 3000);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(await records.stop()).toMatchObject({ takeIds: [1], notices: [] });
  const take = await newestTake();
  expect(take).toMatchObject({ row: { state: 'done' }, promisedFrames: null, torn: 0 });
  expect(take.frames).toBeGreaterThan(96_000);
});
