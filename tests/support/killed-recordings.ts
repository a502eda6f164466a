import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeRecordingHeader } from '../../src-main/media/recording-header.ts';
import { repairRecording } from '../../src-main/media/repair-recording.ts';
import { readWaveFile } from '../../src-main/media/wave-file.ts';
import { waveFloats } from '../../src-main/media/wave-samples.ts';
import { buildNativeTests } from '../../src-main/setup/native-build.ts';
import { probeSound } from './ffprobe.ts';

/** A file as the killed recorder left it. */
export type KilledFile = {
  readonly path: string;
  /** Clock of its first frame: its sound is computed from it. */
  readonly firstClock: number;
  /** Frames of it that had come in from the device when the recorder was killed. */
  readonly capturedFrames: number;
  readonly framesInFile: number;
  readonly promisedFrames: number;
};

export const killedTimeReference = 172_800_000;

/**
 * Lets the engine's recorder record in real time, a mono and a stereo file each time, and kills it at random moments.
 * Every frame was compared natively when this resolves; throws where one was wrong or a file is missing.
 */
export async function recordUntilKilled(folder: string, kills: number): Promise<KilledFile[]> {
  const built = await buildNativeTests('plain', (name) => name === 'capture-kill');
  const program = built.programs.find(({ name }) => name === 'capture-kill');
  if (!program) throw new Error(`the recorder did not build: ${built.failures.map(({ output }) => output).join('\n')}`);
  const header = makeRecordingHeader({
    format: 's24',
    channelCount: 1,
    sampleRate: 48_000,
    bext: { timeReference: killedTimeReference, originator: 'Twopop', description: 'killed' },
    ixml: { take: '1', timeReference: killedTimeReference, trackNames: ['Boom'] },
  });
  writeFileSync(join(folder, 'header.bin'), header.bytes);
  const run = spawnSync(program.path, {
    encoding: 'utf8',
    env: { ...process.env, TWOPOP_KILLS: String(kills), TWOPOP_KILL_FOLDER: folder },
  });
  if (run.status !== 0) throw new Error(`${run.stdout}${run.stderr}`);
  return run.stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as KilledFile);
}

/** Repairs such a file and reads it with our reader and ffprobe; a list of everything that is not as it must be. */
export async function repairAndRead(file: KilledFile, ffprobe: string | null): Promise<string[]> {
  const faults: string[] = [];
  const expect = (what: string, is: unknown, wanted: unknown) => {
    if (is !== wanted) faults.push(`${file.path}: ${what} is ${is}, not ${wanted}`);
  };
  const repaired = await repairRecording(file.path);
  expect('frames kept', repaired.frames, file.framesInFile);
  expect('promised frames', repaired.promisedFrames, file.promisedFrames);
  expect('changed by a second repair', (await repairRecording(file.path)).changed, false);
  const mono = file.path.endsWith('mono.wav');
  const wave = await readWaveFile(file.path);
  expect('frames', wave?.frames, file.framesInFile);
  expect('notices', wave?.notices.join(), '');
  if (mono) expect('time reference', wave?.bext?.timeReference, killedTimeReference);
  if (mono) expect('track name', wave?.ixml?.tracks[0]?.name, 'Boom');
  const inputs = mono ? [1] : [2, 0];
  let frame = 0;
  for await (const floats of waveFloats(wave!)) {
    for (let at = 0; at < floats.length; at += inputs.length, frame++) {
      if (frame % 101 !== 0) continue;
      inputs.forEach((input, channel) => {
        expect(`frame ${frame}`, floats[at + channel], soundAt(input, file.firstClock + frame));
      });
    }
  }
  if (ffprobe) {
    const probed = probeSound(ffprobe, file.path);
    expect('complaints of ffprobe', probed.complaints, '');
    expect('frames to ffprobe', probed.frames, file.framesInFile);
    if (mono) expect('time reference to ffprobe', probed.timeReference, killedTimeReference);
  }
  return faults;
}

/** The sample that input `channel` carried at `clock`, as native/tests/support/recorded-wave.h makes it. */
function soundAt(channel: number, clock: number): number {
  const bits = (value: bigint) => BigInt.asUintN(64, value);
  let z = bits(BigInt(clock) * 0x9e3779b97f4a7c15n + BigInt(channel) * 0xd6e8feb86659fd93n + 1n);
  z = bits((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = bits((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return (Number(z >> 40n) - 8_388_608) / 8_388_608;
}
