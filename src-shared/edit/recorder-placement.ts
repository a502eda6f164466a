import type { ClipRow, SourceRow, SyncMatchRow, TrackRow } from '../model/rows.ts';
import { cameraLosses } from '../sync/camera-losses.ts';
import { effectiveLine } from '../sync/effective-line.ts';
import { invertedChannels } from '../sync/inverted-channels.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import { readEvidence } from '../sync/sync-evidence.ts';
import type { CameraPiece } from './camera-pieces.ts';
import { SCRATCH_TRACK } from './camera-placement.ts';
import { reachOverJoint } from './clip-fades.ts';
import { plainClip } from './clip-placement.ts';
import type { DocumentWriter } from './document.ts';
import { joinedAtLosses } from './loss-cuts.ts';
import { markLosses } from './loss-markers.ts';
import { clipEnd, isCrossfade, makeRoom } from './make-room.ts';
import { isMixdownName } from './mixdown-name.ts';
import { oneLineName } from './one-line-text.ts';
import { crossfadeSamples, recorderPieces } from './recorder-pieces.ts';
import { existing, refuse } from './refuse.ts';
import { channelNamesOf } from './source-edits.ts';
import { insertTrack, trackKey, tracksByName } from './track-edits.ts';

/** Puts an accepted recorder file under its camera: a clip a channel and stretch, joined without clicks. */

type Placed = Pick<ClipRow, 'startSample' | 'lengthSamples'> &
  Partial<Pick<ClipRow, 'fadeInSamples' | 'fadeOutSamples'>>;

/**
 * How a match's recorder file is placed: by piece of its line (from 0) itself or a copy resampled from it; cut at pauses
 * (samples of the recorder file).
 */
export type RecorderPlacement = {
  readonly sourceOf: (linePiece: number) => SourceRow;
  readonly pauses: readonly number[];
};

/**
 * Puts each channel of a match's recorder file under the camera's pieces, on the track of the channel's name. Returns
 * whether a drift was cut at pauses.
 */
export function placeRecorder(
  writer: DocumentWriter,
  match: SyncMatchRow,
  cameraPieces: readonly CameraPiece[],
  { sourceOf, pauses }: RecorderPlacement,
): boolean {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const camera = existing(writer, 'source', match.cameraSourceId);
  const { sampleRate } = existing(writer, 'project', 1);
  const line = effectiveLine(match);
  const placedOf = (linePiece: number) => {
    const { lengthSamples, derivation } = sourceOf(linePiece);
    return { lengthSamples, derivation: readDerivation(derivation) };
  };
  const runs = joinedAtLosses(cameraPieces, cameraLosses(line), sampleRate)
    .map((piece) => recorderPieces(piece, line, placedOf, pauses, sampleRate))
    .filter((run) => run.length > 0);
  if (runs.length === 0) {
    refuse(
      'sync.no-overlap',
      `"${recorder.name}" does not reach any part of "${camera.name}" that is on the timeline.`,
      'Put more of the camera clip on the timeline, or leave this match out.',
    );
  }
  // Looked up once: a day has hundreds of tracks, and each run may ask for many of them.
  const named = tracksByName(writer);
  const inverted = match.rightsPolarity ? invertedChannels(match, recorder.channelCount) : [];
  for (const [sourceChannel, name] of trackNamesOf(recorder).entries()) {
    const chosen = match.chosenChannel === sourceChannel;
    const begins = { muted: isMixdown(recorder, sourceChannel) && !chosen, mustSound: chosen };
    const channel = {
      name: recorder.name,
      muted: match.chosenChannel !== null && !chosen,
      polarityInverted: inverted[sourceChannel] ?? false,
      syncMatchId: match.id,
    };
    for (const run of runs) {
      const track = freeTrack(writer, named, name, run, match, begins);
      const clipIds = run.map(({ startSample, lengthSamples, inSample, linePiece }) => {
        const place = { trackId: track.id, sourceChannel, startSample, lengthSamples, sourceInSample: inSample };
        const clip = { ...plainClip(sourceOf(linePiece), place), ...channel };
        makeRoom(writer, track.id, clip);
        return writer.insert('clip', clip).id;
      });
      joinClips(writer, clipIds, sampleRate);
    }
  }
  markLosses(writer, camera, cameraPieces, match);
  return runs.some((run) => run.some(({ afterPause }) => afterPause));
}

/**
 * Joins clips that follow each other and do not go on in the same sound: 5 ms of crossfade by their handles, fades
 * where they have none. What lies less than a millisecond apart sounds nearly the same, so it is faded linearly; else
 * the crossfade would be louder in its middle.
 */
function joinClips(writer: DocumentWriter, clipIds: readonly number[], sampleRate: number): void {
  const lengthSamples = crossfadeSamples(sampleRate);
  for (const [index, rightId] of clipIds.entries()) {
    const left = index > 0 ? writer.get('clip', clipIds[index - 1] as number) : null;
    const right = writer.get('clip', rightId);
    if (!left || !right || clipEnd(left) !== right.startSample) continue;
    const jump = recorderSample(writer, right, 0) - recorderSample(writer, left, left.lengthSamples);
    if (jump === 0 && left.sourceId === right.sourceId) continue;
    const shape = Math.abs(jump) * 1000 < sampleRate ? 'linear' : 'equal-power';
    if (reachOverJoint(writer, left, right, { lengthSamples, shape }) > 0) continue;
    const out = Math.min(lengthSamples, left.lengthSamples - left.fadeInSamples);
    writer.update('clip', left.id, { fadeOutSamples: out, fadeOutShape: shape });
    const into = Math.min(lengthSamples, right.lengthSamples - right.fadeOutSamples);
    writer.update('clip', right.id, { fadeInSamples: into, fadeInShape: shape });
  }
}

