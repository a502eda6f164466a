import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { RecordStart } from '../../../src-main/host/plan-recording.ts';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { recoverRecordings } from '../../../src-main/host/recover-recordings.ts';
import { openProject } from '../../../src-main/project/open-project.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { findViolations } from '../../../src-shared/edit/invariants.ts';
import { allRows } from '../../support/project-files.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { audioFilesOf, openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';

const CHILD = join(import.meta.dirname, '../../support/record-until-killed.ts');
const RATE = 48_000;

let projects: ProjectService;
let project: Project;

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room']);
  project = projects.require();
});

afterEach(() => projects.close());

const audioFiles = () => audioFilesOf(project);
const reopen = async () => {
  const { path } = project;
  await projects.close();
  await projects.open(path);
  project = projects.require();
  return recoverRecordings(project);
};

/** Records one take on track 1; `kill`: the engine dies and nobody takes it in. */
async function record(recorder: PumpedRecorder, punch: RecordStart['punch'], kill = false): Promise<void> {
  const records = new RecordService(projects, recorder, async () => 1e12);
  await records.start(recordStart({ scene: 'S', roll: rollFrom(RATE), punch }));
  recorder.advance(2 * RATE);
  if (!kill) await records.stop();
}

describe('a process killed while recording', () => {
  const steps = ['committed', 'created', 'rolling', 'punched', 'ended', 'between', 'done'] as const;
  test.each(steps)('leaves everything that was recorded, once, when it dies at the step: %s', async (step) => {
    const { path } = project;
    await projects.close();
    const run = spawnSync(process.execPath, [CHILD, path, step], { encoding: 'utf8' });
    expect([run.signal, run.stderr]).toEqual(['SIGKILL', '']);
    await projects.open(path);
    project = projects.require();
    const notices = await recoverRecordings(project);
    expect(findViolations(project.reader)).toEqual([]);
    // Before anything rolled there is sound, but none that was performed to the timeline.
    if (step !== 'created') expect(misplacedSound(project)).toEqual([]);
    const takes = project.reader.all('take');
    const clips = project.reader.all('clip');
    if (step === 'committed') {
      expect([takes, clips, audioFiles()]).toEqual([[], [], []]);
      expect(notices).toHaveLength(2);
    } else {
      expect(takes.map(({ trackId, path: file }) => [trackId, file])).toEqual([
        [1, 'Audio Files/Boom_Kill_001.wav'],
        [2, 'Audio Files/Room_Kill_001.wav'],
      ]);
      expect(takes.map(({ state }) => state)).toEqual(step === 'done' ? ['done', 'done'] : ['recovered', 'recovered']);
      expect(project.reader.all('source').map(({ channelCount }) => channelCount)).toEqual([1, 2]);
      expect(clips.map(({ trackId }) => trackId)).toEqual(step === 'created' ? [] : [1, 2]);
      const [first, second] = clips;
      if (first && second) {
        expect(second).toMatchObject({ startSample: first.startSample, lengthSamples: first.lengthSamples });
        if (step !== 'rolling') expect(first.lengthSamples).toBe(48_000);
        else expect(first.startSample).toBe(96_000);
      }
      expect(notices).toHaveLength(step === 'done' ? 0 : 2);
      for (const notice of notices)
        expect(notice).toMatch(/^“(Boom|Room)_Kill_001” was being recorded when Twopop ended/);
    }
    const rows = allRows(project.reader);
    expect(await reopen()).toEqual([]);
    expect(allRows(project.reader)).toEqual(rows);
    expect(audioFiles()).toHaveLength(step === 'committed' ? 0 : 2);
  });
});

