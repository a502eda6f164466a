import { type ClipRow, type SourceRow, STEMS, type SyncMatchRow } from '../model/rows.ts';
import { readDerivation } from '../sync/source-derivation.ts';
import { isReadableEvidence } from '../sync/sync-evidence.ts';
import type { DocumentReader } from './document.ts';
import { clipEnd, isCrossfade } from './make-room.ts';
import { pictureLength } from './picture-edits.ts';
import type { RowDiff } from './row-diff.ts';
import { staysInFolder } from './source-edits.ts';
import { takeViolations } from './take-invariants.ts';
import { tracksInOrder } from './track-edits.ts';

/**
 * Looks for rows that break what the document promises (see `model/rows.ts`) and says so in plain sentences, at most
 * `limit`. None in any document that was only ever edited by commands.
 */
export function findViolations(reader: DocumentReader, limit = 20): string[] {
  const found: string[] = [];
  for (const violation of violations(reader)) {
    found.push(violation);
    if (found.length >= limit) break;
  }
  return found;
}

/**
 * The same for what a diff has just written and what lies beside it: as quick as the diff is small. Finds what writing
 * those rows can have broken, not what was broken before elsewhere.
 */
export function findViolationsIn(reader: DocumentReader, diff: RowDiff, limit = 3): string[] {
  const found: string[] = [];
  for (const violation of violationsIn(reader, diff)) {
    if (!found.includes(violation)) found.push(violation);
    if (found.length >= limit) break;
  }
  return found;
}

function* violationsIn(reader: DocumentReader, diff: RowDiff): Generator<string> {
  const tables = new Set(diff.map((change) => change.table));
  if (tables.has('source') || tables.has('picture')) yield* fileViolations(reader);
  if (tables.has('track')) yield* trackViolations(reader);
  if (tables.has('sync_match') || tables.has('source')) yield* syncViolations(reader);
  if (tables.has('source_mark') || tables.has('source')) yield* markViolations(reader);
  if (['take', 'track', 'source'].some((table) => tables.has(table as 'take'))) yield* takeViolations(reader);
  if (tables.has('picture_clip') || tables.has('picture')) yield* pictureClipViolations(reader);
  const gainTrackIds = new Set<number>();
  const clips: ClipRow[] = [];
  for (const { table, before, after } of diff) {
    if (table === 'clip' && after) clips.push(after);
    if (table === 'gain_point' && after) gainTrackIds.add(after.trackId);
    if (table === 'sync_match' && after) yield* evidenceViolations(after);
    // What is heard of a source must still be there; a source can have a hundred thousand clips.
    const isCut =
      table === 'source' &&
      before &&
      after &&
      (after.lengthSamples < before.lengthSamples || after.channelCount < before.channelCount);
    if (isCut) clips.push(...reader.clipsOfSource(after.id));
  }
  for (const trackId of gainTrackIds) yield* gainViolations(reader, trackId);
  // Thousands of clips of one commit are of few sources and results.
  const sources = new Map<number, SourceRow | null>();
  const matches = new Map<number, boolean>();
  const rows: ClipLookup = {
    source: (id) => held(sources, id, () => reader.get('source', id)),
    hasMatch: (id) => held(matches, id, () => reader.get('sync_match', id) !== null),
  };
  for (const { first, from, to } of runsOf(clips)) {
    const track = reader.get('track', first.trackId);
    if (!track) yield `clip ${first.id} lies on track ${first.trackId}, which is not there`;
    else yield* clipViolations(reader.clipsOnTrack(track.id, from, to), track.channelCount, rows);
  }
}

function held<T>(known: Map<number, T>, id: number, ask: () => T): T {
  let value = known.get(id);
  if (value === undefined) {
    value = ask();
    known.set(id, value);
  }
  return value;
}

