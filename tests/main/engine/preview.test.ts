import { unlinkSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { Preview } from '../../../src-main/engine/preview.ts';
import { clip, plan, temporaryFolder, track, writePcm } from '../../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const level = (name: string, value: number) =>
  writePcm(`${folder.path}/${name}`, 'f32', 1, new Float32Array(1000).fill(value));
const planOf = (name: string, value: number) =>
  plan({ sources: [level(name, value)], tracks: [track({ pan: -1, clips: [clip()] })] });

describe('the preview', () => {
  it('is silence without a plan and outside its clips', async () => {
    const preview = new Preview();
    expect(await preview.renderRange(0, 3)).toEqual(new Float32Array(6));
    preview.setPlan(planOf('a', 1));
    expect([...(await preview.renderRange(998, 4))]).toEqual([1, 0, 1, 0, 0, 0, 0, 0]);
    expect([...(await preview.renderRange(-1, 2))]).toEqual([0, 0, 1, 0]);
    preview.close();
    expect(await preview.renderRange(0, 1)).toEqual(new Float32Array(2));
  });

  it('plays the new plan after an edit, and lets a span under way end on the old', async () => {
    const preview = new Preview();
    preview.setPlan(planOf('b', 0.25));
    const before = preview.renderRange(0, 1);
    preview.setPlan(planOf('c', 0.5));
    const after = preview.renderRange(0, 1);
    expect([(await before)[0], (await after)[0]]).toEqual([0.25, 0.5]);
    preview.close();
  });

  it('keeps its plan when the next one is refused', async () => {
    const preview = new Preview();
    preview.setPlan(planOf('d', 0.25));
    expect(() => preview.setPlan(plan({ lengthSamples: -1 }))).toThrow(
      expect.objectContaining({ code: 'plan-invalid' }),
    );
    expect((await preview.renderRange(0, 1))[0]).toBe(0.25);
    preview.close();
  });

  it('keeps files open between spans, and names those that were missing at first', async () => {
    const preview = new Preview();
    const [there, gone] = [level('there', 1), { ...level('gone', 1) }];
    unlinkSync(gone.path);
    const clips = [clip(), clip({ source: 1 })];
    preview.setPlan(plan({ sources: [there, gone], tracks: [track({ pan: -1, clips })] }));
    expect(preview.problems()).toEqual([]);
    await preview.renderRange(0, 1);
    unlinkSync(there.path);
    expect((await preview.renderRange(500, 1))[0]).toBe(1);
    expect(preview.problems()).toMatchObject([{ source: 1, path: gone.path, kind: 'missing' }]);
    preview.close();
  });
});