describe('at open', () => {
  test('a take whose place was edited since is a layer only', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, { inSample: 48_000, outSample: 72_000 });
    await record(recorder, { inSample: 60_000, outSample: 84_000 }, true);
    project.apply({ kind: 'clip.gain', clipIds: [1], gainDb: -3 });
    const [notice] = await recoverRecordings(project);
    expect(notice).toMatch(/was edited since, so it is not on the timeline/);
    expect(project.reader.all('take').map(({ state }) => state)).toEqual(['done', 'recovered']);
    expect(clipsOf(project, 1)).toEqual(['Boom_S_001 48000..72000']);
    project.apply({ kind: 'take.promote', takeId: 2 });
    expect(clipsOf(project, 1)).toEqual(['Boom_S_001 48000..60000', 'Boom_S_002 60000..84000']);
    expect(misplacedSound(project)).toEqual([]);
  });

  test('a take whose track was edited elsewhere is placed; undo takes it off and keeps the take', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, { inSample: 48_000, outSample: 72_000 });
    await record(recorder, { inSample: 80_000, outSample: 90_000 }, true);
    project.apply({ kind: 'clip.gain', clipIds: [1], gainDb: -3 });
    await recoverRecordings(project);
    expect(clipsOf(project, 1)).toEqual(['Boom_S_001 48000..72000', 'Boom_S_002 80000..90000']);
    project.undo();
    expect(clipsOf(project, 1)).toEqual(['Boom_S_001 48000..72000']);
    expect(project.reader.all('take')).toHaveLength(2);
  });

  test('a file that cannot be written now is named, kept, and taken in the next time', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, 'now', true);
    const file = join(project.folder, 'Audio Files', 'Boom_S_001.wav');
    renameSync(file, `${file}.away`);
    // A folder in its place can be opened by nobody as a file.
    mkdirSync(file);
    const [notice] = await recoverRecordings(project);
    expect(notice).toMatch(/could not be recovered yet/);
    expect(project.reader.all('take')[0]?.state).toBe('recording');
    rmSync(file, { recursive: true });
    renameSync(`${file}.away`, file);
    expect(await recoverRecordings(project)).toHaveLength(1);
    expect(project.reader.all('take')[0]?.state).toBe('recovered');
    expect(misplacedSound(project)).toEqual([]);
  });

  test('a file whose header is destroyed is left as it is, and named once', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, 'now', true);
    const file = join(project.folder, 'Audio Files', 'Boom_S_001.wav');
    writeFileSync(file, Buffer.alloc(10_000, 7));
    expect(await recoverRecordings(project)).toEqual([expect.stringContaining('its header is damaged')]);
    expect(existsSync(file)).toBe(true);
    expect(await reopen()).toEqual([]);
    expect(project.reader.all('take')).toEqual([]);
  });

  test('a file that ends within its header had no sound', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, 'now', true);
    truncateSync(join(project.folder, 'Audio Files', 'Boom_S_001.wav'), 0);
    expect(await recoverRecordings(project)).toEqual([expect.stringContaining('no sound had come in yet')]);
    expect([project.reader.all('take'), audioFiles()]).toEqual([[], []]);
  });

  test('a project that is only looked at is left as it is', async () => {
    const recorder = new PumpedRecorder();
    await record(recorder, 'now', true);
    const { path } = project;
    const looked = await openProject(path, { readOnly: true });
    onTestFinished(() => looked.close());
    expect(await recoverRecordings(looked)).toEqual([]);
    expect(looked.reader.all('take')[0]?.state).toBe('recording');
    expect(audioFiles()).toHaveLength(1);
  });
});

describe('a file that was recorded here and is in no row', () => {
  /** The project file as it was before the takes were recorded, beside the files that were. */
  async function putBackOlder(recordAll: () => Promise<void>): Promise<void> {
    const { path } = project;
    const backup = await project.backup();
    await recordAll();
    await projects.close();
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    copyFileSync(backup, path);
    await projects.open(path);
    project = projects.require();
  }

  test('comes back as a take where its header says, on the track of its name, once', async () => {
    await putBackOlder(() => record(new PumpedRecorder(), { inSample: 48_000, outSample: 72_000 }));
    const [notice] = await recoverRecordings(project);
    expect(notice).toMatch(/^“Boom_S_001” was recorded here and was not in this project: .* lie on “Boom”/);
    expect(project.reader.all('take')).toMatchObject([{ trackId: 1, state: 'recovered' }]);
    expect(project.reader.all('clip')).toHaveLength(1);
    const rows = allRows(project.reader);
    expect(await reopen()).toEqual([]);
    expect(allRows(project.reader)).toEqual(rows);
  });

  test('gets a track of its name where there is none, and covers nothing that was edited', async () => {
    await putBackOlder(() => record(new PumpedRecorder(), 'now'));
    project.apply({ kind: 'track.update', trackIds: [1], name: 'Other' });
    await recoverRecordings(project);
    expect(project.reader.all('track').map(({ name }) => name)).toEqual(['Other', 'Room', 'Boom']);
    expect(project.reader.all('clip')[0]?.trackId).toBe(3);
    while (project.undo());
    expect(findViolations(project.reader)).toEqual([]);
  });

  test('is not found again after a person removed it from the project', async () => {
    await record(new PumpedRecorder(), 'now');
    project.undo();
    project.apply({ kind: 'source.remove', sourceIds: [1] });
    expect(project.reader.all('take')).toEqual([]);
    expect(await reopen()).toEqual([]);
    expect(audioFiles()).toEqual(['Boom_S_001.wav']);
    await record(new PumpedRecorder(), 'now');
    expect(audioFiles()).toEqual(['Boom_S_001-2.wav', 'Boom_S_001.wav']);
  });

  test('that a start left which was killed before any sound came in is removed; with sound it stays', async () => {
    await record(new PumpedRecorder(), 'now');
    await record(new PumpedRecorder(), 'now');
    const folder = join(project.folder, 'Audio Files');
    project.undo();
    project.undo();
    project.apply({ kind: 'source.remove', sourceIds: [1, 2] });
    // As a process leaves it that dies once it has made the header durable.
    const header = readFileSync(join(folder, 'Boom_S_001.wav')).lastIndexOf('data', 4096) + 8;
    truncateSync(join(folder, 'Boom_S_001.wav'), header);
    expect(await reopen()).toEqual([]);
    expect(audioFiles()).toEqual(['Boom_S_002.wav']);
  });

  test('a copy of a take under another name, an import and a bounce are none', async () => {
    await record(new PumpedRecorder(), 'now');
    const folder = join(project.folder, 'Audio Files');
    copyFileSync(join(folder, 'Boom_S_001.wav'), join(folder, 'copy.wav'));
    writeFileSync(join(folder, 'notes.wav'), 'no sound');
    expect(await reopen()).toEqual([]);
    expect(project.reader.all('source')).toHaveLength(1);
  });
});
