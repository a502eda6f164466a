import type { SourceRow, SyncMatchRow, TableName, Tables } from '../../src-shared/model/rows.ts';
import { cameraLosses } from '../../src-shared/sync/camera-losses.ts';
import { type EffectivePiece, effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { invertedChannels } from '../../src-shared/sync/inverted-channels.ts';
import { readEvidence, type SyncEvidence } from '../../src-shared/sync/sync-evidence.ts';
import { coveredSpan, type ReviewPlace, reviewPlaces } from './review-places.ts';
import type { ReviewState } from './review-state.ts';
import type { TraceLimits } from './trace-view.ts';

const SILENT_DBFS = -100;

/** A result as it is looked at: its files, and the line by which one is laid on the other right now. */
export type ShownMatch = {
  readonly match: SyncMatchRow;
  readonly camera: SourceRow;
  /** Null for an unmatched clip, and where the source is gone. */
  readonly recorder: SourceRow | null;
  readonly evidence: SyncEvidence;
  /** Empty while no recorder file is laid under it. */
  readonly pieces: readonly EffectivePiece[];
  /** Other places that fit, on recorder files that are still there: where it lay before, then by the figure told of them. */
  readonly others: readonly OtherPlace[];
  /** The one of them that is shown in place of the match; null while the match is. */
  readonly lookedAt: OtherPlace | null;
  readonly nudgeSamplesAt48k: number;
  readonly covered: { readonly from: number; readonly to: number };
  readonly cameraSeconds: number;
  readonly recorderChannel: number;
  readonly recorderInverted: boolean;
};

/** Another place that fits, by its number in the evidence: so the command knows it. */
export type OtherPlace = SyncEvidence['alternatives'][number] & {
  readonly index: number;
  readonly recorder: SourceRow;
};

type Rows = { get<T extends TableName>(table: T, id: number): Tables[T] | null };

/** Puts together what is shown of a match: with the draft of a nudge, or with an alternative in its place. Null when its camera is gone. */
export function shownMatch(
  rows: Rows,
  match: SyncMatchRow,
  state: Pick<ReviewState, 'draft' | 'lookedAt' | 'recorderChannel'>,
): ShownMatch | null {
  const camera = rows.get('source', match.cameraSourceId);
  if (!camera) return null;
  const evidence = readEvidence(match.evidence);
  const others = evidence.alternatives.flatMap((place, index) => {
    const recorder = rows.get('source', place.recorderSourceId);
    return recorder ? [{ ...place, index, recorder }] : [];
  });
  others.sort((a, b) => rankOf(b) - rankOf(a));
  const alternative = others.find(({ index }) => index === state.lookedAt);
  const recorderId = alternative?.recorderSourceId ?? match.recorderSourceId;
  const recorder = recorderId === null ? null : rows.get('source', recorderId);
  const nudgeSamplesAt48k = state.draft?.matchId === match.id ? state.draft.nudgeSamplesAt48k : match.nudgeSamplesAt48k;
  const pieces = alternative
    ? [
        {
          fromSeconds: Number.NEGATIVE_INFINITY,
          offsetSamplesAt48k: alternative.offsetSamplesAt48k,
          driftPpm: alternative.driftPpm,
        },
      ]
    : recorder
      ? effectiveLine({ ...match, nudgeSamplesAt48k })
      : [];
  const cameraSeconds = camera.lengthSamples / camera.sampleRate;
  const recorderSeconds = recorder ? recorder.lengthSamples / recorder.sampleRate : null;
  const wanted = state.recorderChannel ?? match.chosenChannel ?? referenceChannel(evidence);
  const recorderChannel = recorder ? Math.min(wanted, recorder.channelCount - 1) : 0;
  return {
    match,
    camera,
    recorder,
    evidence,
    pieces,
    others,
    lookedAt: alternative ?? null,
    nudgeSamplesAt48k,
    covered: coveredSpan(pieces, cameraSeconds, recorderSeconds),
    cameraSeconds,
    recorderChannel,
    recorderInverted: match.rightsPolarity && isInverted(match, recorderChannel),
  };
}

/** Where a place stands among others: what was left for another first, what timecode alone points to last. */
function rankOf(place: OtherPlace): number {
  if (place.former) return 2;
  return place.byClock ? -1 : place.likeness;
}

/**
 * The channel that the match was made on: track 1 unless it is silent. It is what is shown at first, since other
 * microphones hear the same sound somewhat earlier or later, which is no error of the match.
 */
export function referenceChannel(evidence: SyncEvidence): number {
  return evidence.tracks.find((track) => track.levelDbfs > SILENT_DBFS)?.channel ?? 0;
}

/** Why no microphone of several is told to hear later than track 1; null where it is told, or there is nothing to tell. */
export function whyNoDelays({ tracks }: SyncEvidence): string | null {
  const sounding = tracks.filter((track) => track.levelDbfs > SILENT_DBFS);
  const reference = sounding[0];
  if (!reference?.mixdown || sounding.length < 2) return null;
  return `No delays are told: track ${reference.channel + 1}, against which they are measured, is a mixdown, and that hears each microphone when the microphone itself does.`;
}

/** How much later than the reference a channel hears, where that is known and can be seen; else null. */
export function visibleDelayMs(evidence: SyncEvidence, channel: number): number | null {
  const delay = evidence.tracks.find((track) => track.channel === channel)?.delayMs ?? null;
  return delay === null || Math.abs(delay) < 0.2 || channel === referenceChannel(evidence) ? null : delay;
}

/** Whether a channel has the other polarity than the camera's sound: what righting turns round. */
export function isInverted(match: SyncMatchRow, channel: number): boolean {
  return invertedChannels(match, channel + 1)[channel] ?? false;
}

/** Every place of it to step to. */
export function placesOf(
  shown: ShownMatch,
  marks: readonly { readonly sourceId: number; readonly atSample: number; readonly name: string }[],
): readonly ReviewPlace[] {
  const own = marks
    .filter((mark) => mark.sourceId === shown.camera.id)
    .map((mark) => ({ seconds: mark.atSample / shown.camera.sampleRate, name: mark.name }));
  return reviewPlaces(shown.evidence, cameraLosses(shown.pieces), shown.covered, own);
}

/** What a trace of a source may show. */
export function limitsOf(source: SourceRow): TraceLimits {
  return { fromSeconds: 0, toSeconds: source.lengthSamples / source.sampleRate, sampleRate: source.sampleRate };
}
