import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RecordStart } from '../../../src-main/host/plan-recording.ts';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { TwopopError } from '../../../src-shared/rpc/error.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { audioFilesOf, openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';

const RATE = 48_000;

let projects: ProjectService;
let project: Project;
let recorder: PumpedRecorder;
let records: RecordService;
let freeBytes: number;

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room L/R']);
  project = projects.require();
  recorder = new PumpedRecorder();
  freeBytes = 1e12;
  records = new RecordService(projects, recorder, async () => freeBytes);
});

afterEach(() => projects.close());

const wish = recordStart;
const from = rollFrom;
const audioFiles = () => audioFilesOf(project);

describe('when something gives up', () => {
  test('a dead audio process leaves what was written, as takes, and one sentence says what was kept', async () => {
    const ended: unknown[] = [];
    records.ended.on((pass) => ended.push(pass));
    await records.start(wish());
    recorder.advance(2 * RATE);
    recorder.die('The audio process ended.');
    const pass = await records.engineFailed({ message: 'The audio process ended.' });
    expect(pass?.notices).toEqual([
      expect.stringMatching(/^Recording stopped: The audio process ended\. Kept: “Boom_12A_001” \(1\.\d s\)\.$/),
    ]);
    expect(ended).toEqual([pass]);
    expect(project.reader.all('take')[0]?.state).toBe('recovered');
    expect(clipsOf(project, 1)).toHaveLength(1);
    expect(misplacedSound(project)).toEqual([]);
    expect(records.state.phase).toBe('idle');
  });

  test('a full disk ends the recording with the take kept', async () => {
    await records.start(wish());
    recorder.advance(RATE);
    recorder.problem = { code: 'disk-full', message: 'The disk is full.' };
    const pass = await records.stop();
    expect(pass?.notices[0]).toContain('Recording stopped: The disk is full. Kept: “Boom_12A_001”');
    expect(clipsOf(project, 1)).toHaveLength(1);
  });

  test('less than a minute of space is refused, less than ten is low, and both are told in time', async () => {
    const spare = 16 << 20;
    freeBytes = spare + 59 * RATE * 3;
    await expect(records.start(wish())).rejects.toMatchObject({ code: 'record.no-space' });
    expect([project.reader.all('take'), audioFiles(), records.state.phase]).toEqual([[], [], 'idle']);
    freeBytes = spare + 500 * RATE * 3;
    expect(await records.space([1], 's24')).toMatchObject({ isLow: true, text: '8 min' });
    freeBytes = spare + 3 * 7500 * RATE * 3;
    expect(await records.space([1, 2], 's24')).toMatchObject({ isLow: false, text: '2 h 5 min' });
  });

  test('an engine that dies while it creates the files leaves none, but with sound in it as a layer', async () => {
    const begin = recorder.begin.bind(recorder);
    const died = new TwopopError({ code: 'engine.gone', message: 'The audio process ended.', remedy: '' });
    recorder.begin = async (request) => {
      for (const { path, headerBytes } of request.files) writeFileSync(path, headerBytes);
      throw died;
    };
    await expect(records.start(wish())).rejects.toBe(died);
    expect([project.reader.all('take'), audioFiles()]).toEqual([[], []]);
    recorder.begin = async (request) => {
      await begin(request);
      throw died;
    };
    await expect(records.start(wish({ preRecordSeconds: 2, roll: from(5 * RATE) }))).rejects.toMatchObject({
      code: 'engine.gone',
      message: 'The audio process ended. What had come in before is kept: “Boom_12A_001”.',
    });
    expect([audioFiles().length, project.reader.all('clip')]).toEqual([1, []]);
    expect(project.reader.all('take')).toMatchObject([{ state: 'recovered', preRecordedSamples: 2 * RATE }]);
  });

  test('files that cannot be created leave no row', async () => {
    const begin = recorder.begin.bind(recorder);
    recorder.begin = () => Promise.reject(new Error('no permission'));
    await expect(records.start(wish())).rejects.toThrow('no permission');
    expect(project.reader.all('take')).toEqual([]);
    recorder.begin = begin;
    await records.start(wish());
    recorder.advance(RATE);
    await records.stop();
    expect(project.reader.all('take')).toHaveLength(1);
  });

  test.each([
    [
      'another rate',
      () => {
        recorder.sampleRate = 44_100;
      },
      {},
      'record.rate',
    ],
    ['an input that is not there', () => {}, { tracks: [{ trackId: 1, inputs: [9] }] }, 'record.inputs'],
    ['a stereo track with one input', () => {}, { tracks: [{ trackId: 2, inputs: [0] }] }, 'record.inputs'],
    ['no armed track', () => {}, { tracks: [] }, 'record.none'],
    ['a track that is gone', () => {}, { tracks: [{ trackId: 9, inputs: [0] }] }, 'track.missing'],
    ['an empty range', () => {}, { punch: { inSample: 5, outSample: 5 } }, 'range.empty'],
  ] as const)('%s is refused before anything is written', async (_what, prepare, fields, code) => {
    prepare();
    await expect(records.start(wish(fields as Partial<RecordStart>))).rejects.toMatchObject({ code });
    expect([project.reader.all('take'), audioFiles()]).toEqual([[], []]);
  });

  test('the track that is recorded on can neither be removed nor undone', async () => {
    await records.start(wish());
    expect(() => project.apply({ kind: 'track.remove', trackIds: [1] })).toThrow(
      expect.objectContaining({ code: 'take.recording' }),
    );
    project.undo();
    expect(() => project.undo()).toThrow(expect.objectContaining({ code: 'project.contradiction' }));
    recorder.advance(RATE);
    await records.stop();
    expect(clipsOf(project, 1)).toHaveLength(1);
  });

  test('closing the project stops and keeps', async () => {
    await records.start(wish());
    recorder.advance(RATE);
    const { path } = project;
    await projects.close();
    await projects.open(path);
    project = projects.require();
    expect(project.reader.all('take')[0]?.state).toBe('done');
    expect(clipsOf(project, 1)).toHaveLength(1);
    expect(existsSync(join(project.folder, project.reader.all('take')[0]?.path ?? 'x'))).toBe(true);
  });
});
