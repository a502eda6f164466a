import { afterAll, expect, test } from 'vitest';
import { PlanCompiler } from '../../../src-main/engine/plan-compiler.ts';
import { Preview } from '../../../src-main/engine/preview.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { emptyDocument, sourceFields } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';
import { noise, temporaryFolder, writePcm } from '../../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

test.each([
  ['mono', 1],
  ['stereo', 2],
] as const)('a %s clip with inverted polarity renders as its negative, sample for sample', async (_width, width) => {
  const sound = writePcm(`${folder.path}/sound ${width}`, 's24', width, noise(20_000 * width));
  const document = emptyDocument();
  const commands: CommandInput[] = [
    {
      kind: 'source.add',
      source: sourceFields({ name: 'T', channelCount: width, lengthSamples: 20_000 }),
      picture: null,
    },
    { kind: 'track.add', name: 'Boom', channelCount: width },
    {
      kind: 'track.gainPoints',
      trackId: 1,
      fromSample: 0,
      toSample: 9000,
      points: [
        { atSample: 5000, gainDb: -9 },
        { atSample: 9000, gainDb: 3 },
      ],
    },
    {
      kind: 'clip.add',
      trackId: 1,
      sourceId: 1,
      startSample: 1000,
      sourceInSample: 700,
      lengthSamples: 12_000,
      gainDb: -4,
    },
    { kind: 'clip.fade', clipIds: [1], edge: 'in', lengthSamples: 900, shape: 'equal-power' },
    { kind: 'clip.fade', clipIds: [1], edge: 'out', lengthSamples: 1500, shape: 's-curve' },
  ];
  for (const command of commands) edit(document, command);
  const compiler = new PlanCompiler(document, () => sound);
  const preview = new Preview();
  const render = () => {
    preview.setPlan(compiler.compile().plan);
    return preview.renderRange(0, 14_000);
  };
  const before = await render();
  const { diff } = edit(document, { kind: 'clip.polarity', clipIds: [1], inverted: true });
  compiler.applied(diff);
  const inverted = await render();
  preview.close();
  expect(before.filter((sample) => sample !== 0).length).toBeGreaterThan(20_000);
  expect(inverted.findIndex((sample, index) => sample !== -before[index]!)).toBe(-1);
});
