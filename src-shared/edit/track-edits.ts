import type { GainPointRow, TrackRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentReader, DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/** Tracks top to bottom. */
export function tracksInOrder(reader: DocumentReader): TrackRow[] {
  return [...reader.all('track')].sort((a, b) => a.position - b.position);
}

/** The first mono track of each name, by {@link trackKey}. */
export function tracksByName(reader: DocumentReader): Map<string, TrackRow> {
  const named = new Map<string, TrackRow>();
  for (const track of tracksInOrder(reader)) {
    const key = trackKey(track.name);
    if (track.channelCount === 1 && !named.has(key)) named.set(key, track);
  }
  return named;
}

/** What two names that stand for one track have in common: case and space around them do not count. */
export function trackKey(name: string): string {
  return name.trim().toLowerCase();
}

function renumber(writer: DocumentWriter, ordered: readonly TrackRow[]): void {
  for (const [position, track] of ordered.entries()) {
    if (track.position !== position) writer.update('track', track.id, { position });
  }
}

/** Adds a track at a position, the end when left out; those from there on move down. */
export function insertTrack(
  writer: DocumentWriter,
  fields: Pick<TrackRow, 'name' | 'stem' | 'channelCount'> & { muted?: boolean; position?: number | undefined },
): TrackRow {
  const ordered = tracksInOrder(writer);
  const position = Math.min(fields.position ?? ordered.length, ordered.length);
  for (const track of ordered.slice(position)) writer.update('track', track.id, { position: track.position + 1 });
  return writer.insert('track', {
    name: fields.name,
    position,
    stem: fields.stem,
    channelCount: fields.channelCount,
    gainDb: 0,
    pan: 0,
    muted: fields.muted ?? false,
    soloed: false,
  });
}

export function addTrack(writer: DocumentWriter, command: CommandOf<'track.add'>): string {
  insertTrack(writer, command);
  return 'Add track';
}

export function updateTracks(writer: DocumentWriter, command: CommandOf<'track.update'>): string {
  const { kind: _kind, trackIds, ...wished } = command;
  const fields = Object.fromEntries(Object.entries(wished).filter(([, value]) => value !== undefined));
  const tracks = existingRows(writer, 'track', trackIds);
  for (const track of tracks) writer.update('track', track.id, fields);
  const names = Object.keys(fields);
  const [only] = names;
  if (names.length !== 1 || !only) return countedLabel('Change', tracks.length, 'track');
  const verbs: Record<string, string> = {
    name: 'Rename',
    stem: 'Change stem of',
    gainDb: 'Change gain of',
    pan: 'Pan',
    muted: wished.muted ? 'Mute' : 'Unmute',
    soloed: wished.soloed ? 'Solo' : 'Unsolo',
  };
  return countedLabel(verbs[only] ?? 'Change', tracks.length, 'track');
}

export function moveTrack(writer: DocumentWriter, command: CommandOf<'track.move'>): string {
  const track = existing(writer, 'track', command.trackId);
  const ordered = tracksInOrder(writer).filter((other) => other.id !== track.id);
  ordered.splice(Math.min(command.position, ordered.length), 0, track);
  renumber(writer, ordered);
  return 'Move track';
}

export function removeTracks(writer: DocumentWriter, command: CommandOf<'track.remove'>): string {
  const tracks = existingRows(writer, 'track', command.trackIds);
  for (const take of writer.all('take')) {
    const track = tracks.find(({ id }) => id === take.trackId);
    if (track && take.state === 'recording')
      refuse('take.recording', `"${track.name}" is being recorded on.`, 'Stop, then remove the track.');
    if (track) writer.remove('take', take.id);
  }
  for (const track of tracks) {
    for (const clip of writer.clipsOnTrack(track.id, 0, Number.MAX_SAFE_INTEGER)) writer.remove('clip', clip.id);
    for (const point of writer.gainPointsOfTrack(track.id)) writer.remove('gain_point', point.id);
    writer.remove('track', track.id);
  }
  renumber(writer, tracksInOrder(writer));
  return countedLabel('Delete', tracks.length, 'track');
}

/** Points at the same sample as an old one take its row over; of several at one sample the last counts. */
export function setGainPoints(writer: DocumentWriter, command: CommandOf<'track.gainPoints'>): string {
  const track = existing(writer, 'track', command.trackId);
  const { fromSample, toSample } = command;
  if (toSample < fromSample) {
    refuse('range.empty', 'The range of breakpoints ends before it starts.', 'Select a range first.');
  }
  const wanted = new Map<number, number>();
  for (const { atSample, gainDb } of command.points) {
    if (atSample < fromSample || atSample > toSample) {
      refuse(
        'gain-point.outside',
        `A breakpoint at sample ${atSample} lies outside the range ${fromSample} to ${toSample} that it should fill.`,
        'Widen the range or leave the point out.',
      );
    }
    wanted.set(atSample, gainDb);
  }
  for (const point of writer.gainPointsOfTrack(track.id) as readonly GainPointRow[]) {
    if (point.atSample < fromSample || point.atSample > toSample) continue;
    const gainDb = wanted.get(point.atSample);
    if (gainDb === undefined) writer.remove('gain_point', point.id);
    else if (gainDb !== point.gainDb) writer.update('gain_point', point.id, { gainDb });
    wanted.delete(point.atSample);
  }
  for (const [atSample, gainDb] of wanted) writer.insert('gain_point', { trackId: track.id, atSample, gainDb });
  return 'Change gain automation';
}
