import type { ClipRow, SyncMatchRow } from '../model/rows.ts';
import { invertedChannels } from '../sync/inverted-channels.ts';
import { readEvidence, withClipNotes } from '../sync/sync-evidence.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { makeRoom } from './make-room.ts';
import { isMixdown, soundingTrack } from './recorder-placement.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';
import { slipTied } from './slip-tied.ts';
import { SyncRelations } from './sync-relation.ts';

/** What a person sets on sync results, and how clips that were placed by them follow. */

/** Sets what the person chose on matches. Clips that are tied to an accepted one follow. */
export function adjustSync(writer: DocumentWriter, command: CommandOf<'sync.adjust'>): string {
  const matches = existingRows(writer, 'sync_match', command.matchIds);
  const relations = new SyncRelations(writer);
  for (const match of matches) {
    refuseUnmatched(writer, match);
    refuseChannelBeyond(writer, match, command.chosenChannel ?? null);
    const tied = writer.clipsOfMatch(match.id).map((clip) => ({ clip, error: relations.exactErrorOf(clip) }));
    const after = writer.update('sync_match', match.id, {
      nudgeSamplesAt48k: match.nudgeSamplesAt48k + (command.nudgeBySamplesAt48k ?? 0),
      followsClock: command.followsClock ?? match.followsClock,
      rightsPolarity: command.rightsPolarity ?? match.rightsPolarity,
      chosenChannel: command.chosenChannel === undefined ? match.chosenChannel : command.chosenChannel,
    });
    slipTied(writer, match, after, tied);
    if (after.rightsPolarity !== match.rightsPolarity) turnTied(writer, match, after);
    if (after.chosenChannel !== match.chosenChannel) hearChosen(writer, match, after);
  }
  return countedLabel(verbOf(command), matches.length, 'sync match', 'sync matches');
}

/** What the undo menu says was done; `Adjust` where it was more than one thing. */
function verbOf({
  nudgeBySamplesAt48k,
  followsClock,
  rightsPolarity,
  chosenChannel,
}: CommandOf<'sync.adjust'>): string {
  const verbs: string[] = [];
  if (nudgeBySamplesAt48k !== undefined) verbs.push('Nudge');
  if (followsClock !== undefined) verbs.push(followsClock ? 'Follow the clock in' : 'Follow the sound in');
  if (rightsPolarity !== undefined) verbs.push(rightsPolarity ? 'Right polarity of' : 'Leave polarity of');
  if (chosenChannel !== undefined) verbs.push(chosenChannel === null ? 'Hear all of' : 'Choose microphone of');
  return verbs.length === 1 ? (verbs[0] as string) : 'Adjust';
}

/** Turns the clips of inverted channels round, or back; what a person turned otherwise stays. */
function turnTied(writer: DocumentWriter, before: SyncMatchRow, match: SyncMatchRow): void {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const inverted = invertedChannels(match, recorder.channelCount);
  const clips = writer.clipsOfMatch(match.id).filter((clip) => inverted[clip.sourceChannel]);
  const free = leftToMatch(writer, match, clips, 'polarityInverted', () => before.rightsPolarity);
  for (const clip of free) writer.update('clip', clip.id, { polarityInverted: match.rightsPolarity });
}

/**
 * Mutes the clips of the microphones that were not chosen; of none chosen, only mixdowns that would sound beside
 * theirs. The chosen one goes to a track that sounds if its own is muted. What a person muted or unmuted stays so.
 */
function hearChosen(writer: DocumentWriter, before: SyncMatchRow, match: SyncMatchRow): void {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const isMutedBy = (channel: number | null, clip: ClipRow) =>
    channel === null
      ? isMixdown(recorder, clip.sourceChannel) && !existing(writer, 'track', clip.trackId).muted
      : clip.sourceChannel !== channel;
  const clips = writer.clipsOfMatch(match.id);
  const free = leftToMatch(writer, match, clips, 'muted', (clip) => isMutedBy(before.chosenChannel, clip));
  for (const clip of free) {
    const track = existing(writer, 'track', clip.trackId);
    const muted = isMutedBy(match.chosenChannel, clip);
    let trackId = track.id;
    if (match.chosenChannel === clip.sourceChannel && track.muted && track.channelCount === 1) {
      trackId = soundingTrack(writer, track.name, clip, match).id;
      makeRoom(writer, trackId, clip);
    }
    writer.update('clip', clip.id, { muted, trackId });
  }
}

/**
 * The clips whose state is what the match had last set. What is otherwise was set by a person: it is noted, so that it
 * is still theirs when the match comes to say the same, until they change it again.
 */
function leftToMatch(
  writer: DocumentWriter,
  match: SyncMatchRow,
  clips: readonly ClipRow[],
  field: 'muted' | 'polarityInverted',
  lastSet: (clip: ClipRow) => boolean,
): ClipRow[] {
  const evidence = writer.get('sync_match', match.id)?.evidence ?? '';
  const notes = new Map(readEvidence(evidence).setByHand.map((note) => [note.clipId, note]));
  const free = clips.filter((clip) => {
    const { [field]: noted, ...others } = notes.get(clip.id) ?? { clipId: clip.id };
    const isFree = noted === undefined || noted !== clip[field] ? clip[field] === lastSet(clip) : false;
    if (!isFree) notes.set(clip.id, { ...others, [field]: clip[field] });
    else if (Object.keys(others).length > 1) notes.set(clip.id, others);
    else notes.delete(clip.id);
    return isFree;
  });
  const setByHand = [...notes.values()].filter((note) => writer.get('clip', note.clipId)?.syncMatchId === match.id);
  const noted = withClipNotes(evidence, { setByHand });
  if (noted !== evidence) writer.update('sync_match', match.id, { evidence: noted });
  return free;
}

function refuseUnmatched(writer: DocumentWriter, match: SyncMatchRow): void {
  if (match.recorderSourceId !== null) return;
  const camera = existing(writer, 'source', match.cameraSourceId);
  refuse(
    'sync.unmatched',
    `"${camera.name}" has no recorder file yet: ${match.reason || 'nothing matched'}.`,
    'Choose one of the places it might belong to, or sync it by a mark on each file.',
  );
}

function refuseChannelBeyond(writer: DocumentWriter, match: SyncMatchRow, channel: number | null): void {
  if (channel === null) return;
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  if (channel < recorder.channelCount) return;
  refuse(
    'sync.channel',
    `"${recorder.name}" has no channel ${channel + 1}.`,
    'Choose one of the microphones of the recorder file.',
  );
}
