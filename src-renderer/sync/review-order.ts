import type { PictureRow, SourceRow, SyncMatchRow, SyncStatus } from '../../src-shared/model/rows.ts';
import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { convertSamples } from '../../src-shared/time/sample-position.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';

const STATUS_ORDER: Readonly<Record<SyncStatus, number>> = { proposed: 0, unmatched: 1, rejected: 2, accepted: 3 };

/**
 * Results in the order in which a person looks at them: proposals with the least sure first, then what was not matched,
 * then what was decided. Equal ones by the camera's name.
 */
export function orderForReview(
  matches: readonly SyncMatchRow[],
  nameOf: (sourceId: number) => string,
): readonly SyncMatchRow[] {
  return [...matches].sort(
    (a, b) =>
      STATUS_ORDER[a.status] - STATUS_ORDER[b.status] ||
      a.confidence - b.confidence ||
      nameOf(a.cameraSourceId).localeCompare(nameOf(b.cameraSourceId), undefined, { numeric: true }) ||
      a.id - b.id,
  );
}

/** The proposals that are at least as sure as `minimum` (0 to 1). */
export function acceptable(matches: readonly SyncMatchRow[], minimum: number): readonly number[] {
  return matches
    .filter((match) => match.status === 'proposed' && match.recorderSourceId !== null && match.confidence >= minimum)
    .map((match) => match.id);
}

/** Where the camera's first sample lies in the recorder's file: samples at the project's rate, and as timecode. */
export function offsetLabels(
  match: SyncMatchRow,
  clock: ProjectClock,
): { readonly samples: string; readonly timecode: string } {
  const samples = convertSamples(Math.round(match.offsetSamplesAt48k), 48_000, clock.sampleRate);
  const sign = samples < 0 ? '−' : '+';
  const frame = sampleToFrame(Math.abs(samples), clock.frameRate, clock.sampleRate);
  const rest = Math.abs(samples) - frameToSample(frame, clock.frameRate, clock.sampleRate);
  return {
    samples: `${sign}${Math.abs(samples).toLocaleString('en-US')}`,
    timecode: `${sign}${formatTimecode(frame, { ...clock.frameRate, drop: false })}${rest > 0 ? `+${rest}` : ''}`,
  };
}

/** `+12.3 ppm`, with the sign always shown. */
export function driftLabel(driftPpm: number): string {
  return `${driftPpm < 0 ? '−' : '+'}${Math.abs(driftPpm).toFixed(1)}`;
}

/** Head, middle and tail residual in milliseconds. */
export function residualLabel(match: SyncMatchRow): string {
  return [match.residualHeadMs, match.residualMiddleMs, match.residualTailMs]
    .map((value) => `${value <= -0.005 ? '−' : ''}${Math.abs(value).toFixed(2)}`)
    .join(' / ');
}

/** Whole percents of confidence, rounded down: only certainty is 100 %. */
export function confidencePercent(confidence: number): number {
  return Math.floor(confidence * 100);
}

/** Names of the pictures without sound (MOS): camera clips that sync has nothing to listen to. */
export function silentPictures(pictures: readonly PictureRow[], sources: readonly SourceRow[]): readonly string[] {
  const heard = new Set(sources.map((source) => source.pictureId));
  return pictures.filter((picture) => !heard.has(picture.id)).map((picture) => picture.name);
}

/** How sure, as people are told by colour: 0.9 and up is sure, below 0.6 is in doubt. */
export function confidenceTone(confidence: number): 'good' | 'warn' | 'bad' {
  return confidence >= 0.9 ? 'good' : confidence >= 0.6 ? 'warn' : 'bad';
}

/** What sync has to work with: it needs at least one camera and one recorder. */
export function syncReadiness(sources: readonly SourceRow[]): { readonly cameras: number; readonly recorders: number } {
  return {
    cameras: sources.filter((source) => source.role === 'camera').length,
    recorders: sources.filter((source) => source.role === 'recorder').length,
  };
}
