import type { SyncMatchRow } from '../model/rows.ts';
import { type CameraLoss, cameraLosses } from '../sync/camera-losses.ts';
import { effectiveLine } from '../sync/effective-line.ts';
import { type CameraPiece, pictureOf } from './camera-pieces.ts';
import { splitClipAt } from './clip-trim.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd } from './make-room.ts';
import { pictureLength, splitPictureClip } from './picture-edits.ts';
import { existing } from './refuse.ts';

/**
 * A camera that lost samples is cut in two where it did: picture and scratch part at one sample and stay where they are,
 * so that each side can be moved with the recorder's sound that is in sync with it.
 */

/**
 * Two cuts of one camera are at least this far apart, seconds: recorders tell the place of one loss some milliseconds
 * apart, and a piece of two frames serves nobody.
 */
const LEAST_PIECE_SECONDS = 0.1;

/**
 * Cuts a match's camera wherever it lies on the timeline: its picture at the frame that begins nearest to each loss, its
 * scratch at the same sample (at the loss itself where there is no picture). What is cut there already stays.
 */
export function cutAtLosses(writer: DocumentWriter, match: SyncMatchRow): void {
  const losses = cameraLosses(effectiveLine(match));
  if (losses.length === 0) return;
  const camera = existing(writer, 'source', match.cameraSourceId);
  const picture = pictureOf(writer, camera);
  const { sampleRate } = existing(writer, 'project', 1);
  const least = LEAST_PIECE_SECONDS * sampleRate;
  for (const { cameraSeconds } of losses) {
    const loss = Math.round(cameraSeconds * sampleRate);
    const isInside = (start: number, length: number) => loss - start >= least && start + length - loss >= least;
    const joints: { readonly loss: number; readonly cut: number }[] = [];
    for (const clip of picture ? writer.all('picture_clip') : []) {
      if (!picture || clip.pictureId !== picture.id) continue;
      const inSample = pictureLength(writer, picture, clip.sourceInFrame);
      if (!isInside(inSample, clip.lengthSamples)) continue;
      const place = clip.startSample + loss - inSample;
      const cut = splitPictureClip(writer, clip, place);
      if (cut !== null) joints.push({ loss: place, cut });
    }
    for (const clip of writer.clipsOfSource(camera.id)) {
      if (!isInside(clip.sourceInSample, clip.lengthSamples)) continue;
      const place = clip.startSample + loss - clip.sourceInSample;
      // Frames of a broken rate begin between samples: picture and scratch may be a sample off each other.
      const cut = joints.find((joint) => Math.abs(joint.loss - place) <= 1)?.cut ?? place;
      splitClipAt(writer, clip, cut);
    }
  }
}

/**
 * Pieces of a camera as they were before it was cut at its losses, by time: the recorder's sound is parted at the loss to
 * the sample, not at the frame beside it. Pieces that a person parted elsewhere stay apart.
 */
export function joinedAtLosses(
  pieces: readonly CameraPiece[],
  losses: readonly CameraLoss[],
  sampleRate: number,
): CameraPiece[] {
  if (losses.length === 0) return [...pieces];
  const joined: CameraPiece[] = [];
  for (const piece of [...pieces].sort((a, b) => a.startSample - b.startSample)) {
    const isAtLoss = losses.some(
      ({ cameraSeconds }) => Math.abs(cameraSeconds * sampleRate - piece.inSample) < LEAST_PIECE_SECONDS * sampleRate,
    );
    const index = joined.findIndex(
      (left) =>
        isAtLoss &&
        clipEnd(left) === piece.startSample &&
        Math.abs(left.inSample + left.lengthSamples - piece.inSample) <= 1,
    );
    const left = joined[index];
    if (!left) joined.push(piece);
    else joined[index] = { ...left, lengthSamples: left.lengthSamples + piece.lengthSamples };
  }
  return joined;
}
