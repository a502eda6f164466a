import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AudioService } from '../../../src-main/host/audio-service.ts';
import { Broadcast } from '../../../src-main/host/broadcast.ts';
import type { ProjectService } from '../../../src-main/host/project-service.ts';
import { RecordService } from '../../../src-main/host/record-service.ts';
import { recordEvents, watchRecording } from '../../../src-main/host/watch-recording.ts';
import type { RecordEvent } from '../../../src-shared/rpc/record-schemas.ts';
import { PumpedRecorder } from '../../support/pumped-recorder.ts';
import { openStage, recordStart } from '../../support/recording-stage.ts';

type Told = { readonly secondsToFull: number };

let projects: ProjectService;
let records: RecordService;
let recorder: PumpedRecorder;
let telemetryTold: Broadcast<unknown>;

beforeEach(async () => {
  projects = await openStage(['Boom', 'Room']);
  recorder = new PumpedRecorder();
  records = new RecordService(projects, recorder, async () => 1e12);
  telemetryTold = new Broadcast();
  watchRecording({ telemetryTold, statusChanged: new Broadcast() } as unknown as AudioService, records);
});
afterEach(() => projects.close());

const tell = ({ secondsToFull }: Told) =>
  telemetryTold.emit({ recordings: [], rolling: true, timelineSample: 0, secondsToFull });

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
