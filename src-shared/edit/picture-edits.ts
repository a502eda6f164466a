import type { PictureClipRow, PictureRow } from '../model/rows.ts';
import { type FrameRate, frameToSample, sampleToFrame, snapToFrame } from '../time/frame-rate.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentReader, DocumentWriter } from './document.ts';
import { clipEnd } from './make-room.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/** The one picture track: clips never overlap, and each starts on a frame of its own picture. */

/** Timeline samples that the first `frameCount` frames of a picture last. */
export function pictureLength(reader: DocumentReader, picture: PictureRow, frameCount: number): number {
  return frameToSample(frameCount, rateOf(picture), existing(reader, 'project', 1).sampleRate);
}

function rateOf(picture: PictureRow): FrameRate {
  return { numerator: picture.frameRateNumerator, denominator: picture.frameRateDenominator, drop: false };
}

/** What is left of a picture clip from its first frame at or after `atSample`; null when that is nothing. */
function pieceFrom(
  reader: DocumentReader,
  clip: PictureClipRow,
  atSample: number,
): Pick<PictureClipRow, 'startSample' | 'lengthSamples' | 'sourceInFrame'> | null {
  const picture = existing(reader, 'picture', clip.pictureId);
  const { sampleRate } = existing(reader, 'project', 1);
  const into = atSample - clip.startSample;
  let frames = sampleToFrame(into, rateOf(picture), sampleRate);
  if (frameToSample(frames, rateOf(picture), sampleRate) < into) frames += 1;
  const startSample = clip.startSample + frameToSample(frames, rateOf(picture), sampleRate);
  const sourceInFrame = clip.sourceInFrame + frames;
  const lengthSamples = Math.min(
    clipEnd(clip) - startSample,
    pictureLength(reader, picture, picture.frameCount - sourceInFrame),
  );
  return lengthSamples > 0 ? { startSample, lengthSamples, sourceInFrame } : null;
}

/** Trims, splits or removes the picture under `[fromSample, toSample)`, except the clips in `keep`. */
function makePictureRoom(
  writer: DocumentWriter,
  fromSample: number,
  toSample: number,
  keep: ReadonlySet<number> = new Set(),
): void {
  for (const clip of writer.pictureClips(fromSample, toSample)) {
    if (keep.has(clip.id)) continue;
    const right = clipEnd(clip) > toSample ? pieceFrom(writer, clip, toSample) : null;
    if (clip.startSample < fromSample) {
      if (right) writer.insert('picture_clip', { pictureId: clip.pictureId, name: clip.name, ...right });
      writer.update('picture_clip', clip.id, { lengthSamples: fromSample - clip.startSample });
    } else if (right) writer.update('picture_clip', clip.id, right);
    else writer.remove('picture_clip', clip.id);
  }
}

/**
 * Splits a picture clip at the frame that begins nearest to `atSample` and returns where that is; nothing moves. Null,
 * and nothing is done, where no frame but its first begins there inside the clip.
 */
export function splitPictureClip(writer: DocumentWriter, clip: PictureClipRow, atSample: number): number | null {
  const rate = rateOf(existing(writer, 'picture', clip.pictureId));
  const { sampleRate } = existing(writer, 'project', 1);
  const into = snapToFrame(Math.max(0, atSample - clip.startSample), rate, sampleRate);
  if (into <= 0 || into >= clip.lengthSamples) return null;
  const right = pieceFrom(writer, clip, clip.startSample + into);
  if (!right) return null;
  writer.update('picture_clip', clip.id, { lengthSamples: right.startSample - clip.startSample });
  writer.insert('picture_clip', { pictureId: clip.pictureId, name: clip.name, ...right });
  return right.startSample;
}

/** Puts a picture on the timeline and makes room for it. `lengthSamples` is all that is left when left out. */
export function insertPictureClip(
  writer: DocumentWriter,
  picture: PictureRow,
  place: { startSample: number; sourceInFrame: number; lengthSamples?: number | undefined },
): PictureClipRow {
  const available = pictureLength(writer, picture, Math.max(0, picture.frameCount - place.sourceInFrame));
  const lengthSamples = place.lengthSamples ?? available;
  if (lengthSamples <= 0 || lengthSamples > available) {
    refuse(
      'picture.beyond-source',
      `"${picture.name}" has ${picture.frameCount} frames; the clip asks for picture beyond its end.`,
      'Ask for a shorter piece or an earlier first frame.',
    );
  }
  makePictureRoom(writer, place.startSample, place.startSample + lengthSamples);
  return writer.insert('picture_clip', {
    pictureId: picture.id,
    name: picture.name,
    startSample: place.startSample,
    lengthSamples,
    sourceInFrame: place.sourceInFrame,
  });
}

export function placePicture(writer: DocumentWriter, command: CommandOf<'picture.place'>): string {
  insertPictureClip(writer, existing(writer, 'picture', command.pictureId), command);
  return 'Place picture';
}

export function movePictures(writer: DocumentWriter, command: CommandOf<'picture.move'>): string {
  const clips = existingRows(writer, 'picture_clip', command.pictureClipIds);
  const moving = new Set<number>(clips.map((clip) => clip.id));
  const earliest = clips.reduce((least, clip) => Math.min(least, clip.startSample), Number.POSITIVE_INFINITY);
  const delta = Math.max(command.deltaSamples, -earliest);
  for (const clip of clips) makePictureRoom(writer, clip.startSample + delta, clipEnd(clip) + delta, moving);
  for (const clip of clips) writer.update('picture_clip', clip.id, { startSample: clip.startSample + delta });
  return countedLabel('Move', clips.length, 'picture clip');
}

export function removePictures(writer: DocumentWriter, command: CommandOf<'picture.remove'>): string {
  const clips = existingRows(writer, 'picture_clip', command.pictureClipIds);
  for (const clip of clips) writer.remove('picture_clip', clip.id);
  return countedLabel('Delete', clips.length, 'picture clip');
}

/** Shortens or removes clips that reach past the end of their picture, which rows of older versions may do. */
export function holdPictureClips(writer: DocumentWriter, pictureId: number): void {
  const picture = existing(writer, 'picture', pictureId);
  for (const clip of writer.all('picture_clip')) {
    if (clip.pictureId !== pictureId) continue;
    const available = pictureLength(writer, picture, Math.max(0, picture.frameCount - clip.sourceInFrame));
    if (available <= 0) writer.remove('picture_clip', clip.id);
    else if (clip.lengthSamples > available) writer.update('picture_clip', clip.id, { lengthSamples: available });
  }
}