/** Stretches of tracks under clips, those that touch as one: what lies there is asked for once. */
function runsOf(clips: readonly ClipRow[]): { readonly first: ClipRow; readonly from: number; readonly to: number }[] {
  const runs: { first: ClipRow; from: number; to: number }[] = [];
  for (const clip of [...clips].sort((a, b) => a.trackId - b.trackId || a.startSample - b.startSample)) {
    const last = runs.at(-1);
    if (last && last.first.trackId === clip.trackId && clip.startSample <= last.to)
      last.to = Math.max(last.to, clipEnd(clip));
    else runs.push({ first: clip, from: clip.startSample, to: clipEnd(clip) });
  }
  return runs;
}

/** What a clip refers to, from wherever it is quick to ask. */
type ClipLookup = {
  readonly source: (id: number) => SourceRow | null | undefined;
  readonly hasMatch: (id: number) => boolean;
};

function* violations(reader: DocumentReader): Generator<string> {
  const project = reader.get('project', 1);
  if (!project || reader.all('project').length !== 1) {
    yield 'the document has not exactly one project row';
    return;
  }
  yield* fileViolations(reader);
  // Read once: asking the file again for each of a hundred thousand clips would be most of opening a project.
  const sources = new Map(reader.all('source').map((source) => [source.id as number, source]));
  const syncMatchIds = new Set(reader.all('sync_match').map((match) => match.id as number));
  const rows: ClipLookup = { source: (id) => sources.get(id), hasMatch: (id) => syncMatchIds.has(id) };
  yield* trackViolations(reader);
  let clipCount = 0;
  for (const track of tracksInOrder(reader)) {
    const clips = reader.clipsOnTrack(track.id, 0, Number.MAX_SAFE_INTEGER);
    clipCount += clips.length;
    yield* clipViolations(clips, track.channelCount, rows);
    yield* gainViolations(reader, track.id);
  }
  if (clipCount !== reader.all('clip').length) yield 'some clips lie on no track';
  yield* pictureClipViolations(reader);
  yield* syncViolations(reader);
  for (const match of reader.all('sync_match')) yield* evidenceViolations(match);
  yield* markViolations(reader);
  yield* takeViolations(reader);
}

function* fileViolations(reader: DocumentReader): Generator<string> {
  for (const source of reader.all('source')) {
    if (!source.linked && !staysInFolder(source.path)) yield `source ${source.id} lies outside the project folder`;
    if (source.pictureId !== null && !reader.get('picture', source.pictureId)) {
      yield `source ${source.id} names picture ${source.pictureId}, which is not there`;
    }
    if ((source.derivedFromId === null) !== (source.derivation === '')) {
      yield `source ${source.id} does not say both what it was resampled from and how`;
    } else if (source.derivedFromId !== null) {
      if (!reader.get('source', source.derivedFromId)) {
        yield `source ${source.id} was resampled from source ${source.derivedFromId}, which is not there`;
      }
      if (!readDerivation(source.derivation)) yield `source ${source.id} does not say how it was resampled`;
    }
  }
  for (const picture of reader.all('picture')) {
    if (picture.proxyPath !== null && !staysInFolder(picture.proxyPath)) {
      yield `the proxy of picture ${picture.id} lies outside the project folder`;
    }
  }
}

function* trackViolations(reader: DocumentReader): Generator<string> {
  for (const [place, track] of tracksInOrder(reader).entries()) {
    if (track.position !== place) yield `track ${track.id} is at position ${track.position}, not ${place}`;
    if (!(STEMS as readonly string[]).includes(track.stem)) yield `track ${track.id} is in no known stem`;
  }
}

function* gainViolations(reader: DocumentReader, trackId: number): Generator<string> {
  let last = -1;
  for (const point of reader.gainPointsOfTrack(trackId)) {
    if (point.atSample <= last) yield `gain breakpoint ${point.id} is not after the one before it`;
    last = point.atSample;
  }
}

