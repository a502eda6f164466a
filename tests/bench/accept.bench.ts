/**
 * How long one command holds the host: 300 matches of recorder files with 8 channels accepted by cuts at once, their undo
 * and redo, with evidence as sync writes it. Run by `node tests/bench/accept.bench.ts`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createProject } from '../../src-main/project/create-project.ts';
import { pictureFields, sourceFields } from '../support/document-samples.ts';

const MATCHES = 300;
const CHANNELS = 8;
const SECOND = 48_000;
const CLIP_SECONDS = 60;
const folder = mkdtempSync(join(tmpdir(), 'twopop-accept-bench-'));

/** As long as that of a real match: 24 stretches, 8 microphones, a few claps. */
const evidence = JSON.stringify({
  residuals: Array.from({ length: 24 }, (_, index) => ({ cameraSeconds: index * 2.5, lagMs: 0.00123, weight: 0.923 })),
  tracks: Array.from({ length: CHANNELS }, (_, channel) => ({
    ...{ channel, levelDbfs: -23.4, snrDb: 41.2, directToReverberantDb: 11.3, clippedSamples: 0, polarity: 1 },
    ...{ delayMs: 1.234, mixdown: false, fitness: 0.812, remark: 'closest and driest' },
  })),
  claps: [3.2, 57.1],
  suggestedChannel: 1,
  suggestionReason: 'The boom is clean.',
});

const project = await createProject(
  {
    ...{ name: 'Accept', parentFolder: folder, sampleRate: SECOND, startFrame: 0 },
    frameRate: { numerator: 24, denominator: 1, drop: false },
  },
  { keepBackups: 0 },
);

const channelNames = JSON.stringify(Array.from({ length: CHANNELS }, (_, channel) => `Mic ${channel + 1}`));
for (let index = 0; index < MATCHES; index += 1) {
  const lengthSamples = CLIP_SECONDS * SECOND;
  const frames = { frameCount: CLIP_SECONDS * 24, frameRateNumerator: 24, frameRateDenominator: 1 };
  project.apply({
    kind: 'source.add',
    source: sourceFields({ name: `A${index}`, path: `Audio Files/A${index}.wav`, role: 'camera', lengthSamples }),
    picture: pictureFields({ name: `A${index}`, ...frames }),
  });
  project.apply({
    kind: 'source.add',
    source: sourceFields({
      ...{ name: `T${index}`, path: `Audio Files/T${index}.wav`, role: 'recorder', channelNames },
      ...{ lengthSamples: lengthSamples + 20 * SECOND, channelCount: CHANNELS },
    }),
    picture: null,
  });
}
const matches = Array.from({ length: MATCHES }, (_, index) => ({
  ...{ cameraSourceId: 2 * index + 1, recorderSourceId: 2 * index + 2, status: 'proposed' as const },
  ...{
    offsetSamplesAt48k: 3 * SECOND,
    driftPpm: 40,
    method: 'waveform',
    confidence: 1,
    reason: 'It matches.',
    evidence,
  },
  ...{ residualHeadMs: 0, residualMiddleMs: 0, residualTailMs: 0 },
}));

function timed(what: string, work: () => unknown): void {
  const [started, usage] = [performance.now(), process.cpuUsage()];
  work();
  const { user, system } = process.cpuUsage(usage);
  const elapsed = (performance.now() - started).toFixed(0);
  console.log(`${what}: ${elapsed} ms, ${((user + system) / 1000).toFixed(0)} ms of processor time`);
}

timed(`propose ${MATCHES}`, () => project.apply({ kind: 'sync.propose', matches }));
const matchIds = project.reader.all('sync_match').map(({ id }) => id as number);
const atSamples = Array.from({ length: 77 }, (_, index) => index * SECOND);
const pauses = matchIds.map((matchId) => ({ matchId, atSamples }));
timed(`accept ${MATCHES} x ${CHANNELS} channels by cuts`, () =>
  project.apply({ kind: 'sync.accept', matchIds, driftCorrection: 'cut', pauses }),
);
console.log(`${project.reader.all('clip').length} clips`);
timed('undo', () => project.undo());
timed('redo', () => project.redo());
timed('nudge all', () => project.apply({ kind: 'sync.adjust', matchIds, nudgeBySamplesAt48k: 3 }));
timed('reject all', () => project.apply({ kind: 'sync.reject', matchIds }));
await project.close();
rmSync(folder, { recursive: true, force: true });
