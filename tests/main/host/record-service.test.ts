import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { audioFilesOf, openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';
import { seededRandom } from '../../support/seeded-random.ts';

const RATE = 48_000;

let projects: ProjectService;
let project: Project;
let recorder: PumpedRecorder;
let records: RecordService;

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room L/R']);
  project = projects.require();
  recorder = new PumpedRecorder();
  records = new RecordService(projects, recorder, async () => 1e12);
});

afterEach(() => projects.close());

const wish = recordStart;
const from = rollFrom;
const audioFiles = () => audioFilesOf(project);
/** A second from there on. */
const span = (inSample: number) => ({ inSample, outSample: inSample + RATE });
/** How it rolls once it does. */
async function later(pumped: PumpedRecorder) {
  pumped.advance(RATE / 2);
  const { rolling } = await pumped.facts();
  if (!rolling) throw new Error('nothing rolls');
  return rolling;
}

test('what is recorded lands where it was performed, by the measured round trip, and says so in its header', async () => {
  await records.start(
    wish({ roll: from(100_000, { preRollSamples: RATE }), punch: { inSample: 100_000, outSample: 150_000 } }),
  );
  recorder.advance(4 * RATE);
  const pass = await records.stop();
  expect(pass).toMatchObject({ pass: 1, takeIds: [1], placedTakeIds: [1], notices: [] });
  expect(clipsOf(project, 1)).toEqual(['Boom_12A_001 100000..150000']);
  expect(misplacedSound(project)).toEqual([]);
  const [take] = project.reader.all('take');
  expect(take).toMatchObject({ state: 'done', number: 1, roundTripSamples: 517, inputChannels: '["Mic 1"]' });
  expect(take?.startSample).toBe(100_000 - RATE - 517);
  const wave = await readWaveFile(join(project.folder, take?.path ?? ''));
  const hour = 3600 * RATE;
  expect(wave?.bext).toMatchObject({ originator: 'Twopop', timeReference: hour + (take?.startSample ?? 0) });
  expect(wave?.metadata).toMatchObject({
    project: 'Stage',
    scene: '12A',
    take: '1',
    circled: false,
    timeReference: hour + (take?.startSample ?? 0),
    trackNames: ['Boom'],
    frameRate: { numerator: 25, denominator: 1 },
  });
  expect(project.reader.all('source')[0]).toMatchObject({
    role: 'other',
    timeReferenceSamples: hour + (take?.startSample ?? 0),
  });
  expect(project.canUndo).toBe('Record take');
});

describe('several tracks at once', () => {
  test('each gets a file of its own width, in one pass and one step of undo', async () => {
    const tracks = [
      { trackId: 1, inputs: [1] },
      { trackId: 2, inputs: [2, 3] },
    ];
    await records.start(wish({ tracks, scene: null }));
    expect(records.state).toMatchObject({ phase: 'rolling', pass: 1, trackIds: [1, 2], isPunchedIn: true });
    recorder.advance(2 * RATE);
    await records.stop();
    expect(recorder.armed).toEqual([[1, 2, 3]]);
    expect(audioFiles()).toEqual([
      expect.stringMatching(/^Boom_\d{4}-\d\d-\d\d_001\.wav$/),
      expect.stringMatching(/^Room L_R_.*_001\.wav$/),
    ]);
    expect(project.reader.all('clip').map(({ trackId }) => trackId)).toEqual([1, 2]);
    expect(misplacedSound(project)).toEqual([]);
    project.undo();
    expect(project.reader.all('clip')).toEqual([]);
    expect(project.reader.all('take').map(({ state }) => state)).toEqual(['done', 'done']);
    expect(project.canUndo).toBe('Add track');
    project.redo();
    expect(project.reader.all('clip')).toHaveLength(2);
  });
});

test('a device that was opened a moment ago has heard less before the key than is asked for, and moves no sample', async () => {
  recorder.clock = 20_000;
  await records.start(wish({ roll: from(100_000), preRecordSeconds: 5 }));
  recorder.advance(2 * RATE);
  await records.stop();
  const [take] = project.reader.all('take');
  expect(take?.preRecordedSamples).toBeLessThan(RATE);
  expect(misplacedSound(project)).toEqual([]);
  expect(clipsOf(project, 1)).toHaveLength(1);
});

test('what was said before the key is in the file, as a handle of the clip', async () => {
  recorder.startRolling({ startClock: recorder.clock, startSample: 500_000, loop: null });
  recorder.advance(5 * RATE);
  await records.start(wish({ preRecordSeconds: 3 }));
  recorder.advance(RATE);
  await records.stop();
  const [take] = project.reader.all('take');
  expect(take).toMatchObject({ punchInSample: 500_000 + 5 * RATE, preRecordedSamples: 3 * RATE });
  expect(misplacedSound(project)).toEqual([]);
  project.apply({
    kind: 'take.promote',
    takeId: 1,
    fromSample: 500_000 + 2 * RATE + 1000,
    toSample: 500_000 + 5 * RATE,
  });
  expect(misplacedSound(project)).toEqual([]);
});

