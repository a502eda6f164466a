import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { readWaveFile } from '../../../src-main/media/wave-file.ts';
import type { Project } from '../../../src-main/project/project.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { clipsOf, misplacedSound } from '../../support/recorded-takes.ts';
import { openStage, recordStart, rollFrom } from '../../support/recording-stage.ts';

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

test('each lap of a loop is a take in its layer, the last whole one on top', async () => {
  const loop = { fromSample: 48_000, toSample: 72_000 };
  await records.start(wish({ roll: from(24_000, { loop }), punch: 'now' }));
  // A lap and a half before the first end, then three laps, then a tenth of one.
  recorder.advance(RATE / 4 + 48_000 + 3 * 24_000 + 2400);
  await records.stop();
  const takes = project.reader.all('take');
  expect(takes.map(({ punchInSample, punchOutSample }) => [punchInSample, punchOutSample])).toEqual([
    [24_000, 72_000],
    [48_000, 72_000],
    [48_000, 72_000],
    [48_000, 72_000],
    [48_000, expect.any(Number)],
  ]);
  expect(misplacedSound(project)).toEqual([]);
  expect(clipsOf(project, 1)).toEqual(['Boom_12A_001 24000..48000', 'Boom_12A_004 48000..72000']);
});

test('a range in a loop is a take in each lap, that of the last whole one on top', async () => {
  const loop = { fromSample: 48_000, toSample: 72_000 };
  await records.start(wish({ roll: from(24_000, { loop }), punch: { inSample: 50_000, outSample: 60_000 } }));
  recorder.advance(RATE / 4 + 48_000 + 2 * 24_000 + 3000);
  await records.stop();
  const takes = project.reader.all('take');
  expect(takes.slice(0, 3).map(({ punchInSample, punchOutSample }) => [punchInSample, punchOutSample])).toEqual([
    [50_000, 60_000],
    [50_000, 60_000],
    [50_000, 60_000],
  ]);
  expect(new Set(takes.map(({ path }) => path)).size).toBe(1);
  expect(misplacedSound(project)).toEqual([]);
  expect(clipsOf(project, 1)).toEqual([expect.stringMatching(/ 50000\.\.60000$/)]);
  // What lies beyond the range is nobody's to cover, whatever keys are pressed meanwhile.
  await records.start(wish({ roll: from(48_000, { loop }), punch: { inSample: 50_000, outSample: 60_000 } }));
  recorder.advance(RATE / 4 + 24_000 + 6000);
  await records.punchOut();
  recorder.advance(24_000);
  await records.punchIn();
  recorder.advance(24_000);
  await records.stop();
  const clips = project.reader.clipsOnTrack(1, 0, Number.MAX_SAFE_INTEGER);
  expect(Math.min(...clips.map(({ startSample }) => startSample))).toBe(50_000);
  expect(Math.max(...clips.map((clip) => clip.startSample + clip.lengthSamples))).toBe(60_000);
  expect(misplacedSound(project)).toEqual([]);
});

test('a range in a loop that rolls already is punched from the next time on that it comes', async () => {
  const loop = { fromSample: 48_000, toSample: 72_000 };
  recorder.startRolling({ startClock: recorder.clock, startSample: 48_000, loop });
  // In the third lap, behind the range.
  recorder.advance(2 * 24_000 + 20_000);
  await records.start(wish({ punch: { inSample: 50_000, outSample: 60_000 }, preRecordSeconds: 1 }));
  recorder.advance(2 * 24_000);
  await records.stop();
  expect(clipsOf(project, 1)).toEqual(['Boom_12A_002 50000..60000']);
  expect(project.reader.all('take')).toHaveLength(2);
  expect(misplacedSound(project)).toEqual([]);
});

test('the header of a file that begins in a later lap says where that lap lies on the timeline', async () => {
  const loop = { fromSample: 48_000, toSample: 96_000 };
  recorder.startRolling({ startClock: recorder.clock, startSample: 48_000, loop });
  recorder.advance(4 * 48_000 + 12_000);
  await records.start(wish({ preRecordSeconds: 0.1 }));
  recorder.advance(24_000);
  await records.stop();
  const [take] = project.reader.all('take');
  const timeReference = 3600 * RATE + (take?.startSample ?? 0);
  expect(take?.startSample).toBe(60_000 - 4800 - 517);
  const wave = await readWaveFile(join(project.folder, take?.path ?? ''));
  expect(wave?.bext).toMatchObject({ timeReference });
  expect(wave?.metadata).toMatchObject({ timeReference });
  expect(project.reader.all('source')[0]).toMatchObject({ timeReferenceSamples: timeReference });
});
