import type { DocumentRows } from '../../../src-shared/edit/memory-document.ts';
import type { Tables } from '../../../src-shared/model/rows.ts';
import { PROJECT_ROW, sourceRow } from '../../support/document-samples.ts';

/** Rows for timeline tests: three mono tracks over one source of 100 s, at 48 kHz and 24 frames: a frame is 2,000 samples. */

export const FRAME = 2000;

export function trackRow(id: number, fields: Partial<Tables['track']> = {}): Tables['track'] {
  return {
    id,
    name: `DX ${id}`,
    position: id - 1,
    stem: 'DX',
    channelCount: 1,
    gainDb: 0,
    pan: 0,
    muted: false,
    soloed: false,
    ...fields,
  };
}

export function clipRow(id: number, trackId: number, startSample: number, fields: Partial<Tables['clip']> = {}) {
  return {
    id,
    trackId,
    sourceId: 1,
    sourceChannel: 0,
    name: `clip ${id}`,
    startSample,
    lengthSamples: 48_000,
    sourceInSample: 480_000,
    gainDb: 0,
    fadeInSamples: 0,
    fadeInShape: 'linear',
    fadeOutSamples: 0,
    fadeOutShape: 'linear',
    muted: false,
    polarityInverted: false,
    syncMatchId: null,
    declaredAsync: false,
    ...fields,
  } satisfies Tables['clip'];
}

export function rowsWith(clips: readonly Tables['clip'][], more: DocumentRows = {}): DocumentRows {
  return {
    project: [{ ...PROJECT_ROW, frameRateNumerator: 24, frameRateDenominator: 1 }],
    source: [sourceRow(1, { name: 'BOOM', lengthSamples: 4_800_000 })],
    track: [trackRow(1), trackRow(2), trackRow(3)],
    clip: [...clips],
    ...more,
  };
}
