import type { Host } from '../../src-main/host/host.ts';
import type { SourceRow } from '../../src-shared/model/rows.ts';
import { makeSyncProject, RATE } from './sync-project.ts';
import { hear, talk } from './sync-sounds.ts';

const CLIP_SECONDS = 15;
const APART_SECONDS = 20;

const takes = new Map<number, Float32Array>();

/**
 * Makes a project of a recorder file T01 and of camera clips A001, A002 and so on that hear it, one after the other.
 * Resolves with the sources by name.
 */
export function makeDay(host: Host, folder: string, name: string, clips: number): Promise<Map<string, SourceRow>> {
  const take = takes.get(clips) ?? talk(APART_SECONDS * clips + 5, 5);
  takes.set(clips, take);
  const cameras = Array.from({ length: clips }, (_, index) => {
    const heard = hear(take, {
      offsetSeconds: 2 + index * APART_SECONDS,
      seconds: CLIP_SECONDS,
      noiseLevel: 0.002,
    });
    return [`A00${index + 1}`, { seconds: CLIP_SECONDS, valueAt: (sample: number) => heard[sample] ?? 0 }] as const;
  });
  return makeSyncProject(host, folder, name, {
    cameras: Object.fromEntries(cameras),
    recorders: { T01: { seconds: take.length / RATE, valueAt: (sample) => take[sample] ?? 0 } },
  });
}
