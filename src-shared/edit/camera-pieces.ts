import type { ClipRow, PictureClipRow, PictureRow, SourceRow } from '../model/rows.ts';
import type { DocumentReader } from './document.ts';
import { pictureLength } from './picture-edits.ts';

/** A piece of a camera file on the timeline: camera samples `[inSample, inSample + lengthSamples)` from `startSample`. */
export type CameraPiece = { readonly startSample: number; readonly inSample: number; readonly lengthSamples: number };

export function pictureOf(reader: DocumentReader, camera: SourceRow): PictureRow | null {
  return camera.pictureId === null ? null : reader.get('picture', camera.pictureId);
}

/** Where clips of a camera's picture lie, in camera samples. */
export function picturePieces(
  reader: DocumentReader,
  picture: PictureRow,
  clips: readonly PictureClipRow[],
): CameraPiece[] {
  return clips.map((clip) => ({
    startSample: clip.startSample,
    inSample: pictureLength(reader, picture, clip.sourceInFrame),
    lengthSamples: clip.lengthSamples,
  }));
}

/** Where scratch clips lie, each place once: two channels of a camera lie on two tracks but are one piece. */
export function scratchPieces(clips: readonly ClipRow[]): CameraPiece[] {
  const pieces = new Map<string, CameraPiece>();
  for (const clip of clips) {
    const piece = { startSample: clip.startSample, inSample: clip.sourceInSample, lengthSamples: clip.lengthSamples };
    pieces.set(`${piece.startSample}/${piece.inSample}/${piece.lengthSamples}`, piece);
  }
  return [...pieces.values()].sort((a, b) => a.startSample - b.startSample);
}

/** A camera's pieces as they are on the timeline: by its picture where it has any there, else by its scratch. */
export function piecesThere(reader: DocumentReader, camera: SourceRow): CameraPiece[] {
  const picture = pictureOf(reader, camera);
  const shown = picture ? reader.all('picture_clip').filter((clip) => clip.pictureId === picture.id) : [];
  return picture && shown.length > 0
    ? picturePieces(reader, picture, shown)
    : scratchPieces(reader.clipsOfSource(camera.id));
}
