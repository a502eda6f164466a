import type { ClipRow, SourceRow, TrackRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clearTrackRange, clipEnd, makeRoom } from './make-room.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/** Edits that put clips somewhere or take them away. */

/** No clip reaches beyond this; 2^45 samples are more than five years at 192 kHz. */
const LAST_SAMPLE = 2 ** 45;

/** A new clip row without fades, named after its source. */
export function plainClip(
  source: SourceRow,
  place: Pick<ClipRow, 'trackId' | 'sourceChannel' | 'startSample' | 'lengthSamples' | 'sourceInSample'>,
): Omit<ClipRow, 'id'> {
  return {
    trackId: place.trackId,
    sourceId: source.id,
    sourceChannel: place.sourceChannel,
    name: source.name,
    startSample: place.startSample,
    lengthSamples: place.lengthSamples,
    sourceInSample: place.sourceInSample,
    gainDb: 0,
    fadeInSamples: 0,
    fadeInShape: 'linear',
    fadeOutSamples: 0,
    fadeOutShape: 'linear',
    muted: false,
    polarityInverted: false,
    syncMatchId: null,
    declaredAsync: false,
  };
}

export function addClip(writer: DocumentWriter, command: CommandOf<'clip.add'>): string {
  const track = existing(writer, 'track', command.trackId);
  const source = existing(writer, 'source', command.sourceId);
  const { sourceChannel, sourceInSample, startSample } = command;
  if (sourceChannel + track.channelCount > source.channelCount) {
    refuse(
      'clip.channels',
      track.channelCount === 2
        ? `"${track.name}" is a stereo track and "${source.name}" has no channels ${sourceChannel + 1} and ${sourceChannel + 2}.`
        : `"${source.name}" has no channel ${sourceChannel + 1}.`,
      'Choose another channel of the source, or a track of another width.',
    );
  }
  const lengthSamples = command.lengthSamples ?? source.lengthSamples - sourceInSample;
  if (lengthSamples <= 0 || sourceInSample + lengthSamples > source.lengthSamples) {
    refuse(
      'clip.beyond-source',
      `"${source.name}" is ${source.lengthSamples} samples long; the clip asks for samples beyond its end.`,
      'Ask for a shorter clip or an earlier start in the source.',
    );
  }
  const place = { trackId: track.id, sourceChannel, startSample, lengthSamples, sourceInSample };
  const plain = plainClip(source, place);
  const fadeInSamples = Math.min(command.fadeInSamples ?? 0, lengthSamples);
  const clip = {
    ...plain,
    name: command.name ?? source.name,
    gainDb: command.gainDb ?? plain.gainDb,
    fadeInSamples,
    fadeInShape: command.fadeInShape ?? plain.fadeInShape,
    fadeOutSamples: Math.min(command.fadeOutSamples ?? 0, lengthSamples - fadeInSamples),
    fadeOutShape: command.fadeOutShape ?? plain.fadeOutShape,
    muted: command.muted ?? plain.muted,
    polarityInverted: command.polarityInverted ?? plain.polarityInverted,
  };
  makeRoom(writer, track.id, clip);
  writer.insert('clip', clip);
  return 'Add clip';
}

