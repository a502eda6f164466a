import { readFileSync } from 'node:fs';
import type { Project } from '../../src-main/project/project.ts';
import { heardAt } from './pumped-recorder.ts';

/** Everything on the timeline and in the layers that is not the sound that was performed at its place. */
export function misplacedSound(project: Project): string[] {
  const { reader } = project;
  const faults: string[] = [];
  const sounds = new Map(
    reader
      .all('source')
      .map((source) => [source.id as number, numbersIn(project.sourcePath(source), source.channelCount)]),
  );
  const check = (what: string, sourceId: number, inSample: number, from: number, to: number) => {
    const sound = sounds.get(sourceId) as number[];
    for (const at of [from, from + 1, (from + to) >> 1, to - 2, to - 1]) {
      const heard = sound[inSample + at - from];
      if (at >= from && heard !== heardAt(at)) faults.push(`${what}: at ${at} lies ${heard}`);
    }
  };
  for (const clip of reader.all('clip'))
    check(
      `clip ${clip.name}`,
      clip.sourceId,
      clip.sourceInSample,
      clip.startSample,
      clip.startSample + clip.lengthSamples,
    );
  for (const take of reader.all('take')) {
    const { sourceId, startSample, punchInSample: from, punchOutSample: to } = take;
    if (sourceId === null || from === null || to === null) faults.push(`take ${take.name} is still being recorded`);
    else check(`take ${take.name}`, sourceId, from - startSample, from, to);
  }
  return faults;
}

/** The first channel of a 24-bit WAV, as whole numbers. */
export function numbersIn(path: string, channelCount: number): number[] {
  const bytes = readFileSync(path);
  const data = bytes.lastIndexOf('data', 4096) + 8;
  const size = bytes.readUInt32LE(data - 4);
  const numbers: number[] = [];
  for (let at = data; at + 3 * channelCount <= data + size; at += 3 * channelCount)
    numbers.push(bytes.readIntLE(at, 3));
  return numbers;
}

/** `name from..to` of each clip of a track, in order. */
export function clipsOf(project: Project, trackId: number): string[] {
  return project.reader
    .clipsOnTrack(trackId, 0, Number.MAX_SAFE_INTEGER)
    .map((clip) => `${clip.name} ${clip.startSample}..${clip.startSample + clip.lengthSamples}`);
}
