import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RecordStart } from '../../src-main/host/plan-recording.ts';
import { ProjectService } from '../../src-main/host/project-service.ts';
import type { Project } from '../../src-main/project/project.ts';
import { temporaryFolder } from './project-files.ts';

/** An open project at 25 frames from one hour on and 48 kHz, with a mono track 1 and a stereo track 2. */
export async function openStage(trackNames: readonly [string, string]): Promise<ProjectService> {
  const projects = new ProjectService(null);
  const frameRate = { numerator: 25, denominator: 1, drop: false };
  const parentFolder = temporaryFolder();
  await projects.create({ name: 'Stage', parentFolder, frameRate, sampleRate: 48_000, startFrame: 90_000 });
  const project = projects.require();
  project.apply({ kind: 'track.add', name: trackNames[0] });
  project.apply({ kind: 'track.add', name: trackNames[1], channelCount: 2 });
  return projects;
}

/** From the key to stop on track 1, from the timeline's start; but for what is given. */
export function recordStart(fields: Partial<RecordStart> = {}): RecordStart {
  return {
    tracks: [{ trackId: 1, inputs: [0] }],
    sampleFormat: 's24',
    preRecordSeconds: 0,
    scene: '12A',
    roll: rollFrom(0),
    punch: 'now',
    ...fields,
  };
}

export function rollFrom(fromSample: number, fields: Partial<RecordStart['roll']> = {}): RecordStart['roll'] {
  return { fromSample, preRollSamples: 0, postRollSamples: 0, loop: null, ...fields };
}

/** Names of the files in its folder of sound, in order. */
export function audioFilesOf(project: Project): string[] {
  return readdirSync(join(project.folder, 'Audio Files')).sort();
}