/** Where each clip of a group goes when the group moves: one clamped distance for all, tracks counted by position. */
function landings(
  writer: DocumentWriter,
  clips: readonly ClipRow[],
  deltaSamples: number,
  deltaTracks: number,
): { clip: ClipRow; trackId: number; startSample: number }[] {
  let earliest = Number.POSITIVE_INFINITY;
  let latest = 0;
  for (const clip of clips) {
    earliest = Math.min(earliest, clip.startSample);
    latest = Math.max(latest, clipEnd(clip));
  }
  const delta = Math.min(Math.max(deltaSamples, -earliest), Math.max(0, LAST_SAMPLE - latest));
  if (deltaTracks === 0) {
    return clips.map((clip) => ({ clip, trackId: clip.trackId, startSample: clip.startSample + delta }));
  }
  const byPosition: TrackRow[] = [];
  const byId = new Map<number, TrackRow>();
  for (const track of writer.all('track')) {
    byPosition[track.position] = track;
    byId.set(track.id, track);
  }
  return clips.map((clip) => {
    const from = byId.get(clip.trackId) as TrackRow;
    const to = byPosition[from.position + deltaTracks];
    if (!to) {
      return refuse(
        'clip.no-track',
        `"${clip.name}" would land ${deltaTracks < 0 ? 'above the first' : 'below the last'} track.`,
        'Move it by fewer tracks, or add tracks first.',
      );
    }
    if (to.channelCount !== from.channelCount) {
      refuse(
        'clip.width',
        `"${clip.name}" is ${from.channelCount === 2 ? 'stereo' : 'mono'} and "${to.name}" is a ${to.channelCount === 2 ? 'stereo' : 'mono'} track.`,
        'Move it to a track of its own width.',
      );
    }
    return { clip, trackId: to.id, startSample: clip.startSample + delta };
  });
}

/**
 * Makes room for a group that lands together. Where two of the group touch or crossfade, that edge is taken: no other
 * clip may crossfade into it.
 */
export function makeRoomForGroup(
  writer: DocumentWriter,
  targets: readonly { clip: ClipRow; trackId: number; startSample: number }[],
  keep?: ReadonlySet<number>,
): void {
  const places = targets
    .map(({ clip, trackId, startSample }) => ({ ...clip, trackId, startSample }))
    .sort((a, b) => a.trackId - b.trackId || a.startSample - b.startSample);
  for (const [index, place] of places.entries()) {
    const next = places[index + 1];
    if (!next || next.trackId !== place.trackId || next.startSample > clipEnd(place)) continue;
    place.fadeOutSamples = 0;
    next.fadeInSamples = 0;
  }
  for (const place of places) makeRoom(writer, place.trackId, place, keep);
}

export function moveClips(writer: DocumentWriter, command: CommandOf<'clip.move'>): string {
  const clips = existingRows(writer, 'clip', command.clipIds);
  const moving = new Set<number>(clips.map((clip) => clip.id));
  const targets = landings(writer, clips, command.deltaSamples, command.deltaTracks);
  makeRoomForGroup(writer, targets, moving);
  for (const { clip, trackId, startSample } of targets) writer.update('clip', clip.id, { trackId, startSample });
  return countedLabel('Move', clips.length, 'clip');
}

export function duplicateClips(writer: DocumentWriter, command: CommandOf<'clip.duplicate'>): string {
  const clips = existingRows(writer, 'clip', command.clipIds);
  const targets = landings(writer, clips, command.deltaSamples, command.deltaTracks);
  makeRoomForGroup(writer, targets);
  for (const { clip, trackId, startSample } of targets) {
    const { id: _original, ...copy } = clip;
    writer.insert('clip', { ...copy, trackId, startSample, syncMatchId: null });
  }
  return countedLabel('Duplicate', clips.length, 'clip');
}

export function removeClips(writer: DocumentWriter, command: CommandOf<'clip.remove'>): string {
  const clips = existingRows(writer, 'clip', command.clipIds);
  for (const clip of clips) writer.remove('clip', clip.id);
  return countedLabel('Delete', clips.length, 'clip');
}

export function clearRange(writer: DocumentWriter, command: CommandOf<'clip.clearRange'>): string {
  if (command.toSample <= command.fromSample) {
    refuse('range.empty', 'The range to clear ends where it starts, or before.', 'Select a range first.');
  }
  const tracks = existingRows(writer, 'track', command.trackIds);
  for (const track of tracks) clearTrackRange(writer, track.id, command.fromSample, command.toSample);
  return tracks.length === 1 ? 'Clear range' : `Clear range on ${tracks.length} tracks`;
}
