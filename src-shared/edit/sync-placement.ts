import type { PictureRow, SourceRow, SyncMatchRow, TrackRow } from '../model/rows.ts';
import { type FrameRate, frameToSample, sampleToFrame } from '../time/frame-rate.ts';
import { type CameraPiece, pictureOf, picturePieces, scratchPieces } from './camera-pieces.ts';
import { plainClip } from './clip-placement.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd, makeRoom } from './make-room.ts';
import { insertPictureClip, pictureLength } from './picture-edits.ts';
import { existing, refuse } from './refuse.ts';
import { channelNamesOf } from './source-edits.ts';
import { insertTrack, tracksInOrder } from './track-edits.ts';

/**
 * Where accepted sync puts things: cameras where they are or strung out after everything else, recorder channels
 * under them. Owns the arithmetic from offset and drift to whole samples.
 */

const SCRATCH_TRACK = 'Scratch';

/**
 * What recorders call their mixdown: Mix, MixL, Mix R, Mixdown, Mono Mix. Beside the microphones it was made of it
 * would sound twice, so its track begins muted, there to be compared with.
 */
const MIXDOWN_NAME = /^(mono |stereo )?mix(down)?[ _-]?[lr12]?$/i;

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
  const track =
    trackNamed(writer, SCRATCH_TRACK) ??
    // Muted, so that the clean sound is what is heard.
    insertTrack(writer, { name: SCRATCH_TRACK, stem: 'DX', channelCount: 1, muted: true });
  const clip = plainClip(camera, {
    trackId: track.id,
    sourceChannel: 0,
    startSample: piece.startSample,
    lengthSamples,
    sourceInSample: piece.inSample,
  });
  makeRoom(writer, track.id, clip);
  writer.insert('clip', clip);
}

function trackNamed(writer: DocumentWriter, name: string): TrackRow | null {
  const wanted = name.toLowerCase();
  return (
    tracksInOrder(writer).find((track) => track.channelCount === 1 && track.name.trim().toLowerCase() === wanted) ??
    null
  );
}

/** What of a recorder file lies under a camera piece, shifted by whole samples. */
export type RecorderPiece = { readonly startSample: number; readonly inSample: number; readonly lengthSamples: number };

/**
 * The overlap of a camera piece and a recorder file. The shift from camera to recorder samples is the whole number
 * that leaves no error at the middle of the overlap; what drift leaves towards its ends is half of drift times length.
 * Null when the two do not overlap.
 */
export function recorderUnder(
  piece: CameraPiece,
  match: Pick<SyncMatchRow, 'offsetSamplesAt48k' | 'driftPpm'>,
  recorderLengthSamples: number,
  sampleRate: number,
): RecorderPiece | null {
  const offset = (match.offsetSamplesAt48k * sampleRate) / 48000;
  const speed = 1 + match.driftPpm * 1e-6;
  const from = Math.max(piece.inSample, -offset / speed);
  const to = Math.min(piece.inSample + piece.lengthSamples, (recorderLengthSamples - offset) / speed);
  if (to <= from) return null;
  const middle = (from + to) / 2;
  const shift = Math.round(offset + middle * speed - middle);
  const cameraIn = Math.max(piece.inSample, -shift);
  const cameraOut = Math.min(piece.inSample + piece.lengthSamples, recorderLengthSamples - shift);
  if (cameraOut <= cameraIn) return null;
  return {
    startSample: piece.startSample + cameraIn - piece.inSample,
    inSample: cameraIn + shift,
    lengthSamples: cameraOut - cameraIn,
  };
}

/** Puts each channel of a match's recorder file under the camera's pieces, on the track of the channel's name. */
export function placeRecorder(writer: DocumentWriter, match: SyncMatchRow, cameraPieces: readonly CameraPiece[]): void {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const { sampleRate } = existing(writer, 'project', 1);
  const pieces = cameraPieces
    .map((piece) => recorderUnder(piece, match, recorder.lengthSamples, sampleRate))
    .filter((piece) => piece !== null);
  if (pieces.length === 0) {
    const camera = existing(writer, 'source', match.cameraSourceId);
    refuse(
      'sync.no-overlap',
      `"${recorder.name}" does not reach any part of "${camera.name}" that is on the timeline.`,
      'Put more of the camera clip on the timeline, or leave this match out.',
    );
  }
  for (const [sourceChannel, name] of trackNamesOf(recorder).entries()) {
    for (const piece of pieces) {
      const track = freeTrack(writer, name, piece, match, recorder.channelCount > 1 && MIXDOWN_NAME.test(name));
      const { startSample, lengthSamples, inSample } = piece;
      const place = { trackId: track.id, sourceChannel, startSample, lengthSamples, sourceInSample: inSample };
      const clip = { ...plainClip(recorder, place), syncMatchId: match.id };
      makeRoom(writer, track.id, clip);
      writer.insert('clip', clip);
    }
  }
}

/** A track name for each channel: the recorder's, `Ch 1` where it gave none, numbered where it gave one twice. */
function trackNamesOf(recorder: SourceRow): string[] {
  const used = new Map<string, number>();
  return channelNamesOf(recorder).map((given, channel) => {
    const name = given || `Ch ${channel + 1}`;
    const count = (used.get(name.toLowerCase()) ?? 0) + 1;
    used.set(name.toLowerCase(), count);
    return count === 1 ? name : `${name} ${count}`;
  });
}

/**
 * The track of a name that another recorder of the same camera does not already fill there: two recorders that ran
 * side by side with the same channel names get a track each. Consecutive files that overlap a little share one.
 */
function freeTrack(
  writer: DocumentWriter,
  name: string,
  piece: RecorderPiece,
  match: SyncMatchRow,
  muteNew: boolean,
): TrackRow {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    const track = trackNamed(writer, candidate);
    if (!track)
      return insertTrack(writer, { name: candidate.slice(0, 200), stem: 'DX', channelCount: 1, muted: muteNew });
    const end = piece.startSample + piece.lengthSamples;
    const taken = writer.clipsOnTrack(track.id, piece.startSample, end).some((clip) => {
      if (clip.syncMatchId === null || clip.sourceId === match.recorderSourceId) return false;
      if (existing(writer, 'sync_match', clip.syncMatchId).cameraSourceId !== match.cameraSourceId) return false;
      const shared = Math.min(clipEnd(clip), end) - Math.max(clip.startSample, piece.startSample);
      return shared * 2 > Math.min(clip.lengthSamples, piece.lengthSamples);
    });
    if (!taken) return track;
  }
}
