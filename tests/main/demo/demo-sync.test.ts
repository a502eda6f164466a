import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DemoTruth, readDemoTruth } from '../../../src-main/demo/demo-shoot.ts';
import { type ExpandedShoot, expandDemoShoot } from '../../../src-main/demo/expand-demo-shoot.ts';
import { openSyncAudio, readSyncStart } from '../../../src-main/host/sync-audio.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import type { SyncInput } from '../../../src-main/sync/sync-input.ts';

const shootFolder = join(import.meta.dirname, '../../../assets/demo-shoot');
let folder: string;
let expanded: ExpandedShoot;
let truth: DemoTruth;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'twopop-demo-'));
  expanded = await expandDemoShoot({ shootFolder, targetFolder: folder });
  truth = await readDemoTruth(shootFolder);
}, 60_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

function inputs(paths: readonly string[], withTimecode: boolean): Promise<SyncInput[]> {
  return Promise.all(
    paths.map(async (path) => ({
      id: basename(path, extname(path)),
      path,
      startSeconds: withTimecode ? await readSyncStart(path) : null,
    })),
  );
}

describe('the demo shoot, synced', () => {
  it.each([
    ['with the timecode of camera A and recorder', true],
    ['by sound alone', false],
  ])('finds every pair to 0.1 ms and 1 ppm and no false one, %s', async (_, withTimecode) => {
    const cameras = await inputs(expanded.cameraFiles, withTimecode);
    const recorders = await inputs(expanded.recorderFiles, withTimecode);
    const result = await syncClips({ cameras, recorders, openAudio: openSyncAudio });
    const pairsOf = (pairs: readonly { camera: string; recorder: string }[]) =>
      pairs.map(({ camera, recorder }) => `${camera} ${recorder}`).sort();
    expect(pairsOf(result.pairs)).toEqual(pairsOf(truth.pairs));
    for (const pair of truth.pairs) {
      const found = result.pairs.find(({ camera, recorder }) => camera === pair.camera && recorder === pair.recorder)!;
      expect(Math.abs(found.offsetSamplesAt48k - pair.offsetSamples) / 48, pair.camera).toBeLessThan(0.1);
      expect(Math.abs(found.driftPpm - pair.driftPpm), pair.camera).toBeLessThan(1);
      const cameraHasTimecode = pair.camera.startsWith('A');
      const witnesses = withTimecode && cameraHasTimecode ? 'timecode+waveform' : 'waveform';
      // The slate is a witness more where the camera heard it clearly.
      expect([witnesses, `${witnesses}+clap`]).toContain(found.method);
    }
    expect(result.unmatched.map(({ camera }) => camera).sort()).toEqual(
      truth.unmatched.map(({ camera }) => camera).sort(),
    );
    expect(result.unmatched.every(({ reason }) => reason !== '')).toBe(true);
    expect(result.skipped).toEqual([]);
  });
});
