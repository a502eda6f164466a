import {
  isLikely,
  isRivalInDoubt,
  LEAST_LINE_SCORE,
  type MatchEvidence,
  matchConfidence,
  matchMethod,
  type RivalEvidence,
  rivalDoubt,
} from '../../src-shared/sync/sync-decision.ts';
import {
  doubtfulReason,
  matchReason,
  type NamedPlace,
  noSoundReason,
  SUGGESTED_SHARE,
  thinEvidenceReason,
} from '../../src-shared/sync/sync-reasons.ts';
import type { SyncAlternative, SyncPair, SyncUnmatched } from '../../src-shared/sync/sync-result.ts';
import { cameraClaps, clapWitness } from './find-claps.ts';
import { isOnLine, type VerifiedMatch } from './line-verification.ts';
import { type CameraMatches, matchCamera } from './match-camera.ts';
import type { Matching as ClipMatching } from './match-candidates.ts';
import { clockEvidence, lossesOf, residualsOf } from './pair-evidence.ts';
import type { TriedPlace } from './rival-places.ts';
import { nameOf, type SyncOutcome } from './sync-input.ts';
import type { SyncSource } from './sync-source.ts';

type Matching = Omit<ClipMatching, 'camera' | 'recorders'>;

/** What becomes of one camera clip: the recorder files it is matched with, or why there is none; and its claps. */
export async function decideCamera(
  camera: SyncSource,
  recorders: readonly SyncSource[],
  matching: Matching,
): Promise<SyncOutcome> {
  const outcome = await decide(camera, recorders, matching);
  return { ...outcome, claps: cameraClaps(camera, 'pairs' in outcome ? outcome.pairs : [], recorders) };
}

async function decide(camera: SyncSource, recorders: readonly SyncSource[], matching: Matching): Promise<SyncOutcome> {
  const { id } = camera.input;
  const silence = noSoundReason(camera.summary);
  if (silence) return { camera: id, reason: silence };
  if (recorders.length === 0) return { camera: id, reason: 'There is no recorder file with sound to compare with.' };
  const found = await matchCamera({ camera, recorders, ...matching });
  if (found.matches.length === 0) return { camera: id, ...thinEvidence(camera, found) };
  const pairs = found.matches.map((match, index) => pairOf(camera, match, found.rivals[index] ?? []));
  const likely = pairs.filter((one) => one.likely).map(({ pair }) => pair);
  if (likely.length > 0) return { camera: id, pairs: likely };
  return { camera: id, ...doubtful(pairs[0]!.pair, found.matches[0]!, found.rivals[0] ?? []) };
}

function thinEvidence(camera: SyncSource, { nearest }: CameraMatches): Pick<SyncUnmatched, 'reason' | 'suggestion'> {
  const { levelRangeDb } = camera.summary;
  if (!nearest) return { reason: thinEvidenceReason(levelRangeDb, null) };
  const { windows, score } = nearest.track;
  const agreeing = windows.filter(isOnLine).length;
  const reason = thinEvidenceReason(levelRangeDb, {
    ...namedPlace(nearest),
    agreeing,
    compared: windows.length,
    lineScore: score,
  });
  if (levelRangeDb < 3 || score < SUGGESTED_SHARE * LEAST_LINE_SCORE) return { reason };
  return { reason, suggestion: { ...alternative(nearest, score / LEAST_LINE_SCORE), method: 'waveform' } };
}

/** A place that fits, among others that fit as well: the person decides. */
function doubtful(
  pair: SyncPair,
  match: VerifiedMatch,
  rivals: CameraMatches['rivals'][number],
): Omit<SyncUnmatched, 'camera'> {
  const { recorder, offsetSamplesAt48k, driftPpm, method } = pair;
  return {
    reason: doubtfulReason(
      { recorder: nameOf(match.recorder.input), seconds: match.lines[0]!.offsetSeconds },
      rivals.map(({ place }) => namedPlace(place)),
      stretchesOf(match),
    ),
    suggestion: { recorder, offsetSamplesAt48k, driftPpm, likeness: 1, method },
    ...(rivals.length > 0 ? { alternatives: rivals.map(rivalPlace) } : {}),
  };
}

function namedPlace({ recorder, track }: TriedPlace): NamedPlace {
  return { recorder: nameOf(recorder.input), seconds: track.offsetSeconds };
}

