import type { z } from 'zod';
import type { MemoryDocument } from '../../src-shared/edit/memory-document.ts';
import type { syncMatchFieldsSchema } from '../../src-shared/edit/sync-commands.ts';
import type { ClipRow } from '../../src-shared/model/rows.ts';
import { NO_EVIDENCE, type SyncEvidence } from '../../src-shared/sync/sync-evidence.ts';
import { pictureFields, sourceFields } from './document-samples.ts';
import { edit } from './edited-document.ts';

/** Cameras, recorders and sync results in a document in memory, at 48 kHz and 24 frames: a frame is 2,000 samples. */

export const SECOND = 48_000;

export type MatchFields = z.input<typeof syncMatchFieldsSchema>;

function addedId(diff: readonly { table: string; id: number; before: unknown }[], table: string): number {
  return diff.find((change) => change.table === table && change.before === null)?.id ?? 0;
}

/** Adds a camera with picture and returns its source's id. */
export function addCamera(document: MemoryDocument, name: string, seconds: number): number {
  const source = sourceFields({ name, role: 'camera', lengthSamples: seconds * SECOND });
  const rate = { frameRateNumerator: 24, frameRateDenominator: 1 };
  const picture = pictureFields({ name, frameCount: seconds * 24, ...rate });
  return addedId(edit(document, { kind: 'source.add', source, picture }).diff, 'source');
}

/** Adds a recorder file and returns its id. */
export function addRecorder(document: MemoryDocument, name: string, seconds: number, channels = ['Boom']): number {
  const fields = { name, role: 'recorder' as const, lengthSamples: Math.round(seconds * SECOND) };
  const source = sourceFields({ ...fields, channelCount: channels.length, channelNames: JSON.stringify(channels) });
  return addedId(edit(document, { kind: 'source.add', source, picture: null }).diff, 'source');
}

export function evidenceText(fields: Partial<SyncEvidence>): string {
  return JSON.stringify({ ...NO_EVIDENCE, ...fields });
}

export function proposedMatch(
  cameraSourceId: number,
  recorderSourceId: number | null,
  fields: Partial<MatchFields> = {},
): MatchFields {
  const unmatched = recorderSourceId === null;
  return {
    cameraSourceId,
    recorderSourceId,
    status: unmatched ? 'unmatched' : 'proposed',
    offsetSamplesAt48k: 0,
    driftPpm: 0,
    method: unmatched ? '' : 'timecode+waveform',
    confidence: 1,
    reason: unmatched ? 'no recorder was rolling' : '',
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    ...fields,
  };
}

/** Proposes matches and returns their ids. */
export function propose(document: MemoryDocument, ...matches: MatchFields[]): number[] {
  const { diff } = edit(document, { kind: 'sync.propose', matches });
  return diff.filter((change) => change.table === 'sync_match' && change.after).map((change) => change.id);
}

/** Clips that a match has placed, by track and start. */
export function placedBy(document: MemoryDocument, matchId: number): ClipRow[] {
  return document.clipsOfMatch(matchId).sort((a, b) => a.trackId - b.trackId || a.startSample - b.startSample);
}