test('a second take over the first trims what lies below, and the first stays a layer that can be used again', async () => {
  for (const [inSample, outSample] of [
    [20_000, 80_000],
    [40_000, 60_000],
  ] as const) {
    await records.start(wish({ punch: { inSample, outSample } }));
    recorder.advance(3 * RATE);
    await records.stop();
  }
  expect(clipsOf(project, 1)).toEqual([
    'Boom_12A_001 20000..40000',
    'Boom_12A_002 40000..60000',
    'Boom_12A_001 60000..80000',
  ]);
  project.apply({ kind: 'take.promote', takeId: 1, fromSample: 50_000 });
  expect(clipsOf(project, 1)).toEqual([
    'Boom_12A_001 20000..40000',
    'Boom_12A_002 40000..50000',
    'Boom_12A_001 50000..80000',
  ]);
  expect(misplacedSound(project)).toEqual([]);
  expect(findViolations(project.reader)).toEqual([]);
});

test('several punches of one roll are takes of one file', async () => {
  await records.start(wish({ punch: 'by-hand' }));
  for (const gap of [RATE, 2 * RATE, RATE / 2]) {
    recorder.advance(gap);
    await records.punchIn();
    recorder.advance(gap / 2);
    await records.punchOut();
  }
  await records.stop();
  expect(audioFiles()).toHaveLength(1);
  expect(project.reader.all('source')).toHaveLength(1);
  expect(project.reader.all('take').map(({ name, number }) => [name, number])).toEqual([
    ['Boom_12A_001', 1],
    ['Boom_12A_002', 2],
    ['Boom_12A_003', 3],
  ]);
  expect(project.reader.all('clip')).toHaveLength(3);
  expect(misplacedSound(project)).toEqual([]);
});

test('a punch by hand is what the talent hears of the input, to the same sample', async () => {
  await records.start(wish({ roll: from(10_000), punch: 'by-hand' }));
  recorder.advance(RATE);
  const { startClock } = (await recorder.facts()).rolling as { startClock: number };
  await records.punchIn(startClock + 5000);
  await records.punchOut(startClock + 9000);
  expect(recorder.punches).toEqual([
    { fromSample: 15_000, toSample: 2 ** 45 },
    { fromSample: 15_000, toSample: 19_000 },
  ]);
  expect(project.reader.all('take')).toMatchObject([{ punchInSample: 15_000, punchOutSample: 19_000 }]);
  await records.stop();
});

test('recording from where it rolls already is heard from there', async () => {
  recorder.startRolling({ startClock: recorder.clock, startSample: 0, loop: null });
  recorder.advance(RATE);
  await records.start(wish({ roll: from(0) }));
  expect(recorder.punches).toMatchObject([{ toSample: 2 ** 45 }]);
  await records.stop();
});

test('a roll by hand of which nothing was punched is kept as a layer, off the timeline, and told', async () => {
  await records.start(wish({ punch: 'by-hand' }));
  recorder.advance(RATE);
  const pass = await records.stop();
  expect(pass).toMatchObject({ takeIds: [1], placedTakeIds: [] });
  expect(pass?.notices).toEqual([
    expect.stringMatching(/^“Boom_12A_001” \(0\.\d s\) is kept as a layer .*nothing was punched in/),
  ]);
  expect([project.reader.all('take').length, project.reader.all('clip')]).toEqual([1, []]);
  expect(misplacedSound(project)).toEqual([]);
  project.apply({ kind: 'take.promote', takeId: 1 });
  expect(misplacedSound(project)).toEqual([]);
});

test('a range whose pre-roll was stopped before the punch is a layer too', async () => {
  await records.start(wish({ roll: from(5 * RATE, { preRollSamples: 2 * RATE }), punch: span(5 * RATE) }));
  recorder.advance(RATE);
  expect(await records.stop()).toMatchObject({ takeIds: [1], placedTakeIds: [] });
  expect(audioFiles()).toHaveLength(1);
});

test('files that take longer to create than the engine waits are created again in time, none twice', async () => {
  recorder.beginTakesSamples = 0.3 * RATE;
  await records.start(wish());
  recorder.advance(RATE);
  await records.stop();
  expect(audioFiles()).toHaveLength(1);
  expect(project.reader.all('take')).toHaveLength(1);
  expect(misplacedSound(project)).toEqual([]);
});

test('what the device dropped while it recorded is told with the take', async () => {
  recorder.inputOverflows = 7;
  for (const [dropped, words] of [
    [3, 'The device dropped sound 3 times while recording: check the take.'],
    [1, 'The device dropped sound once while recording: check the take.'],
    [0, null],
  ] as const) {
    await records.start(wish());
    recorder.advance(RATE);
    recorder.inputOverflows += dropped;
    const pass = await records.stop();
    expect(pass?.notices).toEqual(words ? [words] : []);
    expect(project.reader.all('take').at(-1)?.state).toBe('done');
  }
});

