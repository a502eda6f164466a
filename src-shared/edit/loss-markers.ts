import type { MarkerRow, SourceRow, SyncMatchRow } from '../model/rows.ts';
import { cameraLosses } from '../sync/camera-losses.ts';
import { effectiveLine } from '../sync/effective-line.ts';
import { type CameraPiece, piecesThere } from './camera-pieces.ts';
import type { DocumentWriter } from './document.ts';
import { joinedAtLosses } from './loss-cuts.ts';
import { existing } from './refuse.ts';

/** Markers where a camera lost or repeated samples, by the matches that were accepted for it. */

type LossMarker = Omit<MarkerRow, 'id'>;

const BY_SYNC = /^Camera (?:lost|repeated) \d+\.\d ms$/;

/** Marks the losses of a match where its camera lies, once for all its recorders. */
export function markLosses(
  writer: DocumentWriter,
  camera: SourceRow,
  cameraPieces: readonly CameraPiece[],
  match: SyncMatchRow,
): void {
  const { sampleRate } = existing(writer, 'project', 1);
  const markers = [...writer.all('marker')];
  for (const marker of lossMarkers(camera, cameraPieces, match, sampleRate)) {
    const verb = marker.name.startsWith('Camera lost') ? 'Camera lost' : 'Camera repeated';
    if (markers.some((there) => there.name.startsWith(verb) && isSamePlace(there, marker, sampleRate))) continue;
    markers.push(writer.insert('marker', marker));
  }
}

/**
 * Takes away the markers of a match that is accepted no more. What a person renamed, moved or wrote on stays, and so
 * does what another accepted match of the camera says.
 */
export function unmarkLosses(writer: DocumentWriter, match: SyncMatchRow): void {
  const camera = existing(writer, 'source', match.cameraSourceId);
  const { sampleRate } = existing(writer, 'project', 1);
  const pieces = piecesThere(writer, camera);
  const own = lossMarkers(camera, pieces, match, sampleRate);
  if (own.length === 0) return;
  const others = writer
    .all('sync_match')
    .filter((other) => other.id !== match.id && other.cameraSourceId === camera.id && other.status === 'accepted')
    .flatMap((other) => lossMarkers(camera, pieces, other, sampleRate));
  for (const there of writer.all('marker')) {
    const isAt = (marker: LossMarker) =>
      marker.comment === there.comment && isSamePlace(there, marker, sampleRate) && BY_SYNC.test(there.name);
    if (own.some(isAt) && !others.some(isAt)) writer.remove('marker', there.id);
  }
}

/** Recorders tell the place of one loss some milliseconds apart; losses do not come ten a second. */
function isSamePlace(a: LossMarker, b: LossMarker, sampleRate: number): boolean {
  return Math.abs(a.atSample - b.atSample) * 10 <= sampleRate;
}

function lossMarkers(
  camera: SourceRow,
  cameraPieces: readonly CameraPiece[],
  match: SyncMatchRow,
  sampleRate: number,
): LossMarker[] {
  const losses = cameraLosses(effectiveLine(match));
  return joinedAtLosses(cameraPieces, losses, sampleRate).flatMap((piece) =>
    losses.flatMap(({ cameraSeconds, lostSeconds }) => {
      const into = Math.round(cameraSeconds * sampleRate) - piece.inSample;
      if (into <= 0 || into >= piece.lengthSamples) return [];
      const verb = lostSeconds > 0 ? 'Camera lost' : 'Camera repeated';
      const name = `${verb} ${Math.abs(lostSeconds * 1000).toFixed(1)} ms`;
      const comment = `In ${camera.name}: from here on the recorder's sound is moved by as much, so that it stays in sync.`;
      return [{ atSample: piece.startSample + into, name, comment }];
    }),
  );
}
