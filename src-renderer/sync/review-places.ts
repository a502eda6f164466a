import type { SourceMarkRow } from '../../src-shared/model/rows.ts';
import type { CameraLoss } from '../../src-shared/sync/camera-losses.ts';
import type { EffectivePiece } from '../../src-shared/sync/effective-line.ts';
import type { SyncEvidence } from '../../src-shared/sync/sync-evidence.ts';
import { coveredCamera } from '../../src-shared/sync/sync-result.ts';

const LANDMARK_LABELS = { clap: 'clap', transient: 'strongest transient', mark: 'mark' } as const;

export type PlaceKind = 'head' | 'middle' | 'tail' | 'landmark' | 'clap' | 'piece' | 'mark';

/** Somewhere in a camera clip that is worth a look, in camera seconds. */
export type ReviewPlace = { readonly kind: PlaceKind; readonly seconds: number; readonly label: string };

/** The part of the camera clip that the recorder file covers; all of it where nothing is laid under it. */
export function coveredSpan(
  pieces: readonly EffectivePiece[],
  cameraSeconds: number,
  recorderSeconds: number | null,
): { readonly from: number; readonly to: number } {
  const whole = { from: 0, to: cameraSeconds };
  const [first, last] = [pieces[0], pieces.at(-1)];
  if (!first || !last || recorderSeconds === null) return whole;
  const lineOf = (piece: EffectivePiece) => ({
    offsetSeconds: piece.offsetSamplesAt48k / 48_000,
    driftPpm: piece.driftPpm,
  });
  const head = coveredCamera(lineOf(first), cameraSeconds, recorderSeconds);
  const tail = coveredCamera(lineOf(last), cameraSeconds, recorderSeconds);
  return head && tail && tail.to > head.from ? { from: head.from, to: tail.to } : whole;
}

/** Everything to step to, in order of time. Head and tail are the middles of the first and last fifth that is covered. */
export function reviewPlaces(
  evidence: Pick<SyncEvidence, 'landmark' | 'claps'>,
  losses: readonly CameraLoss[],
  covered: { readonly from: number; readonly to: number },
  marks: readonly { readonly seconds: number; readonly name: SourceMarkRow['name'] }[],
): readonly ReviewPlace[] {
  const at = (share: number) => covered.from + (covered.to - covered.from) * share;
  const places: ReviewPlace[] = [
    { kind: 'head', seconds: at(0.1), label: 'head' },
    { kind: 'middle', seconds: at(0.5), label: 'middle' },
    { kind: 'tail', seconds: at(0.9), label: 'tail' },
  ];
  const { landmark } = evidence;
  if (landmark)
    places.push({
      kind: 'landmark',
      seconds: landmark.cameraSeconds,
      label: LANDMARK_LABELS[landmark.kind],
    });
  for (const seconds of evidence.claps)
    if (!landmark || Math.abs(seconds - landmark.cameraSeconds) > 0.02)
      places.push({ kind: 'clap', seconds, label: 'clap' });
  for (const { cameraSeconds, lostSeconds } of losses)
    places.push({ kind: 'piece', seconds: cameraSeconds, label: `${lostSeconds >= 0 ? 'lost' : 'repeated'} samples` });
  for (const { seconds, name } of marks) places.push({ kind: 'mark', seconds, label: `mark “${name}”` });
  return places.sort((a, b) => a.seconds - b.seconds);
}

/** The next place after (or before) where one is, a hair's breadth away not counted; null at the end. */
export function nextPlace(places: readonly ReviewPlace[], seconds: number, way: 1 | -1): ReviewPlace | null {
  const hair = 0.0005;
  return way === 1
    ? (places.find((place) => place.seconds > seconds + hair) ?? null)
    : (places.findLast((place) => place.seconds < seconds - hair) ?? null);
}