test('1,000 random punches land at 0 samples of error', async () => {
  const random = seededRandom(44);
  const below = (count: number) => Math.floor(random() * count);
  for (let round = 0; round < 200; round += 1) {
    recorder.roundTripSamples = below(9000);
    recorder.beginTakesSamples = below(5000);
    const inSample = below(20_000);
    const outSample = inSample + 1 + below(9000);
    await records.start(
      wish({
        roll: from(inSample, { preRollSamples: below(8000) }),
        punch: random() < 0.5 ? { inSample, outSample } : 'by-hand',
        preRecordSeconds: random() * 0.2,
      }),
    );
    recorder.advance(0.3 * RATE);
    for (let punch = 0; punch < 5; punch += 1) {
      recorder.advance(1 + below(2000));
      await records.punchIn();
      recorder.advance(1 + below(2000));
      await records.punchOut();
    }
    recorder.advance(outSample + below(3000));
    await records.stop();
    if (round % 25 === 24) {
      expect(misplacedSound(project)).toEqual([]);
      expect(findViolations(project.reader)).toEqual([]);
      project.apply({ kind: 'clip.clearRange', trackIds: [1], fromSample: 0, toSample: 10_000_000 });
      project.apply({ kind: 'source.remove', sourceIds: project.reader.all('source').map(({ id }) => id) });
    }
  }
});

describe('beeps before a punch by a span', () => {
  test('are asked for before the line, and it rolls early enough for all of them', async () => {
    recorder.beepLeadSamples = 3 * RATE;
    await records.start(wish({ roll: from(5 * RATE, { preRollSamples: RATE }), punch: span(5 * RATE) }));
    expect(recorder.beeped).toEqual([5 * RATE]);
    expect(await later(recorder)).toMatchObject({ startSample: 2 * RATE });
    recorder.advance(5 * RATE);
    await records.stop();
    expect(recorder.beeped.at(-1)).toBeNull();
    expect(clipsOf(project, 1)).toEqual([`Boom_12A_001 ${5 * RATE}..${6 * RATE}`]);
    expect(misplacedSound(project)).toEqual([]);
  });

  test('a longer pre-roll stays, and nothing rolls from before the start of the timeline', async () => {
    recorder.beepLeadSamples = 3 * RATE;
    const starts: number[] = [];
    for (const [line, preRollSamples] of [
      [10 * RATE, 5 * RATE],
      [RATE, 0],
    ] as const) {
      await records.start(wish({ roll: from(line, { preRollSamples }), punch: span(line) }));
      starts.push((await later(recorder)).startSample);
      recorder.advance(8 * RATE);
      await records.stop();
    }
    expect(starts).toEqual([5 * RATE, 0]);
  });

  test('are taken back when nothing comes of the recording', async () => {
    recorder.begin = () => Promise.reject(new Error('no permission'));
    await expect(records.start(wish({ punch: span(5 * RATE) }))).rejects.toThrow('no permission');
    expect(recorder.beeped).toEqual([5 * RATE, null]);
  });

  test('a punch by hand has none', async () => {
    await records.start(wish({ punch: 'by-hand' }));
    expect(recorder.beeped).toEqual([null]);
  });
});

describe('what was lost between the device and the disk', () => {
  test('has a marker where it was performed, with how long it is and in which files, and is told', async () => {
    await records.start(wish({ roll: from(2 * RATE), punch: span(2 * RATE) }));
    const { startClock } = await later(recorder);
    recorder.advance(2 * RATE);
    recorder.gaps = [
      { clock: startClock + 517 + 4800, frames: 480 },
      { clock: startClock + 517 + 24_000, frames: 72_000 },
    ];
    const pass = await records.stop();
    expect(pass?.notices).toEqual([expect.stringMatching(/^1\.5 s were lost .*each marked on the timeline\.$/)]);
    expect(project.reader.all('marker')).toMatchObject([
      { atSample: 2 * RATE + 4800, name: 'Lost 10.0 ms', comment: expect.stringContaining('“Boom_12A_001”') },
      { atSample: 2 * RATE + 24_000, name: 'Lost 1.5 s' },
    ]);
    project.undo();
    expect([project.reader.all('clip'), project.reader.all('marker').length]).toEqual([[], 2]);
  });

  test('in a lap of a loop it is marked where that lap lay', async () => {
    const loop = { fromSample: RATE, toSample: 2 * RATE };
    await records.start(wish({ roll: from(RATE, { loop }) }));
    const { startClock } = await later(recorder);
    recorder.advance(5 * RATE);
    recorder.gaps = [{ clock: startClock + 517 + 2 * RATE + 100, frames: 480 }];
    await records.stop();
    expect(project.reader.all('marker')).toMatchObject([{ atSample: RATE + 100 }]);
  });
});
