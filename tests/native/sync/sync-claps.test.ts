import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSyncKernel, type Transient } from '../../../src-main/sync/sync-kernel.ts';
import { clap, footstep } from '../../support/clap-sounds.ts';
import { randomSource, sampleRate, talk } from '../../support/sync-sounds.ts';

const kernel = loadSyncKernel();
const folder = mkdtempSync(join(tmpdir(), 'twopop-claps-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function transientsOf(sound: Float32Array, step = 10_007): Promise<readonly Transient[]> {
  files += 1;
  const source = new kernel.SyncSource(join(folder, `${files}`), 1, [0]);
  for (let at = 0; at < sound.length; at += step) await source.push(sound.slice(at, at + step));
  const { transients } = await source.finish();
  source.dispose();
  return transients;
}

const claps = (transients: readonly Transient[]) => transients.filter(({ clapLikeness }) => clapLikeness >= 0.5);

/** Speech from second 5 on after a slate at second 3. */
function take(seconds: number, options: { noise: number; clapLevel: number }): Float32Array {
  const random = randomSource(41);
  const sound = new Float32Array(seconds * sampleRate);
  sound.set(talk(seconds - 5, 17), 5 * sampleRate);
  if (options.clapLevel > 0) clap(sound, 3.0004, { level: options.clapLevel });
  return sound.map((value) => value + options.noise * random());
}

describe('the clap finder', () => {
  it('hears the clap of a clean take, when it arrives, and no other', async () => {
    const found = claps(await transientsOf(take(40, { noise: 2e-4, clapLevel: 0.8 })));
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0]!.seconds - 3.0004)).toBeLessThan(0.0005);
  });

  it('hears it under the noise of a camera', async () => {
    const found = claps(await transientsOf(take(40, { noise: 0.05, clapLevel: 0.9 })));
    expect(found).toHaveLength(1);
    expect(Math.abs(found[0]!.seconds - 3.0004)).toBeLessThan(0.001);
  });

  it('hears the same however the sound was cut into pieces', async () => {
    const sound = take(12, { noise: 1e-3, clapLevel: 0.7 });
    expect(await transientsOf(sound, 997)).toEqual(await transientsOf(sound, 300_000));
  });

  it('takes neither speech nor footsteps for claps', async () => {
    const sound = take(60, { noise: 2e-4, clapLevel: 0 });
    for (let step = 0; step < 12; step++) footstep(sound, 1 + 4.31 * step, 0.5, step);
    expect(claps(await transientsOf(sound))).toEqual([]);
  });

  it('takes what keeps coming, as the beats of music do, for no claps', async () => {
    const sound = take(40, { noise: 2e-4, clapLevel: 0 });
    for (let beat = 0; beat < 60; beat++) clap(sound, 4 + beat / 2, { level: 0.7, seed: 9 });
    const found = await transientsOf(sound);
    expect(claps(found)).toEqual([]);
    expect(found.length).toBeGreaterThan(15);
  });

  it('takes neither edge of a file that begins or ends in the middle of a sound for a clap', async () => {
    const random = randomSource(2);
    const sound = new Float32Array(10 * sampleRate).map((_, i) => (i < 2400 || i > 477_600 ? 0.5 : 1e-4) * random());
    expect(claps(await transientsOf(sound))).toEqual([]);
  });

  it('keeps the loudest transients of a long busy sound, in order of time', async () => {
    const sound = new Float32Array(250 * sampleRate);
    for (let hit = 0; hit < 600; hit++)
      clap(sound, 0.5 + hit * 0.4, { level: hit % 2 ? 0.8 : 0.4, reverberationSeconds: 0.2 });
    const found = await transientsOf(sound, 1 << 20);
    expect(found).toHaveLength(256);
    expect(found.map(({ seconds }) => seconds)).toEqual(found.map(({ seconds }) => seconds).sort((a, b) => a - b));
    const loud = found.filter(({ seconds }) => Math.round((seconds - 0.5) / 0.4) % 2 === 1);
    expect(loud.length).toBe(256);
  });

  it.each([
    ['silence', new Float32Array(sampleRate)],
    ['less than a block', new Float32Array(5).fill(0.5)],
  ])('has nothing to say of %s', async (_, sound) => {
    expect(claps(await transientsOf(sound))).toEqual([]);
  });
});
