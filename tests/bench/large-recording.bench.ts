import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeRecordingHeader } from '../../src-main/media/recording-header.ts';
import { repairRecording } from '../../src-main/media/repair-recording.ts';
import { readWaveFile } from '../../src-main/media/wave-file.ts';
import { waveFloats } from '../../src-main/media/wave-samples.ts';
import { buildNativeTests } from '../../src-main/setup/native-build.ts';
import { findFfprobe, probeSound } from '../support/ffprobe.ts';

/**
 * `npm run bench:large`: the engine's recorder writes eight channels of float past 4 GB, real bytes, as fast as the
 * disk takes them. Our own reader and ffprobe must find a valid RF64, also after a repair of one that was killed just
 * before it became one. Ends with 1 where anything is wrong. Needs 5 GB of free space in the temporary folder.
 */
const wanted = 5 * 2 ** 30;
const disk = statfsSync(tmpdir());
if (disk.bavail * disk.bsize < wanted) throw new Error(`5 GB must be free in ${tmpdir()}`);
const built = await buildNativeTests('plain', (name) => name === 'record-file');
const program = built.programs.find(({ name }) => name === 'record-file');
if (!program) throw new Error('the recorder did not build');
const ffprobe = await findFfprobe();
if (!ffprobe) console.warn('SKIPPED: no ffprobe here; read with our own reader alone');

const folder = mkdtempSync(join(tmpdir(), 'twopop-large-'));
const path = join(folder, 'large.wav');
const frames = Math.floor(0xffff_ffff / 32) + 100_001;
try {
  const header = makeRecordingHeader({
    format: 'f32',
    channelCount: 8,
    sampleRate: 48_000,
    bext: { timeReference: 172_800_000, originator: 'Twopop' },
  });
  writeFileSync(join(folder, 'header.bin'), header.bytes);
  const started = performance.now();
  const run = spawnSync(program.path, ['a long recording of eight channels'], {
    encoding: 'utf8',
    env: {
      ...process.env,
      TWOPOP_LARGEST_RIFF: '4294967295',
      TWOPOP_LARGE_FILE: path,
      TWOPOP_LARGE_HEADER: join(folder, 'header.bin'),
    },
  });
  if (run.status !== 0) throw new Error(`${run.stdout}${run.stderr}`);
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `recorded ${(frames * 32) / 1e9} GB in ${seconds.toFixed(0)} s (${(frames / 48_000 / seconds).toFixed(0)} x real time)`,
  );
  await check('as it was recorded');

  // As a kill would leave it that came before the first header of RF64.
  const file = openSync(path, 'r+');
  const bytes = Buffer.from(header.bytes);
  bytes.writeUInt32LE(4_294_000_000, 4);
  bytes.writeUInt32LE(4_293_999_968, header.layout.dataSizeAt);
  writeSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  const repaired = await repairRecording(path);
  if (!repaired.changed || repaired.frames !== frames) fault(`the repair kept ${repaired.frames} of ${frames} frames`);
  await check('after a repair');
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check(when: string): Promise<void> {
  const head = Buffer.alloc(4);
  const file = openSync(path, 'r');
  readSync(file, head, 0, 4, 0);
  closeSync(file);
  if (head.toString('latin1') !== 'RF64') fault(`the file begins with ${head.toString('latin1')}`);
  const wave = await readWaveFile(path);
  if (wave?.frames !== frames || wave.form !== 'RF64' || wave.notices.length > 0)
    fault(`our reader finds ${wave?.form}, ${wave?.frames} frames, ${wave?.notices.join()}`);
  if (wave?.ds64?.sampleCount !== frames || wave.ds64.riffSize !== wave.sizeBytes - 8) fault('ds64 is wrong');
  // The first channel counts frames: at the beginning, around 4 GB and at the end.
  const aroundLimit = Math.floor(2 ** 32 / 32) - 1000;
  for (const fromFrame of [0, aroundLimit, frames - 2000]) {
    let frame = fromFrame;
    for await (const floats of waveFloats(wave!, { fromFrame, frameCount: 2000, channels: 0 }))
      for (const value of floats) if (value !== frame++ % 2 ** 24) return fault(`frame ${frame - 1} is ${value}`);
  }
  if (ffprobe) {
    const probed = probeSound(ffprobe, path);
    if (
      probed.frames !== frames ||
      probed.channelCount !== 8 ||
      probed.complaints ||
      probed.timeReference !== 172_800_000
    )
      fault(`ffprobe finds ${JSON.stringify(probed)}`);
  }
  console.log(`${when}: ${wave?.form}, ${frames} frames, read by our reader${ffprobe ? ' and ffprobe' : ''}`);
}

function fault(what: string): void {
  console.error(`WRONG: ${what}`);
  process.exitCode = 1;
}