function stretchesOf({ lines }: VerifiedMatch): { readonly supporting: number; readonly measured: number } {
  return {
    supporting: lines.reduce((sum, line) => sum + line.fit.supporting, 0),
    measured: lines.reduce((sum, line) => sum + line.measurements.length, 0),
  };
}

function rivalPlace({ place, likeness, lead, ownShare }: CameraMatches['rivals'][number][number]): SyncAlternative {
  return {
    ...alternative(place, likeness),
    lead: Math.round(Math.max(-100, Math.min(100, lead)) * 100) / 100,
    ...(ownShare === undefined ? {} : { ownShare: Math.round(ownShare * 1000) / 1000 }),
  };
}

/** What a rival's figures are kept as, for the decision. */
function kept(rival: CameraMatches['rivals'][number][number]): RivalEvidence {
  const { likeness, lead = null, ownShare = null } = rivalPlace(rival);
  return { runnerUp: likeness, rivalLead: lead, ownShare };
}

/** The rival that leaves the most doubt. */
function nearestRival(rivals: CameraMatches['rivals'][number]): RivalEvidence {
  return rivals
    .map(kept)
    .reduce((most, next) => (rivalDoubt(next) > rivalDoubt(most) ? next : most), { runnerUp: 0, rivalLead: null });
}

function alternative(place: TriedPlace, likeness: number): SyncAlternative {
  return {
    recorder: place.recorder.input.id,
    offsetSamplesAt48k: place.track.offsetSeconds * 48_000,
    driftPpm: place.track.driftPpm,
    likeness: Math.round(Math.min(1, likeness) * 100) / 100,
  };
}

function pairOf(
  camera: SyncSource,
  match: VerifiedMatch,
  rivals: CameraMatches['rivals'][number],
): { readonly pair: SyncPair; readonly likely: boolean } {
  const { recorder, lines } = match;
  const first = lines[0]!;
  const clock = clockEvidence(camera, match);
  const witness = clapWitness(camera.summary.transients, recorder.summary.transients, lines);
  const evidence: MatchEvidence = {
    lineScore: match.lineScore,
    directScore: match.directScore,
    overlapSeconds: lines.reduce((sum, line) => sum + line.to - line.from, 0),
    ...stretchesOf(match),
    ...nearestRival(rivals),
    timecodeErrorSeconds: clock.errorSeconds,
    losses: lossesOf(match).length,
    clapsTogether: witness.together.length,
  };
  const ltc = camera.ltc !== null;
  // By the figures as they are kept, so that the list says the same.
  const rival = rivals.find((other) => isRivalInDoubt(kept(other)));
  const facts = {
    inverted: first.inverted,
    microphonesApartMs: first.microphonesApartSeconds * 1000,
    losses: lossesOf(match),
    bends: lines.filter((line) => line.begins === 'bend').length,
    ltc,
    acousticDelayMs: clock.acousticDelayMs ?? null,
    frameQuantised: clock.frameQuantised,
    clapsApart: witness.apart,
    ...(camera.heardAlone ? { heardAlone: camera.heardAlone } : {}),
    ...(rival ? { rival: namedPlace(rival.place) } : {}),
  };
  const tail = lines.at(-1)!;
  const pair: SyncPair = {
    camera: camera.input.id,
    recorder: recorder.input.id,
    offsetSamplesAt48k: first.offsetSeconds * 48_000,
    driftPpm: first.driftPpm,
    method: matchMethod(evidence, ltc),
    confidence: matchConfidence(evidence),
    reason: matchReason(evidence, facts),
    residualHeadMs: first.fit.residualHeadSeconds * 1000,
    residualMiddleMs: first.fit.residualMiddleSeconds * 1000,
    residualTailMs: tail.fit.residualTailSeconds * 1000,
    inverted: first.inverted,
    clockOffsetSamplesAt48k: clock.clockOffsetSamplesAt48k ?? null,
    acousticDelayMs: clock.acousticDelayMs ?? null,
    residuals: residualsOf(match),
    ...(witness.landmark ? { landmark: witness.landmark } : {}),
    ...(rivals.length ? { alternatives: rivals.map(rivalPlace) } : {}),
    ...(lines.length > 1
      ? {
          segments: lines.map((line, index) => ({
            fromSeconds: index === 0 ? 0 : line.from,
            offsetSamplesAt48k: line.offsetSeconds * 48_000,
            driftPpm: line.driftPpm,
          })),
        }
      : {}),
  };
  return { pair, likely: isLikely(evidence) };
}
