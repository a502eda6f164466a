import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openSyncAudio } from '../../../src-main/host/sync-audio.ts';
import { syncClips } from '../../../src-main/sync/sync-engine.ts';
import type { SyncPair } from '../../../src-shared/sync/sync-result.ts';
import { writeSound } from '../../support/sound-files.ts';
import { hear, sampleRate, talk } from '../../support/sync-sounds.ts';

const scratchFolder = mkdtempSync(join(tmpdir(), 'twopop-sync-mixdown-'));
afterAll(() => rmSync(scratchFolder, { recursive: true, force: true }));

const scene = talk(26, 71);
const [earlySeconds, cameraSeconds] = [0.5, 3.2];
const camera = hear(scene, { offsetSeconds: cameraSeconds, seconds: 20, driftPpm: 18, noiseLevel: 0.03 });

/** A microphone of a mix: how loud it is in it, and how many samples after the first of them it hears. */
type Microphone = readonly [gain: number, lateSamples: number];

/** What several microphones add up to. */
function mixOf(microphones: readonly Microphone[]): Float32Array {
  const mix = new Float32Array(25 * sampleRate);
  for (const [index, [gain, late]] of microphones.entries()) {
    const offsetSeconds = earlySeconds - late / sampleRate;
    const heard = hear(scene, { offsetSeconds, seconds: 25, gain, noiseLevel: 0.002, seed: index });
    for (let i = 0; i < mix.length; i++) mix[i]! += heard[i]!;
  }
  return mix;
}

/** The match of the camera with a mix, and its offset from the microphone that hears first. */
async function syncWith(
  microphones: readonly Microphone[],
  hearing: Float32Array = camera,
): Promise<{ pair: SyncPair; apartSamples: number }> {
  const folder = mkdtempSync(join(scratchFolder, 'bin-'));
  const write = (id: string, sound: Float32Array) => {
    writeSound(join(folder, id), sound);
    return { id, path: join(folder, id) };
  };
  const { pairs } = await syncClips({
    cameras: [write('camera', hearing)],
    recorders: [write('recorder', mixOf(microphones))],
    openAudio: openSyncAudio,
    scratchFolder,
  });
  const [pair] = pairs;
  return { pair: pair!, apartSamples: pair!.offsetSamplesAt48k - (cameraSeconds - earlySeconds) * sampleRate };
}

describe('a recorder track that is a mix of microphones', () => {
  it.each<{ mix: string; microphones: Microphone[]; loudest: number }>([
    {
      mix: 'two alike',
      microphones: [
        [0.5, 0],
        [0.5, 61.6],
      ],
      loudest: 61.6,
    },
    {
      mix: 'the later a little louder',
      microphones: [
        [0.4, 0],
        [0.5, 61.6],
      ],
      loudest: 61.6,
    },
    {
      mix: 'the earlier a little louder',
      microphones: [
        [0.5, 0],
        [0.4, 61.6],
      ],
      loudest: 0,
    },
    {
      mix: 'one inverted',
      microphones: [
        [-0.45, 0],
        [0.6, 61.6],
      ],
      loudest: 61.6,
    },
    {
      mix: 'three',
      microphones: [
        [0.3, 0],
        [0.4, 61.6],
        [0.3, 203.3],
      ],
      loudest: 61.6,
    },
    {
      mix: 'two 6 m apart',
      microphones: [
        [0.5, 0],
        [0.4, 840.5],
      ],
      loudest: 0,
    },
  ])('is laid by the loudest of them, never between or beside: $mix', async ({ microphones, loudest }) => {
    const { pair, apartSamples } = await syncWith(microphones);
    expect(Math.abs(apartSamples - loudest)).toBeLessThan(0.5);
    expect(Math.abs(pair.driftPpm - 18)).toBeLessThan(0.5);
    expect(pair.confidence).toBeGreaterThan(0.9);
    expect(pair.inverted).toBe(false);
    expect(pair.reason).toContain(
      'as a mix of microphones or one over a hard surface does: the offset is that of one of the two',
    );
  });

  it('is laid by itself where the mix was sent to the camera', async () => {
    const microphones: Microphone[] = [
      [0.5, 0],
      [0.5, 61.6],
    ];
    const sent = hear(mixOf(microphones), {
      offsetSeconds: cameraSeconds - earlySeconds,
      seconds: 20,
      driftPpm: 18,
      noiseLevel: 0.01,
    });
    const { apartSamples } = await syncWith(microphones, sent);
    expect(Math.abs(apartSamples)).toBeLessThan(0.5);
  });

  it('is no mix where one microphone hears alone, or the other is hardly in it', async () => {
    for (const microphones of [
      [[0.5, 0]],
      [
        [0.7, 0],
        [0.1, 61.6],
      ],
    ] satisfies Microphone[][]) {
      const { pair, apartSamples } = await syncWith(microphones);
      expect(Math.abs(apartSamples)).toBeLessThan(0.5);
      expect(pair.reason).not.toContain('mix of microphones');
    }
  });
});
