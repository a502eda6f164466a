import { afterAll, expect, test } from 'vitest';
import { PlanCompiler } from '../../../src-main/engine/plan-compiler.ts';
import { Preview } from '../../../src-main/engine/preview.ts';
import type { CommandInput } from '../../../src-shared/edit/commands.ts';
import { emptyDocument } from '../../support/document-samples.ts';
import { edit } from '../../support/edited-document.ts';
import { temporaryFolder, writePcm } from '../../support/render-plans.ts';
import { addCamera, addRecorder, evidenceText, propose, proposedMatch, SECOND } from '../../support/sync-document.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A tone whose phase at the joints is what a hard cut would click at. */
const tone = Float64Array.from({ length: 12 * SECOND }, (_, n) => 0.5 * Math.sin((2 * Math.PI * 150 * n) / SECOND));
const sound = writePcm(`${folder.path}/tone`, 'f32', 1, tone);

/** Accepts a match over 10 s of camera and returns the greatest step from sample to sample around second 4. */
async function greatestStep(driftPpm: number, lostSamples: number, how: Partial<CommandInput> = {}): Promise<number> {
  const document = emptyDocument({ frameRateNumerator: 24, frameRateDenominator: 1 });
  const camera = addCamera(document, 'A001', 10);
  const recorder = addRecorder(document, 'T001', 12);
  const segments = [
    { fromSeconds: 0, offsetSamplesAt48k: 0, driftPpm },
    { fromSeconds: 4, offsetSamplesAt48k: lostSamples, driftPpm },
  ];
  const evidence = lostSamples ? evidenceText({ segments }) : '';
  const [id = 0] = propose(document, proposedMatch(camera, recorder, { driftPpm, evidence }));
  edit(document, { kind: 'sync.accept', matchIds: [id], ...how } as CommandInput);
  const trackIds = document.clipsOfMatch(id).map((clip) => clip.trackId);
  expect(trackIds.length).toBeGreaterThan(1);
  const preview = new Preview();
  preview.setPlan(new PlanCompiler(document, () => sound).compile({ trackIds: [...new Set(trackIds)] }).plan);
  const heard = (await preview.renderRange(3 * SECOND, 2 * SECOND)).filter((_, index) => index % 2 === 0);
  preview.close();
  return heard.reduce((most, sample, n) => (n === 0 ? 0 : Math.max(most, Math.abs(sample - heard[n - 1]!))), 0);
}

/** The tone itself steps by this at most, at the level at which a centred mono track is heard, and a fade adds a little. */
const CLICK_FREE = 0.5 * Math.SQRT1_2 * ((2 * Math.PI * 150) / SECOND) * 1.6 + 0.5 / 240;

test.each([
  ['lost', 80],
  ['repeated', -80],
  ['lost half a second of', 24_000 + 80],
])('the joint where a camera %s samples does not click', async (_what, lostSamples) => {
  expect(await greatestStep(0, lostSamples)).toBeLessThan(CLICK_FREE);
});

test('the joint where a drift is cut at a pause does not click', async () => {
  const pauses = [{ matchId: 1, atSamples: [4 * SECOND, 7 * SECOND] }];
  expect(await greatestStep(300, 0, { driftCorrection: 'cut', pauses } as Partial<CommandInput>)).toBeLessThan(
    CLICK_FREE,
  );
});
