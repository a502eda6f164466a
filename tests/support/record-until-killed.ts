/**
 * A process to be killed: records into the project named on its command line and kills itself, as `kill -9` does, at the
 * step that is named: committed (the row is there, no file), created (the files are there, nothing rolls), rolling,
 * punched (out again, still rolling), ended (the files are closed, nothing is taken in), between (sources are being taken
 * in and clips placed), done. Prints what it recorded as JSON before it dies.
 */
import { writeSync } from 'node:fs';
import { ProjectService } from '../../src-main/host/project-service.ts';
import { RecordService } from '../../src-main/host/record-service.ts';
import { SqliteDocument } from '../../src-main/project/sqlite-document.ts';
import { PumpedRecorder } from './pumped-recorder.ts';

const [path = '', step = ''] = process.argv.slice(2);
const die = () => process.kill(process.pid, 'SIGKILL');
const projects = new ProjectService(null);
await projects.open(path);
const recorder = new PumpedRecorder();
const records = new RecordService(projects, recorder);

const begin = recorder.begin.bind(recorder);
recorder.begin = async (request) => {
  if (step === 'committed') die();
  const begun = await begin(request);
  if (step === 'created') die();
  return begun;
};
const end = recorder.end.bind(recorder);
recorder.end = async (id, clock) => {
  const ended = await end(id, clock);
  if (step === 'ended') die();
  return ended;
};
if (step === 'between') {
  // Within the transaction: sources and takes are written, clips are about to be.
  const insert = SqliteDocument.prototype.insert;
  SqliteDocument.prototype.insert = function (this: SqliteDocument, table, row) {
    if (table === 'clip') die();
    return insert.call(this, table, row);
  } as typeof insert;
}

await records.start({
  tracks: [
    { trackId: 1, inputs: [0] },
    { trackId: 2, inputs: [1, 2] },
  ],
  sampleFormat: 's24',
  preRecordSeconds: 0.5,
  scene: 'Kill',
  roll: { fromSample: 96_000, preRollSamples: 24_000, postRollSamples: 0, loop: null },
  punch: step === 'rolling' ? { inSample: 96_000, outSample: 10_000_000 } : 'by-hand',
});
recorder.advance(48_000);
await records.punchIn();
recorder.advance(48_000);
if (step === 'rolling') die();
await records.punchOut();
recorder.advance(4800);
writeSync(1, 'punched\n');
if (step === 'punched') die();
await records.stop();
if (step === 'done') die();
