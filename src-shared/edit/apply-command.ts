import { declareClipsAsync, muteClips, renameClips, setClipGain, setClipPolarity } from './clip-edits.ts';
import { crossfadeClips, fadeClips } from './clip-fades.ts';
import { addClip, clearRange, duplicateClips, moveClips, removeClips } from './clip-placement.ts';
import { slipClips, splitClips, trimClips } from './clip-trim.ts';
import type { Command, CommandKind, CommandOf, SingleCommand } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { addMarker, removeMarkers, updateMarker } from './marker-edits.ts';
import { movePictures, placePicture, removePictures } from './picture-edits.ts';
import { updateProject } from './project-edits.ts';
import { repairDocument } from './repair.ts';
import { resyncClips } from './resync-clips.ts';
import {
  addSource,
  identifySource,
  relinkPicture,
  relinkSource,
  removeSources,
  renameSource,
  setPictureProxy,
  setSourceRole,
} from './source-edits.ts';
import { addSourceMark, removeSourceMarks, updateSourceMark } from './source-mark-edits.ts';
import { adjustSync } from './sync-adjust.ts';
import { assessMicrophones, chooseAlternative, syncByMarks } from './sync-by-hand.ts';
import { acceptSync, proposeSync, rejectSync } from './sync-edits.ts';
import { deleteTakes, placePass, promoteTake, rateTakes, renameTake } from './take-edits.ts';
import { beginTakes, discardTakes, finishTakes, punchIn, punchOut } from './take-recording.ts';
import { addTrack, moveTrack, removeTracks, setGainPoints, updateTracks } from './track-edits.ts';

type Edits = { [K in CommandKind]: (writer: DocumentWriter, command: CommandOf<K>) => string };

const EDITS: Edits = {
  'project.update': updateProject,
  'project.repair': repairDocument,
  'track.add': addTrack,
  'track.update': updateTracks,
  'track.move': moveTrack,
  'track.remove': removeTracks,
  'track.gainPoints': setGainPoints,
  'clip.add': addClip,
  'clip.move': moveClips,
  'clip.duplicate': duplicateClips,
  'clip.trim': trimClips,
  'clip.split': splitClips,
  'clip.slip': slipClips,
  'clip.remove': removeClips,
  'clip.clearRange': clearRange,
  'clip.fade': fadeClips,
  'clip.crossfade': crossfadeClips,
  'clip.gain': setClipGain,
  'clip.mute': muteClips,
  'clip.rename': renameClips,
  'clip.polarity': setClipPolarity,
  'clip.declareAsync': declareClipsAsync,
  'clip.resync': resyncClips,
  'picture.place': placePicture,
  'picture.move': movePictures,
  'picture.remove': removePictures,
  'source.add': addSource,
  'source.setRole': setSourceRole,
  'source.rename': renameSource,
  'source.relink': relinkSource,
  'source.identify': identifySource,
  'picture.setProxy': setPictureProxy,
  'picture.relink': relinkPicture,
  'source.remove': removeSources,
  'sync.propose': proposeSync,
  'sync.accept': acceptSync,
  'sync.reject': rejectSync,
  'sync.choose': chooseAlternative,
  'sync.adjust': adjustSync,
  'sync.byMarks': syncByMarks,
  'sync.assess': assessMicrophones,
  'sourceMark.add': addSourceMark,
  'sourceMark.update': updateSourceMark,
  'sourceMark.remove': removeSourceMarks,
  'marker.add': addMarker,
  'marker.update': updateMarker,
  'marker.remove': removeMarkers,
  'take.begin': beginTakes,
  'take.punchIn': punchIn,
  'take.punchOut': punchOut,
  'take.finish': finishTakes,
  'take.discard': discardTakes,
  'take.place': placePass,
  'take.promote': promoteTake,
  'take.rename': renameTake,
  'take.rate': rateTakes,
  'take.delete': deleteTakes,
};

function applySingle<K extends CommandKind>(writer: DocumentWriter, command: CommandOf<K>): string {
  return (EDITS[command.kind as K] as Edits[K])(writer, command);
}

/**
 * Does what a command wishes to a document and returns the label for the undo menu (`Move 3 clips`). The same over
 * the project file, over the renderer's mirror and over a draft. Throws a `TwopopError` when the wish cannot be
 * granted; whoever owns the writer then takes back what had been written before.
 */
export function applyCommand(writer: DocumentWriter, command: Command): string {
  if (command.kind !== 'batch') return applySingle(writer, command as SingleCommand);
  for (const single of command.commands) applySingle(writer, single);
  return command.label;
}
