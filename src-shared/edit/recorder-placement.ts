import type { ClipRow, SourceRow, SyncMatchRow, TrackRow } from '../model/rows.ts';
import { cameraLosses } from '../sync/camera-losses.ts';
import { effectiveLine } from '../sync/effective-line.ts';
import { invertedChannels } from '../sync/inverted-channels.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import type { CameraPiece } from './camera-pieces.ts';
import { reachOverJoint } from './clip-fades.ts';
import { plainClip } from './clip-placement.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd, isCrossfade, makeRoom } from './make-room.ts';
import { isMixdownName } from './mixdown-name.ts';
import { crossfadeSamples, recorderPieces } from './recorder-pieces.ts';
import { existing, refuse } from './refuse.ts';
import { channelNamesOf } from './source-edits.ts';
import { insertTrack, trackNamed } from './track-edits.ts';

/** Puts an accepted recorder file under its camera: a clip a channel and stretch, joined without clicks. */

type Placed = Pick<ClipRow, 'startSample' | 'lengthSamples'>;

/** How a match's recorder file is placed: itself or its resampled copy, cut at pauses (samples of the recorder file). */
export type RecorderPlacement = { readonly source: SourceRow; readonly pauses: readonly number[] };

/**
 * Puts each channel of a match's recorder file under the camera's pieces, on the track of the channel's name. Returns
 * whether a drift was cut at pauses.
 */
export function placeRecorder(
  writer: DocumentWriter,
  match: SyncMatchRow,
  cameraPieces: readonly CameraPiece[],
  { source, pauses }: RecorderPlacement,
): boolean {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const camera = existing(writer, 'source', match.cameraSourceId);
  const { sampleRate } = existing(writer, 'project', 1);
  const line = effectiveLine(match);
  const placed = { lengthSamples: source.lengthSamples, derivation: readDerivation(source.derivation) };
  const runs = cameraPieces
    .map((piece) => recorderPieces(piece, line, placed, pauses, sampleRate))
    .filter((run) => run.length > 0);
  if (runs.length === 0) {
    refuse(
      'sync.no-overlap',
      `"${recorder.name}" does not reach any part of "${camera.name}" that is on the timeline.`,
      'Put more of the camera clip on the timeline, or leave this match out.',
    );
  }
  const inverted = match.rightsPolarity ? invertedChannels(match, source.channelCount) : [];
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
      const track = freeTrack(writer, name, run, match, begins);
      const clipIds = run.map(({ startSample, lengthSamples, inSample }) => {
        const place = { trackId: track.id, sourceChannel, startSample, lengthSamples, sourceInSample: inSample };
        const clip = { ...plainClip(source, place), ...channel };
        makeRoom(writer, track.id, clip);
        return writer.insert('clip', clip).id;
      });
      joinClips(writer, clipIds, sampleRate);
    }
  }
  for (const piece of cameraPieces) markLosses(writer, camera, piece, match, sampleRate);
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
    const jump = right.sourceInSample - (left.sourceInSample + left.lengthSamples);
    if (jump === 0) continue;
    const shape = Math.abs(jump) * 1000 < sampleRate ? 'linear' : 'equal-power';
    if (reachOverJoint(writer, left, right, { lengthSamples, shape }) > 0) continue;
    const out = Math.min(lengthSamples, left.lengthSamples - left.fadeInSamples);
    writer.update('clip', left.id, { fadeOutSamples: out, fadeOutShape: shape });
    const into = Math.min(lengthSamples, right.lengthSamples - right.fadeOutSamples);
    writer.update('clip', right.id, { fadeInSamples: into, fadeInShape: shape });
  }
}

/** Marks where a camera lost or repeated samples, once for all recorders of a camera. */
function markLosses(
  writer: DocumentWriter,
  camera: SourceRow,
  piece: CameraPiece,
  match: SyncMatchRow,
  sampleRate: number,
): void {
  for (const { cameraSeconds, lostSeconds } of cameraLosses(effectiveLine(match))) {
    const into = Math.round(cameraSeconds * sampleRate) - piece.inSample;
    if (into <= 0 || into >= piece.lengthSamples) continue;
    const atSample = piece.startSample + into;
    const verb = lostSeconds > 0 ? 'Camera lost' : 'Camera repeated';
    const there = writer.all('marker').some((marker) => marker.atSample === atSample && marker.name.startsWith(verb));
    if (there) continue;
    writer.insert('marker', {
      atSample,
      name: `${verb} ${Math.abs(lostSeconds * 1000).toFixed(1)} ms`,
      comment: `In ${camera.name}: from here on the recorder's sound is moved by as much, so that it stays in sync.`,
    });
  }
}

/**
 * Whether a channel is a mixdown of the others beside it: it would sound twice, so its track begins muted, there to be
 * compared with.
 */
export function isMixdown(recorder: SourceRow, channel: number): boolean {
  return recorder.channelCount > 1 && isMixdownName(channelNamesOf(recorder)[channel] ?? '');
}

/** A track of a name that sounds, for a clip of a match to go to from one that is muted without harm to others of it. */
export function soundingTrack(writer: DocumentWriter, name: string, clip: ClipRow, match: SyncMatchRow): TrackRow {
  const isFree = (track: TrackRow) =>
    writer.clipsOnTrack(track.id, clip.startSample, clipEnd(clip)).every((other) => {
      if (other.syncMatchId !== match.id) return true;
      return other.startSample < clip.startSample ? isCrossfade(other, clip) : isCrossfade(clip, other);
    });
  return freeTrack(writer, name, [clip], match, { muted: false, mustSound: true, isFree });
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
 * side by side with the same channel names get a track each. Consecutive files that overlap a little share one. The
 * microphone that was chosen to be heard does not go on a muted track.
 */
function freeTrack(
  writer: DocumentWriter,
  name: string,
  run: readonly Placed[],
  match: SyncMatchRow,
  begins: {
    readonly muted: boolean;
    readonly mustSound: boolean;
    readonly isFree?: (track: TrackRow) => boolean;
  },
): TrackRow {
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name} (${number})`;
    const track = trackNamed(writer, candidate);
    if (!track) {
      const { muted } = begins;
      return insertTrack(writer, { name: candidate.slice(0, 200), stem: 'DX', channelCount: 1, muted });
    }
    if ((begins.mustSound && track.muted) || begins.isFree?.(track) === false) continue;
    if (!isFilledByAnother(writer, track, run, match)) return track;
  }
}

/** Whether another recorder of the same camera has more than half of a run, or half of what it has there under it. */
function isFilledByAnother(
  writer: DocumentWriter,
  track: TrackRow,
  run: readonly Placed[],
  match: SyncMatchRow,
): boolean {
  const first = run[0] as Placed;
  const end = clipEnd(run.at(-1) as Placed);
  const others = new Map<number, { shared: number; length: number }>();
  for (const clip of writer.clipsOnTrack(track.id, first.startSample, end)) {
    if (clip.syncMatchId === null || clip.syncMatchId === match.id) continue;
    const other = existing(writer, 'sync_match', clip.syncMatchId);
    if (other.cameraSourceId !== match.cameraSourceId || other.recorderSourceId === match.recorderSourceId) continue;
    const so = others.get(other.id) ?? { shared: 0, length: 0 };
    so.shared += Math.min(clipEnd(clip), end) - Math.max(clip.startSample, first.startSample);
    so.length += clip.lengthSamples;
    others.set(other.id, so);
  }
  const runLength = end - first.startSample;
  return [...others.values()].some(({ shared, length }) => shared * 2 > Math.min(length, runLength));
}
