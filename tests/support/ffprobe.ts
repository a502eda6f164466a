import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findFfmpeg } from '../../src-main/media/ffmpeg.ts';

/** What ffprobe says of the first stream of a file. */
export type ProbedSound = {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channelCount: number;
  /** In units of the sample rate. */
  readonly frames: number;
  readonly timeReference: number | null;
  /** Everything that it complained about. */
  readonly complaints: string;
};

/** The ffprobe beside ffmpeg, or the one on PATH; null where there is none. */
export async function findFfprobe(): Promise<string | null> {
  const ffmpeg = await findFfmpeg();
  const beside = ffmpeg && join(dirname(ffmpeg.path), 'ffprobe');
  if (beside && existsSync(beside)) return beside;
  return spawnSync('ffprobe', ['-version']).status === 0 ? 'ffprobe' : null;
}

/** Throws where ffprobe cannot read the file at all. */
export function probeSound(ffprobe: string, path: string): ProbedSound {
  const run = spawnSync(ffprobe, ['-v', 'warning', '-show_streams', '-show_format', '-of', 'json', path], {
    encoding: 'utf8',
  });
  const found = JSON.parse(run.stdout || '{}');
  const stream = found.streams?.[0];
  if (!stream) throw new Error(`ffprobe cannot read ${path}: ${run.stderr}`);
  const reference = found.format?.tags?.time_reference;
  return {
    codec: stream.codec_name,
    sampleRate: Number(stream.sample_rate),
    channelCount: stream.channels,
    frames: stream.duration_ts,
    timeReference: reference === undefined ? null : Number(reference),
    // It says this of every sound without names for its speakers.
    complaints: run.stderr.replaceAll(/^.*Guessed Channel Layout.*\n/gim, '').trim(),
  };
}
