import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { EngineRecorder } from '../../../src-main/host/engine-recorder.ts';
import type { Host } from '../../../src-main/host/host.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import type { RecordedPass } from '../../../src-main/host/take-in.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import { COUNTER_INPUT, LOOP_BACK, liveHost, loopBackStage, timelineReaches } from '../../support/live-host.ts';
import { temporaryFolder } from '../../support/project-files.ts';
import { numbersIn } from '../../support/recorded-takes.ts';
import { recordStart, rollFrom } from '../../support/recording-stage.ts';

/** Disks that stand still or are really full when a recording ends: it ends, the take is kept, and is taken in by itself. */
const RATE = 48_000;

beforeEach(() => {
  process.env.TWOPOP_AUDIO_FAULTS = '1';
});
afterEach(() => {
  delete process.env.TWOPOP_AUDIO_FAULTS;
});

const START = recordStart({ tracks: [{ trackId: 1, inputs: [COUNTER_INPUT] }], roll: rollFrom(2 * RATE) });

/** How many samples of a file of the counter do not follow the one before. */
function tornSamples(path: string): number {
  const counted = numbersIn(path, 1);
  return counted.filter((value, at) => at > 0 && (value - (counted[at - 1] as number) - 8) % 8_388_608 !== 0).length;
}

async function takeOf(host: Host) {
  const project = host.services.projects.require();
  const take = project.reader.all('take').at(-1);
  const path = join(project.folder, take?.path ?? '');
  const wave = await readWaveFile(path);
  return { project, take, path, frames: wave?.frames ?? 0, promisedFrames: wave?.promisedFrames ?? null };
}

test('a disk that stands still at stop for longer than anybody waits has the take once it goes on', {
  timeout: 30_000,
}, async () => {
  const { host } = await loopBackStage();
  const { audio, projects } = host.services;
  const records = new RecordService(projects, new EngineRecorder(audio, 500));
  await records.start(START);
  await timelineReaches(host, 3 * RATE);
  await audio.call('fault', { kind: 'writer-stall', value: 4000 });
  await timelineReaches(host, 4 * RATE);
  const ended = new Promise<RecordedPass>((resolve) => records.ended.on(resolve));
  const pass = await records.stop();
  expect(pass).toMatchObject({ takeIds: [], notices: [expect.stringMatching(/not taken in all of “.*” yet/)] });
  const begun = await takeOf(host);
  expect(begun.take).toMatchObject({ state: 'recording', sourceId: null });
  expect([records.state.phase, records.isBeingWritten(begun.path)]).toEqual(['idle', true]);
  expect(await ended).toMatchObject({ takeIds: [1], placedTakeIds: [1] });
  const { take, path, frames, promisedFrames, project } = await takeOf(host);
  expect(take).toMatchObject({ state: 'done' });
  expect(promisedFrames).toBeNull();
  expect(frames).toBeGreaterThan(2 * RATE);
  expect(tornSamples(path)).toBe(0);
  const [source] = project.reader.all('source');
  expect(source).toMatchObject({ lengthSamples: frames, sizeBytes: statSync(path).size });
  expect(project.offlineSources()).toEqual([]);
});

/** A disk of so many bytes; null, said aloud, where this machine lets nobody mount one. */
function smallDisk(mebibytes: number): string | null {
  const folder = temporaryFolder();
  const disk = join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', disk], { stdio: 'pipe' });
  } catch (error) {
    console.warn(`\nSKIPPED: a disk that is really full. No small disk could be mounted here: ${error}\n`);
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
}

/** Another program takes all that is left. */
function fill(path: string): void {
  const descriptor = openSync(path, 'w');
  for (const bytes of [1 << 16, 512, 1]) {
    try {
      for (;;) writeSync(descriptor, Buffer.alloc(bytes));
    } catch {
      // Full, but for less than that.
    }
  }
  closeSync(descriptor);
}

test('a disk that is really full ends the recording; the take is in the project once there is room', {
  timeout: 60_000,
}, async (context) => {
  const disk = smallDisk(64);
  if (!disk) return context.skip();
  const host = liveHost(temporaryFolder());
  const { audio, projects, documents, records } = host.services;
  const frameRate = { numerator: 25, denominator: 1, drop: false };
  await audio.setSettings(LOOP_BACK);
  await projects.create({ name: 'Stage', parentFolder: disk, frameRate, sampleRate: RATE, startFrame: 0 });
  documents.apply({ kind: 'track.add', name: 'Boom' });
  await audio.open();
  const ended: RecordedPass[] = [];
  records.ended.on((pass) => ended.push(pass));
  await records.start(START);
  await timelineReaches(host, 4 * RATE);
  const ballast = join(disk, 'ballast');
  fill(ballast);
  await expect.poll(() => records.state.phase, { timeout: 20_000 }).toBe('idle');
  expect(ended).toHaveLength(1);
  expect(ended[0]?.notices[0]).toMatch(
    /^Recording stopped: .*(No space left|disk is full).* Kept: “Boom_12A_001” \(\d\.\d s\)\.$/s,
  );
  await expect.poll(() => audio.telemetry?.rolling).toBe(false);
  rmSync(ballast);
  await records.stop();
  const { take, path, frames } = await takeOf(host);
  expect(take).toMatchObject({ state: 'recovered', punchInSample: 2 * RATE });
  expect(frames).toBeGreaterThanOrEqual(2 * RATE - 1024);
  expect(tornSamples(path)).toBe(0);
  expect(projects.require().reader.all('clip')).toHaveLength(1);
  // And the next one is recorded.
  await records.start({ ...START, roll: rollFrom(10 * RATE) });
  await timelineReaches(host, 11 * RATE);
  expect(await records.stop()).toMatchObject({ takeIds: [expect.any(Number)], notices: [] });
});
