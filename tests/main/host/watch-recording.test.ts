import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AudioService } from '../../../src-main/host/audio-service.ts';
import { Broadcast } from '../../../src-main/host/broadcast.ts';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import type { RecordedPass } from '../../../src-main/host/take-in.ts';
import { recordEvents, watchRecording } from '../../../src-main/host/watch-recording.ts';
import type { RecordEvent } from '../../../src-shared/rpc/record-schemas.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { audioFilesOf, openStage, recordStart } from '../../support/recording-stage.ts';

type Told = { readonly secondsToFull: number };

let projects: ProjectService;
let records: RecordService;
let recorder: PumpedRecorder;
let audio: {
  session: number;
  status: { state: string; sampleRate: number; problem: { message: string } | null };
  readonly telemetryTold: Broadcast<unknown>;
  readonly statusChanged: Broadcast<unknown>;
};
let ended: RecordedPass[];

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room']);
  recorder = new PumpedRecorder();
  records = new RecordService(projects, recorder, async () => 1e12);
  audio = {
    session: 1,
    status: { state: 'running', sampleRate: 48_000, problem: null },
    telemetryTold: new Broadcast(),
    statusChanged: new Broadcast(),
  };
  watchRecording(audio as unknown as AudioService, records);
  ended = [];
  records.ended.on((pass) => ended.push(pass));
});
afterEach(() => projects.close());

const tell = ({ secondsToFull }: Told) => told({ secondsToFull });
/** What the engine tells thirty times a second. */
const told = (fields: object) =>
  audio.telemetryTold.emit({
    clock: recorder.clock,
    recordings: [],
    rolling: true,
    timelineSample: 0,
    secondsToFull: -1,
    ...fields,
  });
const whenIdle = () => expect.poll(() => records.state.phase).toBe('idle');

test('a disk that fills while it records is warned of below ten minutes and below two, once each a recording', async () => {
  const control = new AbortController();
  const events: RecordEvent[] = [];
  const followed = (async () => {
    for await (const event of recordEvents(records, control.signal)) events.push(event);
  })();
  for (const pass of [1, 2]) {
    await records.start(recordStart());
    recorder.advance(48_000);
    for (const secondsToFull of [-1, 900, 599, 598, 130, 119.9, 119, 3]) tell({ secondsToFull });
    await records.stop();
    expect(records.state.pass, `pass ${pass}`).toBeNull();
    // Nothing is being recorded: nothing fills.
    tell({ secondsToFull: 5 });
  }
  control.abort();
  await followed;
  const warnings = events.filter((event) => event.type === 'warning');
  expect(warnings.map(({ secondsToFull }) => secondsToFull)).toEqual([599, 119.9, 599, 119.9]);
  expect(warnings[0]?.message).toBe(
    'The disk of the project will be full in 9 min 59 s. Recording goes on; what is recorded is kept when it ends for want of room. Make room on it, or stop in time.',
  );
});

test('a disk that is nearly full when it begins is warned of once', async () => {
  const warned: number[] = [];
  records.warned.on(({ secondsToFull }) => warned.push(secondsToFull));
  await records.start(recordStart());
  recorder.advance(48_000);
  for (const secondsToFull of [90, 80]) tell({ secondsToFull });
  expect(warned).toEqual([90]);
});

test('a device that is opened anew ends the recording with a reason, and what it recorded is kept whole', async () => {
  await records.start(recordStart());
  recorder.advance(96_000);
  told({});
  recorder.session = audio.session = 2;
  recorder.clock = 400;
  // The new device stands at the start of the timeline.
  told({ rolling: false });
  audio.statusChanged.emit(audio.status);
  await whenIdle();
  expect(ended).toHaveLength(1);
  expect(ended[0]).toMatchObject({ takeIds: [1], placedTakeIds: [1] });
  expect(ended[0]?.notices).toEqual([
    expect.stringMatching(/^Recording stopped: The audio device was closed or opened anew\. Kept: “.*” \(1\.8 s\)\.$/),
  ]);
  expect(audioFilesOf(projects.require())).toHaveLength(1);
});

test('a device that is closed ends the recording: it never rolls for ever', async () => {
  await records.start(recordStart());
  recorder.advance(96_000);
  audio.session = 2;
  recorder.die('It was closed.');
  audio.status = { ...audio.status, state: 'off' };
  audio.statusChanged.emit(audio.status);
  await whenIdle();
  expect(ended).toHaveLength(1);
  expect(audioFilesOf(projects.require())).toHaveLength(1);
});

test('a device that is gone before the recording rolls ends it, as nobody is told of it later', async () => {
  const roll = recorder.roll.bind(recorder);
  recorder.roll = async (request) => {
    recorder.session = audio.session = 2;
    return roll(request);
  };
  await records.start(recordStart());
  await whenIdle();
  expect(ended).toHaveLength(1);
});

test('a roll that was over before it was seen to roll ends its recording', async () => {
  await records.start(recordStart({ punch: { inSample: 0, outSample: 480 } }));
  recorder.advance(96_000);
  await recorder.stop();
  told({ rolling: false, timelineSample: 480 });
  await whenIdle();
  expect(ended).toMatchObject([{ takeIds: [1], notices: [] }]);
});

test('what waits to roll is not taken for what has rolled out', async () => {
  await records.start(recordStart());
  told({ rolling: false });
  recorder.advance(24_000);
  told({ rolling: false });
  expect(records.state.phase).toBe('rolling');
});

test('a recording that failed before does not end the one that is under way', async () => {
  await records.start(recordStart());
  recorder.advance(48_000);
  const problem = { code: 'disk', message: 'The disk gave up', path: '', clock: 0 };
  told({ recordings: [{ id: 77, phase: 'failed', problem }] });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(records.state.phase).toBe('rolling');
  told({ recordings: [{ id: 1, phase: 'failed', problem }] });
  await whenIdle();
  expect(ended[0]?.notices[0]).toMatch(/^Recording stopped: The disk gave up\. Kept/);
});
