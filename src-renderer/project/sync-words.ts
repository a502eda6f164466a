import type { ClipRow, SourceRow, SyncMatchRow } from '../../src-shared/model/rows.ts';
import { isByHand } from '../../src-shared/sync/ambiguity.ts';
import { cameraLosses } from '../../src-shared/sync/camera-losses.ts';
import { effectiveLine } from '../../src-shared/sync/effective-line.ts';
import { readDerivation } from '../../src-shared/sync/source-derivation.ts';
import { readEvidence } from '../../src-shared/sync/sync-evidence.ts';
import { channelNamesOf } from '../media/bin-rows.ts';

/** What the inspector says of a match, in words; '' where there is nothing to say. */

/** `timecode+waveform+clap` as `timecode, waveform and clap`. */
export function methodWords(method: string): string {
  const witnesses = method.split('+').map((witness) => (witness === 'ltc' ? 'LTC' : witness));
  const last = witnesses.pop() ?? '';
  return witnesses.length === 0 ? last : `${witnesses.join(', ')} and ${last}`;
}

const CORRECTIONS = { resample: 'resampled', cut: 'cut at pauses', none: 'left as it is' } as const;

/** Less is shown as none: two milliseconds in ten hours. */
const LEAST_DRIFT_PPM = 0.05;

/** The drift and what was done about it: of a clip that plays a resampled copy, that. */
export function driftWords(match: SyncMatchRow, source: SourceRow | null, label: (driftPpm: number) => string): string {
  const done = source?.derivedFromId != null ? CORRECTIONS.resample : CORRECTIONS[match.driftCorrection];
  if (Math.abs(match.driftPpm) < LEAST_DRIFT_PPM && done === CORRECTIONS.none) return 'none';
  return `${label(match.driftPpm)} ppm, ${match.status === 'accepted' ? done : 'not corrected yet'}`;
}

/** Which of the two it follows where a clock tells the way of the sound apart from the offset, and how they differ. */
export function followsWords(match: SyncMatchRow): string {
  if (match.clockOffsetSamplesAt48k === null) return '';
  const { acousticDelayMs } = readEvidence(match.evidence);
  const delay = acousticDelayMs ?? (match.offsetSamplesAt48k - match.clockOffsetSamplesAt48k) / 48;
  const size = `${Math.abs(delay).toFixed(1)} ms`;
  return match.followsClock
    ? `the timecode; ${isByHand(match) ? 'your place' : 'the sound'} is ${size} off it`
    : `${isByHand(match) ? 'where it was laid by hand' : 'the sound'}; the timecode is ${size} off it`;
}

/** `2 of 3: the camera lost samples between` where more than one line holds: which piece the middle of the clip lies in. */
export function pieceWords(match: SyncMatchRow, clip: ClipRow, source: SourceRow | null, sampleRate: number): string {
  const pieces = effectiveLine(match);
  if (pieces.length < 2) return '';
  const derivation = source && readDerivation(source.derivation);
  const middle = clip.sourceInSample + clip.lengthSamples / 2;
  const recorderSample = derivation ? derivation.fromSample + middle * (1 + derivation.driftPpm * 1e-6) : middle;
  const seconds = recorderSample / sampleRate;
  const cameraSeconds = (piece: (typeof pieces)[number]) =>
    (seconds - piece.offsetSamplesAt48k / 48_000) / (1 + piece.driftPpm * 1e-6);
  const at = pieces.findLastIndex((piece) => cameraSeconds(piece) >= piece.fromSeconds);
  return `${Math.max(0, at) + 1} of ${pieces.length}: ${betweenWords(pieces)} between`;
}

/** What lies between pieces: sound that the camera lost or repeated, clocks that changed their speed, or both. */
function betweenWords(pieces: ReturnType<typeof effectiveLine>): string {
  const losses = cameraLosses(pieces);
  const lost = losses.some(({ lostSeconds }) => lostSeconds > 0);
  const repeated = losses.some(({ lostSeconds }) => lostSeconds < 0);
  const camera = lost && repeated ? 'lost and repeated' : lost ? 'lost' : 'repeated';
  const said = [
    ...(losses.length > 0 ? [`the camera ${camera} samples`] : []),
    ...(losses.length < pieces.length - 1 ? ['the clocks changed their speed'] : []),
  ];
  return said.join(' and ');
}

/** The microphone that the clip plays and what is known of it. */
export function microphoneWords(match: SyncMatchRow, clip: ClipRow, source: SourceRow | null): string {
  const { tracks, suggestedChannel } = readEvidence(match.evidence);
  const name = (source ? channelNamesOf(source)[clip.sourceChannel] : '') || `channel ${clip.sourceChannel + 1}`;
  const remark = tracks.find((track) => track.channel === clip.sourceChannel)?.remark ?? '';
  const standing =
    match.chosenChannel === clip.sourceChannel ? 'chosen' : suggestedChannel === clip.sourceChannel ? 'suggested' : '';
  const said = [standing, remark].filter(Boolean).join(', ');
  return said ? `${name}: ${said}` : name;
}
