import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { audioFilesOf, openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';

const RATE = 48_000;

let projects: ProjectService;
let recorder: PumpedRecorder;
let records: RecordService;

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room']);
  recorder = new PumpedRecorder();
  records = new RecordService(projects, recorder, async () => 1e12);
});
afterEach(() => projects.close());

/** Has something happen once while the files of a recording are created. */
function whileCreating(happens: () => unknown): void {
  const begin = recorder.begin.bind(recorder);
  recorder.begin = async (request) => {
    recorder.begin = begin;
    const begun = await begin(request);
    await happens();
    return begun;
  };
}

const nothingIsLeft = () => {
  const project = projects.require();
  expect([project.reader.all('take'), audioFilesOf(project)]).toEqual([[], []]);
};

test('a transport that went elsewhere while the files were created is planned for anew, and the take lies where it went', async () => {
  recorder.startRolling({ startClock: recorder.clock, startSample: 0, loop: null });
  recorder.advance(RATE);
  whileCreating(() => recorder.startRolling({ startClock: recorder.clock, startSample: 960_000, loop: null }));
  await records.start(recordStart());
  recorder.advance(RATE);
  await records.stop();
  const project = projects.require();
  expect(audioFilesOf(project)).toHaveLength(1);
  expect(misplacedSound(project)).toEqual([]);
  const [clip] = project.reader.all('clip');
  expect(clip?.startSample).toBe(960_000);
});

test('a stop while the files are created calls the recording off before it rolls', async () => {
  let rolled = 0;
  const roll = recorder.roll.bind(recorder);
  recorder.roll = (request) => {
    rolled += 1;
    return roll(request);
  };
  let stopped: Promise<unknown> = Promise.resolve();
  whileCreating(() => {
    stopped = records.stop();
  });
  expect(await records.start(recordStart())).toMatchObject({ phase: 'idle', pass: null });
  expect(await stopped).toBeNull();
  expect(rolled).toBe(0);
  nothingIsLeft();
  // The next one is not called off by it.
  expect(await records.start(recordStart())).toMatchObject({ phase: 'rolling' });
});

test('a stop while what rolls is joined stops it, and keeps no file', async () => {
  recorder.startRolling({ startClock: recorder.clock, startSample: 0, loop: null });
  recorder.advance(RATE);
  let stopped: Promise<unknown> = Promise.resolve();
  whileCreating(() => {
    stopped = records.stop();
  });
  await records.start(recordStart());
  await stopped;
  expect((await recorder.facts()).rolling).toBeNull();
  expect(records.state.phase).toBe('idle');
  nothingIsLeft();
});

test('a stop that comes to what has rolled for a while already keeps it', async () => {
  let stopped: Promise<unknown> = Promise.resolve();
  const roll = recorder.roll.bind(recorder);
  recorder.roll = async (request) => {
    const rolled = await roll(request);
    // The answer came late, and the stop before it.
    recorder.advance(RATE);
    stopped = records.stop();
    return rolled;
  };
  await records.start(recordStart({ roll: rollFrom(100_000) }));
  expect(await stopped).toMatchObject({ takeIds: [1], placedTakeIds: [1] });
  expect(clipsOf(projects.require(), 1)).toHaveLength(1);
});
