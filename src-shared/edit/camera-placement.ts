import type { PictureRow, SourceRow, TrackRow } from '../model/rows.ts';
import { type FrameRate, frameToSample, sampleToFrame } from '../time/frame-rate.ts';
import { type CameraPiece, pictureOf, picturePieces, scratchPieces } from './camera-pieces.ts';
import { plainClip } from './clip-placement.ts';
import type { DocumentWriter } from './document.ts';
import { insertPictureClip, pictureLength } from './picture-edits.ts';
import { existing } from './refuse.ts';
import { insertTrack, trackKey, tracksByName } from './track-edits.ts';

/** Where accepted sync puts cameras: where they are, or strung out after everything else. */

/** Reserved for the sound of cameras. */
export const SCRATCH_TRACK = 'Scratch';

/** Puts the cameras that are not on the timeline there, completes those of which only picture or scratch is, and says where each lies. */
export function placeCameras(writer: DocumentWriter, cameras: readonly SourceRow[]): Map<number, CameraPiece[]> {
  const places = new Map<number, CameraPiece[]>();
  const unplaced: SourceRow[] = [];
  for (const camera of new Map(cameras.map((source) => [source.id, source])).values()) {
    const pieces = piecesOnTimeline(writer, camera);
    if (pieces) places.set(camera.id, pieces);
    else unplaced.push(camera);
  }
  unplaced.sort(byTimecodeThenName);
  const project = existing(writer, 'project', 1);
  const rate: FrameRate = {
    numerator: project.frameRateNumerator,
    denominator: project.frameRateDenominator,
    drop: project.dropFrame,
  };
  let end = writer.timelineEnd();
  for (const camera of unplaced) {
    // One second of nothing between takes, so that they are told apart; then on to the next frame.
    const startSample = end === 0 ? 0 : frameAtOrAfter(end + project.sampleRate, rate, project.sampleRate);
    const picture = pictureOf(writer, camera);
    const pictureSamples = picture ? pictureLength(writer, picture, picture.frameCount) : 0;
    if (picture && pictureSamples > 0) insertPictureClip(writer, picture, { startSample, sourceInFrame: 0 });
    const piece = { startSample, inSample: 0, lengthSamples: camera.lengthSamples };
    if (camera.lengthSamples > 0) addScratch(writer, camera, piece);
    const lengthSamples = Math.max(camera.lengthSamples, pictureSamples);
    places.set(camera.id, [{ ...piece, lengthSamples }]);
    end = startSample + lengthSamples;
  }
  return places;
}

function byTimecodeThenName(a: SourceRow, b: SourceRow): number {
  const first = a.timeReferenceSamples ?? Number.POSITIVE_INFINITY;
  const second = b.timeReferenceSamples ?? Number.POSITIVE_INFINITY;
  if (first !== second) return first < second ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : a.id - b.id;
}

function frameAtOrAfter(sample: number, rate: FrameRate, sampleRate: number): number {
  const frame = sampleToFrame(sample, rate, sampleRate);
  const start = frameToSample(frame, rate, sampleRate);
  return start < sample ? frameToSample(frame + 1, rate, sampleRate) : start;
}

/** The camera's pieces, by its picture where it has any there, else by its scratch; the missing one of the two is added. */
function piecesOnTimeline(writer: DocumentWriter, camera: SourceRow): CameraPiece[] | null {
  const picture = pictureOf(writer, camera);
  const pictureClips = picture ? writer.all('picture_clip').filter((clip) => clip.pictureId === picture.id) : [];
  const scratchClips = writer.clipsOfSource(camera.id);
  if (picture && pictureClips.length > 0) {
    const pieces = picturePieces(writer, picture, pictureClips);
    if (scratchClips.length === 0) for (const piece of pieces) addScratch(writer, camera, piece);
    return pieces;
  }
  if (scratchClips.length === 0) return null;
  const pieces = scratchPieces(scratchClips);
  if (picture) for (const piece of pieces) addPicture(writer, picture, piece);
  return pieces;
}

function addPicture(writer: DocumentWriter, picture: PictureRow, piece: CameraPiece): void {
  const rate: FrameRate = {
    numerator: picture.frameRateNumerator,
    denominator: picture.frameRateDenominator,
    drop: false,
  };
  const { sampleRate } = existing(writer, 'project', 1);
  // Picture starts on a frame: the first that begins inside the piece.
  const into = frameAtOrAfter(piece.inSample, rate, sampleRate);
  const sourceInFrame = sampleToFrame(into, rate, sampleRate);
  const available = pictureLength(writer, picture, Math.max(0, picture.frameCount - sourceInFrame));
  const lengthSamples = Math.min(piece.lengthSamples - (into - piece.inSample), available);
  const startSample = piece.startSample + into - piece.inSample;
  if (lengthSamples > 0) insertPictureClip(writer, picture, { startSample, sourceInFrame, lengthSamples });
}

function addScratch(writer: DocumentWriter, camera: SourceRow, piece: CameraPiece): void {
  const lengthSamples = Math.min(piece.lengthSamples, camera.lengthSamples - piece.inSample);
  if (lengthSamples <= 0) return;
  const track = scratchTrack(writer, piece.startSample, piece.startSample + lengthSamples);
  const clip = plainClip(camera, {
    trackId: track.id,
    sourceChannel: 0,
    startSample: piece.startSample,
    lengthSamples,
    sourceInSample: piece.inSample,
  });
  writer.insert('clip', clip);
}

/** The first scratch track on which nothing lies there yet; a new one is muted, so that the clean sound is what is heard. */
function scratchTrack(writer: DocumentWriter, fromSample: number, toSample: number): TrackRow {
  const named = tracksByName(writer);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? SCRATCH_TRACK : `${SCRATCH_TRACK} (${number})`;
    const track = named.get(trackKey(name));
    if (!track) return insertTrack(writer, { name, stem: 'DX', channelCount: 1, muted: true });
    if (number > 1 && !track.muted) continue;
    if (writer.clipsOnTrack(track.id, fromSample, toSample).length === 0) return track;
  }
}
