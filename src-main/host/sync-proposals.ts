import type { CommandInput } from '../../src-shared/edit/commands.ts';
import type { SyncEvidence, TrackAssessment } from '../../src-shared/sync/sync-evidence.ts';
import type { SyncAlternative, SyncPair, SyncUnmatched } from '../../src-shared/sync/sync-result.ts';
import type { SyncOutcome } from '../sync/sync-input.ts';

/** A row of `sync_match` as `sync.propose` takes it. */
export type SyncProposal = Extract<CommandInput, { kind: 'sync.propose' }>['matches'][number];

/**
 * The rows of one decided camera clip, whose inputs were named by their source ids: one a recorder file, or one that says
 * why there is none and keeps in which recorder files (`searched`) it was looked for.
 */
export function proposalsOf(outcome: SyncOutcome, searched: readonly number[] = []): SyncProposal[] {
  const claps = (outcome.claps ?? []).slice(0, 200).map((seconds) => rounded(seconds, 1e5));
  return 'pairs' in outcome ? outcome.pairs.map((pair) => matched(pair, claps)) : [unmatched(outcome, claps, searched)];
}

function matched(pair: SyncPair, claps: readonly number[]): SyncProposal {
  return {
    cameraSourceId: Number(pair.camera),
    recorderSourceId: Number(pair.recorder),
    status: 'proposed',
    offsetSamplesAt48k: pair.offsetSamplesAt48k,
    driftPpm: pair.driftPpm,
    method: pair.method,
    confidence: share(pair.confidence),
    reason: pair.reason.slice(0, 2000),
    residualHeadMs: finite(pair.residualHeadMs),
    residualMiddleMs: finite(pair.residualMiddleMs),
    residualTailMs: finite(pair.residualTailMs),
    inverted: pair.inverted,
    clockOffsetSamplesAt48k: finiteOrNull(pair.clockOffsetSamplesAt48k),
    evidence: evidenceJson({
      segments: segmentsOf(pair),
      alternatives: alternativesOf(pair.alternatives ?? []),
      residuals: (pair.residuals ?? []).slice(0, 200).map(({ cameraSeconds, lagMs, weight }) => ({
        cameraSeconds: rounded(cameraSeconds, 1e3),
        lagMs: rounded(lagMs, 1e5),
        weight: rounded(share(weight), 1e3),
      })),
      landmark: pair.landmark && Number.isFinite(pair.landmark.cameraSeconds) ? pair.landmark : null,
      claps: [...claps],
      tracks: pair.tracks?.slice(0, 256).map(track) ?? [],
      suggestedChannel: pair.suggestedChannel ?? null,
      suggestionReason: pair.suggestionReason?.slice(0, 500) ?? '',
      acousticDelayMs: finiteOrNull(pair.acousticDelayMs),
    }),
  };
}

function unmatched(
  { camera, reason, suggestion, alternatives = [] }: SyncUnmatched,
  claps: readonly number[],
  searched: readonly number[],
): SyncProposal {
  return {
    cameraSourceId: Number(camera),
    recorderSourceId: null,
    status: 'unmatched',
    offsetSamplesAt48k: 0,
    driftPpm: 0,
    method: '',
    confidence: 0,
    reason: reason.slice(0, 2000),
    residualHeadMs: 0,
    residualMiddleMs: 0,
    residualTailMs: 0,
    evidence: evidenceJson({
      claps: [...claps],
      alternatives: alternativesOf([...(suggestion ? [suggestion] : []), ...alternatives]),
      searched: [...searched],
    }),
  };
}

/** Places of which a figure is open are none. Recorder files by the ids of their sources, as rows name them. */
function alternativesOf(alternatives: readonly SyncAlternative[]): SyncEvidence['alternatives'] {
  return alternatives
    .filter(({ offsetSamplesAt48k, driftPpm }) => Number.isFinite(offsetSamplesAt48k) && Number.isFinite(driftPpm))
    .slice(0, 50)
    .map(({ recorder, offsetSamplesAt48k, driftPpm, likeness, lead, ownShare, byClock }) => ({
      recorderSourceId: Number(recorder),
      ...{ offsetSamplesAt48k, driftPpm, likeness: share(likeness) },
      ...(lead === undefined || !Number.isFinite(lead) ? {} : { lead }),
      ...(ownShare === undefined || !Number.isFinite(ownShare) ? {} : { ownShare }),
      ...(byClock ? { byClock } : {}),
    }));
}

/** The pieces hold together or not at all: where a figure of one is open, the match's one line stands. */
function segmentsOf({ segments = [] }: SyncPair): SyncEvidence['segments'] {
  const isWhole = segments.every(({ fromSeconds, offsetSamplesAt48k, driftPpm }) =>
    [fromSeconds, offsetSamplesAt48k, driftPpm].every(Number.isFinite),
  );
  return isWhole ? segments.slice(0, 1000) : [];
}

function track(assessed: TrackAssessment): TrackAssessment {
  return {
    ...assessed,
    // What cannot be measured is as silence.
    levelDbfs: Number.isFinite(assessed.levelDbfs) ? assessed.levelDbfs : -144,
    snrDb: finite(assessed.snrDb),
    directToReverberantDb: finiteOrNull(assessed.directToReverberantDb),
    clippedSamples: Math.max(0, Math.round(finite(assessed.clippedSamples))),
    delayMs: finiteOrNull(assessed.delayMs),
    fitness: share(assessed.fitness),
    remark: assessed.remark.slice(0, 500),
  };
}

/** What is empty is left out: it reads the same. */
export function evidenceJson(evidence: Partial<SyncEvidence>): string {
  const said = Object.entries(evidence).filter(
    ([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0),
  );
  return said.length === 0 ? '' : JSON.stringify(Object.fromEntries(said));
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function finiteOrNull(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null;
}

function rounded(value: number, steps: number): number {
  return Math.round(finite(value) * steps) / steps;
}

function share(value: number): number {
  return Math.min(1, Math.max(0, finite(value)));
}
