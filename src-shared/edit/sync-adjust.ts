import type { SyncMatchRow } from '../model/rows.ts';
import { invertedChannels } from '../sync/inverted-channels.ts';
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
    if (after.rightsPolarity !== match.rightsPolarity) turnTied(writer, after);
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
function turnTied(writer: DocumentWriter, match: SyncMatchRow): void {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const inverted = invertedChannels(match, recorder.channelCount);
  for (const clip of writer.clipsOfMatch(match.id)) {
    const asSet = clip.polarityInverted !== match.rightsPolarity;
    if (inverted[clip.sourceChannel] && asSet)
      writer.update('clip', clip.id, { polarityInverted: match.rightsPolarity });
  }
}

/**
 * Mutes the clips of the microphones that were not chosen; of none chosen, only mixdowns that would sound beside
 * theirs. The chosen one goes to a track that sounds if its own is muted. What a person muted or unmuted, other than
 * `before` had it, stays so.
 */
function hearChosen(writer: DocumentWriter, before: SyncMatchRow, match: SyncMatchRow): void {
  const recorder = existing(writer, 'source', match.recorderSourceId ?? 0);
  const chosen = match.chosenChannel;
  for (const clip of writer.clipsOfMatch(match.id)) {
    const track = existing(writer, 'track', clip.trackId);
    const mutedBy = (channel: number | null) =>
      channel === null ? isMixdown(recorder, clip.sourceChannel) && !track.muted : clip.sourceChannel !== channel;
    const asSet = clip.muted === mutedBy(before.chosenChannel);
    if (!asSet) continue;
    let trackId = track.id;
    if (chosen === clip.sourceChannel && track.muted && track.channelCount === 1) {
      trackId = soundingTrack(writer, track.name, clip, match).id;
      makeRoom(writer, trackId, clip);
    }
    writer.update('clip', clip.id, { muted: mutedBy(chosen), trackId });
  }
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
