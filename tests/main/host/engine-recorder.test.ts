import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost, type Host } from '../../../src-main/host/host.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { createNodeShell } from '../../../src-main/server/node-shell.ts';
import { DEFAULT_AUDIO_SETTINGS, VIRTUAL_DEVICE } from '../../../src-shared/engine/live-engine.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

/** The virtual device's input that counts the device's clock, whatever is played. */
const COUNTER_INPUT = 4;
const savedHome = process.env.TWOPOP_HOME;
let folder: TemporaryFolder;
let host: Host;

beforeEach(async () => {
  folder = makeTemporaryFolder('engine-recorder');
  process.env.TWOPOP_HOME = join(folder.path, 'home');
  host = createHost({ shell: createNodeShell(), mediaBaseUrl: () => '' });
  const { audio, projects, documents } = host.services;
  await audio.setSettings({ ...DEFAULT_AUDIO_SETTINGS, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE });
  await projects.create({
    name: 'Stage',
    parentFolder: folder.path,
    frameRate: { numerator: 25, denominator: 1, drop: false },
    sampleRate: 48_000,
    startFrame: 0,
  });
  documents.apply({ kind: 'track.add', name: 'Boom' });
  await audio.open();
});

afterEach(async () => {
  await host.close();
  if (savedHome === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = savedHome;
  folder.remove();
});

const start = {
  tracks: [{ trackId: 1, inputs: [COUNTER_INPUT] }],
  sampleFormat: 's24' as const,
  preRecordSeconds: 0,
  scene: '12A',
  roll: { fromSample: 96_000, preRollSamples: 0, postRollSamples: 0, loop: null },
  punch: { inSample: 100_000, outSample: 124_000 },
};

const clockReaches = (clock: number) =>
  new Promise<void>((resolve) => {
    const stop = host.services.audio.telemetryTold.on((telemetry) => {
      if (telemetry.clock < clock) return;
      stop();
      resolve();
    });
  });

/** The device's clock, modulo 2^20, at each sample of a clip of the counter. */
async function countedBy(path: string, fromFrame: number, frames: number): Promise<number[]> {
  const wave = await readWaveFile(path, {});
  const bytes = readFileSync(path);
  return Array.from({ length: frames }, (_, at) => {
    const step = bytes.readIntLE((wave?.dataOffset ?? 0) + 3 * (fromFrame + at), 3);
    return Math.round((step / 8_388_608 + 0.5) * 1_048_576);
  });
}

test('a punch through the live engine is a clip with each sample where it was performed', async () => {
  const { audio, records, projects } = host.services;
  const { roundTripSamples } = await audio.calibrate(0, 0);
  const ended = new Promise((resolve) => records.ended.on(resolve));
  await records.start(start);
  const { motion } = await audio.call('telemetry', null);
  expect(await ended).toMatchObject({ notices: [], placedTakeIds: [expect.any(Number)] });
  const project = projects.require();
  const clip = project.reader.all('clip')[0];
  const source = project.reader.get('source', clip?.sourceId ?? 0);
  if (!clip || !source) throw new Error('nothing was recorded');
  expect(clip).toMatchObject({ trackId: 1, startSample: 100_000, lengthSamples: 24_000 });
  const counted = await countedBy(project.sourcePath(source), clip.sourceInSample, clip.lengthSamples);
  // Performed to timeline sample t, it came in a round trip after t was given out.
  const first = motion.startClock + (100_000 - motion.fromSample) + roundTripSamples;
  expect(counted.filter((clock, at) => clock !== (first + at) % 1_048_576)).toEqual([]);
});

test('a range in a loop is punched in every lap, each with each sample where it was performed', async () => {
  const { audio, records, projects } = host.services;
  const { roundTripSamples } = await audio.calibrate(0, 0);
  const loop = { fromSample: 96_000, toSample: 120_000 };
  await records.start({
    ...start,
    roll: { ...start.roll, loop },
    punch: { inSample: 100_000, outSample: 110_000 },
  });
  const { motion } = await audio.call('telemetry', null);
  await clockReaches(motion.startClock + 2 * 24_000 + 20_000);
  const pass = await records.stop();
  const project = projects.require();
  const takes = project.reader.all('take');
  expect(takes.map(({ punchInSample, punchOutSample }) => [punchInSample, punchOutSample])).toEqual(
    takes.map(() => [100_000, 110_000]),
  );
  expect(pass).toMatchObject({ notices: [] });
  expect(takes.length).toBeGreaterThanOrEqual(3);
  for (const [lap, take] of takes.entries()) {
    const counted = await countedBy(join(project.folder, take.path), 100_000 - take.startSample, 10_000);
    const first = motion.startClock + 4000 + lap * 24_000 + roundTripSamples;
    expect(counted.filter((clock, at) => clock !== (first + at) % 1_048_576)).toEqual([]);
  }
  expect(project.reader.all('clip')).toMatchObject([{ startSample: 100_000, lengthSamples: 10_000 }]);
});

test('the audio process killed while recording: the take is kept up to the last flush and told of', async () => {
  const { audio, records, projects } = host.services;
  await records.start({ ...start, punch: 'now' as never });
  const { motion } = await audio.call('telemetry', null);
  await clockReaches(motion.startClock + 48_000);
  const ended = new Promise((resolve) => records.ended.on(resolve));
  process.kill(audio.processId as number, 'SIGKILL');
  expect(await ended).toMatchObject({ takeIds: [expect.any(Number)], notices: [expect.stringContaining('Kept')] });
  const project = projects.require();
  expect(project.reader.all('take')).toMatchObject([{ state: 'recovered' }]);
  const source = project.reader.all('source')[0];
  // All but a second at the very most; the figure is that of the recorder's own tests.
  expect(source?.lengthSamples).toBeGreaterThan(24_000);
});

test('a recording whose transport comes to the end of its post-roll ends with it, and tells so', async () => {
  const { records, projects } = host.services;
  const ended = new Promise((resolve) => records.ended.on(resolve));
  await records.start({ ...start, roll: { ...start.roll, postRollSamples: 4800 } });
  expect(await ended).toMatchObject({ notices: [], placedTakeIds: [expect.any(Number)] });
  expect(records.state.phase).toBe('idle');
  expect(projects.require().reader.all('clip')).toMatchObject([{ startSample: 100_000, lengthSamples: 24_000 }]);
});

test('the transport leaves a recording alone, but for stop, which ends it', async () => {
  const { audio, records, transport, projects } = host.services;
  await records.start({ ...start, punch: 'now' as never });
  const { motion } = await audio.call('telemetry', null);
  await clockReaches(motion.startClock + 24_000);
  const refusal = { code: 'record-rolling' };
  await expect(transport.locate(0)).rejects.toMatchObject(refusal);
  await expect(transport.setLoop({ fromSample: 0, toSample: 48_000 })).rejects.toMatchObject(refusal);
  await expect(transport.shuttle({ numerator: 2, denominator: 1 }, false)).rejects.toMatchObject(refusal);
  expect(records.state.phase).toBe('rolling');
  await transport.stop(1000);
  expect(records.state.phase).toBe('idle');
  expect(projects.require().reader.all('take')).toMatchObject([{ state: 'done' }]);
  expect(await audio.call('telemetry', null)).toMatchObject({ rolling: false });
});
