import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { recoverRecordings } from '../../../src-main/host/recover-recordings.ts';
import type { RecordedPass } from '../../../src-main/host/take-in.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { audioFilesOf, openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';

/** Takes that cannot be taken in when their recording ends: nothing rolls on for it, and nothing is lost. */
const RATE = 48_000;

let projects: ProjectService;
let project: Project;
let recorder: PumpedRecorder;
let records: RecordService;
let told: RecordedPass[];

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room']);
  project = projects.require();
  recorder = new PumpedRecorder();
  records = new RecordService(projects, recorder, async () => 1e12);
  told = [];
  records.ended.on((pass) => told.push(pass));
});
afterEach(() => projects.close());

const stateOf = () => project.reader.all('take').map(({ state }) => state);

/** From one second on, punched in from there. */
async function rolling(punch: 'now' | 'by-hand' = 'now'): Promise<void> {
  await records.start(recordStart({ roll: rollFrom(RATE), punch }));
  recorder.advance(RATE / 2);
  await records.punchIn();
  recorder.advance(RATE);
}

describe('a document that there is no room for', () => {
  let isFull: boolean;

  beforeEach(() => {
    isFull = false;
    for (const method of ['apply', 'applyTogether'] as const) {
      const real = project[method].bind(project) as (...given: unknown[]) => unknown;
      (project as unknown as Record<string, unknown>)[method] = (...given: unknown[]) => {
        if (!isFull) return real(...given);
        throw new TwopopError({
          code: 'project.disk-full',
          message: 'The disk is full: what was under way was not saved.',
          remedy: 'Make room on the disk.',
        });
      };
    }
  });

  test('does not keep it rolling: stop ends it, and says what is kept and what to do', async () => {
    await rolling();
    isFull = true;
    const pass = await records.stop();
    expect((await recorder.facts()).rolling).toBeNull();
    expect(records.state.phase).toBe('idle');
    expect(pass).toMatchObject({ pass: 1, takeIds: [], placedTakeIds: [] });
    expect(pass?.notices).toEqual([
      expect.stringMatching(
        /^“Boom_12A_001” \(1\.\d s\) is safe in “Audio Files\/Boom_12A_001\.wav”, but could not .*: the disk is full\. Make room on it\. It is tried again by itself/,
      ),
    ]);
    expect([stateOf(), audioFilesOf(project)]).toEqual([['recording'], ['Boom_12A_001.wav']]);
  });

  test('ends it when the engine gave up over it too, and every window is told what was kept', async () => {
    await rolling();
    isFull = true;
    await records.engineFailed({ message: 'The disk is full.' });
    expect(records.state.phase).toBe('idle');
    expect(told).toHaveLength(1);
    isFull = false;
    await records.stop();
    expect(told[1]?.notices).toEqual([expect.stringMatching(/on the timeline now\.$/)]);
    expect(stateOf()).toEqual(['recovered']);
    expect(told[0]?.notices[0]).toMatch(/^Recording stopped: The disk is full\. Kept: “Boom_12A_001” \(1\.\d s\)\.$/);
  });

  test.each(['stop', 'record'] as const)(
    'has the take once there is room: at the next %s, to the same sample',
    async (key) => {
      await rolling('by-hand');
      const { startClock = 0 } = (await recorder.facts()).rolling ?? {};
      isFull = true;
      await records.stop(startClock + RATE);
      recorder.advance(RATE);
      await records.stop();
      expect([stateOf(), told]).toEqual([['recording'], []]);
      isFull = false;
      if (key === 'stop') await records.stop();
      else await records.start(recordStart({ roll: rollFrom(10 * RATE) }));
      expect(told).toMatchObject([{ pass: 1, takeIds: [1], placedTakeIds: [1] }]);
      expect(told[0]?.notices).toEqual([
        expect.stringMatching(/^“Boom_12A_001” .* is in the project and on the timeline now\.$/),
      ]);
      expect(project.reader.all('take')[0]).toMatchObject({ state: 'done', punchOutSample: 2 * RATE });
      recorder.advance(RATE);
      await records.stop();
      expect(misplacedSound(project)).toEqual([]);
      expect(findViolations(project.reader)).toEqual([]);
    },
  );

  test('has the take when it is opened again', async () => {
    await rolling();
    isFull = true;
    await records.stop();
    const { path } = project;
    await projects.close();
    await projects.open(path);
    project = projects.require();
    expect(await recoverRecordings(project, records.isBeingWritten)).toHaveLength(1);
    expect([stateOf(), clipsOf(project, 1).length]).toEqual([['recovered'], 1]);
    expect(misplacedSound(project)).toEqual([]);
    const seq = project.seq;
    await records.stop();
    expect(project.seq).toBe(seq);
  });
});

describe('a disk that does not take in the end of a recording', () => {
  let comesBack: () => void;

  beforeEach(() => {
    recorder.disk = new Promise((resolve) => {
      comesBack = resolve;
    });
  });
  const pathOf = () => join(project.folder, 'Audio Files', 'Boom_12A_001.wav');
  const nextTold = () => new Promise<RecordedPass>((resolve) => records.ended.on(resolve));

  test('is told, leaves the file to the engine, and has the take by itself when it comes back', async () => {
    await rolling();
    const pass = await records.stop();
    expect(pass).toMatchObject({
      takeIds: [],
      notices: [expect.stringMatching(/not taken in all of “Boom_12A_001” yet/)],
    });
    expect([records.state.phase, stateOf(), records.isBeingWritten(pathOf())]).toEqual(['idle', ['recording'], true]);
    await records.stop();
    expect(stateOf()).toEqual(['recording']);
    const ended = nextTold();
    comesBack();
    expect(await ended).toMatchObject({ pass: 1, takeIds: [1], placedTakeIds: [1] });
    expect([stateOf(), records.isBeingWritten(pathOf())]).toEqual([['done'], false]);
    expect(misplacedSound(project)).toEqual([]);
  });

  test('does not keep the next take from being recorded, which stays on top', async () => {
    await rolling();
    await records.stop();
    const ended = nextTold();
    const late = recorder.disk;
    recorder.disk = null;
    await rolling();
    await records.stop();
    comesBack();
    await late;
    expect(await ended).toMatchObject({ pass: 1, takeIds: [1], placedTakeIds: [] });
    expect([stateOf(), clipsOf(project, 1)]).toEqual([['done', 'done'], [expect.stringMatching(/^Boom_12A_002/)]]);
    expect(misplacedSound(project)).toEqual([]);
  });

  test('is left alone by a project that is closed and opened again meanwhile, and has the take there', async () => {
    await rolling();
    await records.stop();
    const { path } = project;
    await projects.close();
    await projects.open(path);
    project = projects.require();
    expect(await recoverRecordings(project, records.isBeingWritten)).toEqual([]);
    expect(stateOf()).toEqual(['recording']);
    const ended = nextTold();
    comesBack();
    expect(await ended).toMatchObject({ takeIds: [1], placedTakeIds: [1] });
    expect(misplacedSound(project)).toEqual([]);
  });

  test('that never does, its process gone, has what it took in', async () => {
    await rolling();
    await records.stop();
    const ended = nextTold();
    recorder.die('The audio process ended.');
    comesBack();
    expect((await ended).takeIds).toEqual([1]);
    expect(stateOf()).toEqual(['recovered']);
  });

  test('whose file is gone by then says so', async () => {
    await rolling();
    await records.stop();
    const ended = nextTold();
    rmSync(pathOf());
    comesBack();
    expect((await ended).notices).toEqual(['“Boom_12A_001” has no sound: none came in.']);
    expect(stateOf()).toEqual([]);
  });
});
