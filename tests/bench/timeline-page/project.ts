import type { DocumentRows } from '../../../src-shared/edit/memory-document.ts';
import type { Tables } from '../../../src-shared/model/rows.ts';
import { STEMS } from '../../../src-shared/model/rows.ts';
import { matchRow, sourceRow } from '../../support/document-samples.ts';
import { seededRandom } from '../../support/seeded-random.ts';

/**
 * A made-up reel for measuring and looking at the timeline: cuts of sources over many tracks, with fades and gains. Half
 * of the dialogue was placed by sync; every fifth of that lies some frames off, and some of those on purpose.
 */

const RATE = 48_000;
const FRAME = RATE / 25;
const CAMERA_ID = 61;

const NAMES = [
  'INT_KITCHEN',
  'EXT_STREET',
  'BOOM',
  'LAV_ANNA',
  'LAV_KARL',
  'DOOR_CLOSE',
  'STEPS_GRAVEL',
  'ROOM_TONE',
  'RAIN',
];

/** Rows of a project of `trackCount` tracks and about `clipCount` clips over `hours` hours at 25 frames. */
export function madeUpProject(trackCount: number, clipCount: number, hours: number): DocumentRows {
  const random = seededRandom(7);
  const sources: Tables['source'][] = [];
  for (let id = 1; id <= 60; id++)
    sources.push({
      id,
      name: `${NAMES[id % NAMES.length]}_${String(id).padStart(2, '0')}`,
      role: 'recorder',
      path: `Audio Files/${id}.wav`,
      linked: false,
      originalPath: '',
      contentHash: '',
      sizeBytes: 0,
      channelCount: 2,
      sampleRate: RATE,
      bitsPerSample: 24,
      // As long as the reel: what sync has placed lies at the same time in its file as on the timeline.
      lengthSamples: (hours * 60 + 40) * 60 * RATE,
      timeReferenceSamples: null,
      scene: null,
      take: null,
      tape: null,
      circled: null,
      channelNames: '["",""]',
      metadata: '{}',
      pictureId: null,
      derivedFromId: null,
      derivation: '',
    });
  sources.push(
    sourceRow(CAMERA_ID, { name: 'A001', role: 'camera', pictureId: 1, lengthSamples: hours * 3600 * RATE }),
  );
  const matches = sources
    .slice(0, 60)
    .map(({ id }) => matchRow(id, { cameraSourceId: CAMERA_ID, recorderSourceId: id, status: 'accepted' }));
  const tracks: Tables['track'][] = [];
  const clips: Tables['clip'][] = [];
  const perTrack = Math.round(clipCount / trackCount);
  const slot = Math.floor((hours * 3600 * RATE) / perTrack);
  let clipId = 1;
  for (let index = 0; index < trackCount; index++) {
    const stem = STEMS[Math.floor((index * STEMS.length) / trackCount)]!;
    const stereo = stem === 'MX' || stem === 'BG';
    tracks.push({
      id: index + 1,
      name: `${stem} ${(index % 20) + 1}`,
      position: index,
      stem,
      channelCount: stereo ? 2 : 1,
      gainDb: index % 5 === 0 ? -3 : 0,
      pan: index % 7 === 3 ? -0.3 : 0,
      muted: index % 17 === 11,
      soloed: false,
    });
    for (let place = 0; place < perTrack; place++) {
      const source = sources[Math.floor(random() * 60)]!;
      const lengthSamples = Math.floor(slot * (0.35 + random() * 0.6));
      const fades = random();
      const startSample = place * slot + Math.floor(random() * (slot - lengthSamples));
      const synced = stem === 'DX' && random() < 0.5;
      const offSamples = random() < 0.2 ? Math.round((random() * 24 - 12) * FRAME) : 0;
      clips.push({
        id: clipId++,
        trackId: index + 1,
        sourceId: source.id,
        sourceChannel: 0,
        name: `${source.name}_T${1 + Math.floor(random() * 9)}`,
        startSample,
        lengthSamples,
        sourceInSample: synced
          ? Math.max(0, startSample + offSamples)
          : Math.floor(random() * (source.lengthSamples - lengthSamples)),
        gainDb: random() < 0.3 ? Math.round((random() * 12 - 8) * 10) / 10 : 0,
        fadeInSamples: fades < 0.4 ? Math.floor(lengthSamples * 0.12) : 0,
        fadeInShape: 'equal-power',
        fadeOutSamples: fades > 0.5 ? Math.floor(lengthSamples * 0.18) : 0,
        fadeOutShape: fades > 0.75 ? 's-curve' : 'linear',
        muted: random() < 0.04,
        polarityInverted: false,
        syncMatchId: synced ? (source.id as number) : null,
        declaredAsync: synced && random() < 0.1,
      });
    }
  }
  return {
    project: [
      {
        id: 1,
        name: 'Reel 1',
        frameRateNumerator: 25,
        frameRateDenominator: 1,
        dropFrame: false,
        sampleRate: RATE,
        startFrame: 90_000,
      },
    ],
    source: sources,
    sync_match: matches,
    track: tracks,
    clip: clips,
    picture: [
      {
        id: 1,
        name: 'A001_C003',
        originalPath: '',
        proxyPath: null,
        contentHash: '',
        frameRateNumerator: 25,
        frameRateDenominator: 1,
        dropFrame: false,
        variableFrameRate: false,
        frameCount: hours * 3600 * 25,
        widthPixels: 1920,
        heightPixels: 1080,
        startFrame: 1_234_567,
      },
    ],
    picture_clip: Array.from({ length: Math.ceil(hours * 60) }, (_, index) => ({
      id: index + 1,
      pictureId: 1,
      name: `A001_C${String(index + 1).padStart(3, '0')}`,
      startSample: index * 60 * RATE,
      lengthSamples: 58 * RATE,
      sourceInFrame: index * 60 * 25,
    })),
    marker: [2, 31, 44, 95].map((seconds, index) => ({
      id: index + 1,
      atSample: seconds * RATE,
      name: ['FFOA', 'Phone rings', 'Door', 'Reel end'][index]!,
      comment: '',
    })),
  };
}