/** Where in its recorder file a clip is `into` samples after its start, whether it plays that or a resampled copy. */
function recorderSample(writer: DocumentWriter, clip: ClipRow, into: number): number {
  const derivation = readDerivation(existing(writer, 'source', clip.sourceId).derivation);
  const at = clip.sourceInSample + into;
  return derivation ? derivation.fromSample + at * (1 + derivation.driftPpm * 1e-6) : at;
}

/**
 * Whether a channel is a mixdown of the others beside it: it would sound twice, so its track begins muted, there to be
 * compared with.
 */
export function isMixdown(recorder: SourceRow, channel: number): boolean {
  return recorder.channelCount > 1 && isMixdownName(channelNamesOf(recorder)[channel] ?? '');
}

/** A track of a name that sounds and has room, for a clip of a match to go to from one that is muted. */
export function soundingTrack(writer: DocumentWriter, name: string, clip: ClipRow, match: SyncMatchRow): TrackRow {
  return freeTrack(writer, tracksByName(writer), name, [clip], match, { muted: false, mustSound: true });
}

/**
 * A track name for each channel, no two alike: the recorder's on one line, `Ch 1` where it gave none, numbered where it
 * gave one twice.
 */
function trackNamesOf(recorder: SourceRow): string[] {
  const given = channelNamesOf(recorder).map((name, channel) => oneLineName(name, LONGEST_NAME) || `Ch ${channel + 1}`);
  const used = new Set<string>();
  return given.map((name) => {
    let free = name;
    // A number that would make another channel's name is passed over: that one keeps its own.
    for (let number = 2; used.has(free.toLowerCase()); number += 1) {
      const numbered = `${name} ${number}`;
      if (!given.some((other) => other.toLowerCase() === numbered.toLowerCase())) free = numbered;
    }
    used.add(free.toLowerCase());
    return free;
  });
}

/** Leaves room for a number in the 200 characters of a track's name. */
const LONGEST_NAME = 180;

/**
 * The track of a name on which there is room: two recorders that ran side by side with the same channel names get a
 * track each, and so does what a person put there. Consecutive files that overlap a little share one. The microphone
 * that was chosen to be heard does not go on a muted track, and none on that of the cameras' scratch. `named` are the
 * tracks there are; one that is made is added to it.
 */
function freeTrack(
  writer: DocumentWriter,
  named: Map<string, TrackRow>,
  name: string,
  run: readonly Placed[],
  match: SyncMatchRow,
  begins: { readonly muted: boolean; readonly mustSound: boolean },
): TrackRow {
  const isScratch = name.toLowerCase() === SCRATCH_TRACK.toLowerCase();
  for (let number = isScratch ? 2 : 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    const track = named.get(trackKey(candidate));
    if (!track) {
      const fresh = insertTrack(writer, { name: candidate, stem: 'DX', channelCount: 1, muted: begins.muted });
      named.set(trackKey(candidate), fresh);
      return fresh;
    }
    if (begins.mustSound && track.muted) continue;
    if (!isFilled(writer, track, run, match)) return track;
  }
}

/**
 * Whether putting a run on a track would take away what is to stay there: any clip but those that a rejected match of
 * the camera left, and the ends of a consecutive file. A file is consecutive if less than half of the run, and of what
 * it has there, lies under the other.
 */
function isFilled(writer: DocumentWriter, track: TrackRow, run: readonly Placed[], match: SyncMatchRow): boolean {
  const first = run[0] as Placed;
  const end = clipEnd(run.at(-1) as Placed);
  const others = new Map<number, { shared: number; length: number }>();
  for (const clip of writer.clipsOnTrack(track.id, first.startSample, end)) {
    if (clip.syncMatchId === match.id) {
      if (run.every((placed) => canLieBeside(clip, placed))) continue;
      return true;
    }
    if (clip.syncMatchId === null) {
      const source = existing(writer, 'source', clip.sourceId);
      if (wasPlacedFor(writer, match, source.derivedFromId ?? source.id)) continue;
      return true;
    }
    const other = existing(writer, 'sync_match', clip.syncMatchId);
    if (other.cameraSourceId !== match.cameraSourceId) return true;
    const so = others.get(other.id) ?? { shared: 0, length: 0 };
    so.shared += Math.min(clipEnd(clip), end) - Math.max(clip.startSample, first.startSample);
    so.length += clip.lengthSamples;
    others.set(other.id, so);
  }
  const runLength = end - first.startSample;
  return [...others.values()].some(({ shared, length }) => shared * 2 > Math.min(length, runLength));
}

/** Whether clips of a recorder file that are tied to nothing may be what a rejected match of the camera left. */
function wasPlacedFor(writer: DocumentWriter, match: SyncMatchRow, recorderSourceId: number): boolean {
  if (match.recorderSourceId === recorderSourceId) return true;
  const isFormer = readEvidence(match.evidence).alternatives.some(
    (place) => place.former !== undefined && place.recorderSourceId === recorderSourceId,
  );
  return (
    isFormer ||
    writer
      .all('sync_match')
      .some(
        (other) =>
          other.cameraSourceId === match.cameraSourceId &&
          other.recorderSourceId === recorderSourceId &&
          other.status === 'rejected',
      )
  );
}

/** Whether two clips of one match can be on one track: apart, or crossfaded as its pieces are. */
function canLieBeside(clip: ClipRow, placed: Placed): boolean {
  const place = { fadeInSamples: 0, fadeOutSamples: 0, ...placed };
  return clip.startSample < place.startSample ? isCrossfade(clip, place) : isCrossfade(place, clip);
}