function* clipViolations(clips: readonly ClipRow[], channelCount: number, rows: ClipLookup): Generator<string> {
  let before: ClipRow | null = null;
  for (const clip of clips) {
    const name = `clip ${clip.id}`;
    const source = rows.source(clip.sourceId);
    if (!source) yield `${name} plays source ${clip.sourceId}, which is not there`;
    else {
      if (clip.sourceChannel < 0 || clip.sourceChannel + channelCount > source.channelCount) {
        yield `${name} plays a channel that its source does not have`;
      }
      if (clip.sourceInSample < 0 || clip.sourceInSample + clip.lengthSamples > source.lengthSamples) {
        yield `${name} reaches beyond its source`;
      }
    }
    const times = [clip.startSample, clip.lengthSamples, clip.sourceInSample, clip.fadeInSamples, clip.fadeOutSamples];
    if (!times.every(Number.isSafeInteger)) yield `${name} has a time that is no whole number of samples`;
    if (clip.startSample < 0 || clip.lengthSamples <= 0) yield `${name} has no place on the timeline`;
    if (clip.fadeInSamples < 0 || clip.fadeOutSamples < 0) yield `${name} has a fade of negative length`;
    if (clip.fadeInSamples + clip.fadeOutSamples > clip.lengthSamples) yield `${name} has fades longer than itself`;
    if (clip.syncMatchId !== null && !rows.hasMatch(clip.syncMatchId)) {
      yield `${name} names sync result ${clip.syncMatchId}, which is not there`;
    }
    if (before && !isCrossfade(before, clip)) yield `clips ${before.id} and ${clip.id} overlap without a crossfade`;
    before = clip;
  }
}

function* pictureClipViolations(reader: DocumentReader): Generator<string> {
  const clips = reader.pictureClips(0, Number.MAX_SAFE_INTEGER);
  if (clips.length !== reader.all('picture_clip').length) yield 'some picture clips have no place on the timeline';
  let end = 0;
  for (const clip of clips) {
    const picture = reader.get('picture', clip.pictureId);
    if (!picture) {
      yield `picture clip ${clip.id} shows picture ${clip.pictureId}, which is not there`;
      continue;
    }
    if (clip.startSample < end) yield `picture clip ${clip.id} overlaps the one before it`;
    const frames = picture.frameCount - clip.sourceInFrame;
    if (clip.sourceInFrame < 0 || frames <= 0 || clip.lengthSamples > pictureLength(reader, picture, frames)) {
      yield `picture clip ${clip.id} reaches beyond its picture`;
    }
    end = clipEnd(clip);
  }
}

function* syncViolations(reader: DocumentReader): Generator<string> {
  for (const match of reader.all('sync_match')) {
    if (!reader.get('source', match.cameraSourceId)) yield `sync result ${match.id} names a camera that is not there`;
    if (match.recorderSourceId === null) {
      if (match.status !== 'unmatched') yield `sync result ${match.id} has no recorder and is not unmatched`;
    } else {
      const recorder = reader.get('source', match.recorderSourceId);
      if (!recorder) yield `sync result ${match.id} names a recorder that is not there`;
      else if (match.chosenChannel !== null && match.chosenChannel >= recorder.channelCount) {
        yield `sync result ${match.id} chooses a channel that its recorder does not have`;
      }
    }
  }
}

function* evidenceViolations(match: SyncMatchRow): Generator<string> {
  if (!isReadableEvidence(match.evidence)) yield `sync result ${match.id} holds evidence that cannot be read`;
}

function* markViolations(reader: DocumentReader): Generator<string> {
  for (const mark of reader.all('source_mark')) {
    const source = reader.get('source', mark.sourceId);
    if (!source) yield `source mark ${mark.id} lies on source ${mark.sourceId}, which is not there`;
    else if (mark.atSample < 0 || mark.atSample >= source.lengthSamples) {
      yield `source mark ${mark.id} lies beyond its source`;
    }
  }
}
