import { isReadableEvidence } from '../sync/sync-evidence.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentWriter } from './document.ts';
import { clipEnd } from './make-room.ts';
import { holdPictureClips } from './picture-edits.ts';
import { countedLabel } from './refuse.ts';
import { repairTakes } from './take-invariants.ts';

/**
 * Shortens picture clips that reach beyond their picture or into the next one, sound clips that reach beyond their
 * source, takes likewise, and fades longer than their clip; removes a clip of which nothing is left, and of sync results and marks on
 * sources what cannot be read. Nothing else is touched: where
 * the rows could mean two things, a person decides. Returns the label; a sound document is left as it is.
 */
export function repairDocument(writer: DocumentWriter, _command: CommandOf<'project.repair'>): string {
  const repaired = repairPictureClips(writer) + repairClips(writer);
  const tidied = repairMatches(writer) + repairMarks(writer);
  const takes = repairTakes(writer);
  if (repaired + tidied + takes === 0) return 'Repair nothing';
  if (repaired + tidied === 0) return countedLabel('Repair', takes, 'take');
  return repaired === 0 ? 'Repair sync results' : countedLabel('Repair', repaired, 'clip');
}

/** Evidence that cannot be read, and a chosen microphone that the recorder does not have, are as good as none. */
function repairMatches(writer: DocumentWriter): number {
  let repaired = 0;
  for (const match of writer.all('sync_match')) {
    const recorder = match.recorderSourceId === null ? null : writer.get('source', match.recorderSourceId);
    const beyond = recorder !== null && match.chosenChannel !== null && match.chosenChannel >= recorder.channelCount;
    const readable = isReadableEvidence(match.evidence);
    if (readable && !beyond) continue;
    writer.update('sync_match', match.id, {
      evidence: readable ? match.evidence : '',
      chosenChannel: beyond ? null : match.chosenChannel,
    });
    repaired += 1;
  }
  return repaired;
}

/** A mark beyond its source points at nothing. */
function repairMarks(writer: DocumentWriter): number {
  let removed = 0;
  for (const mark of writer.all('source_mark')) {
    const source = writer.get('source', mark.sourceId);
    if (source && mark.atSample < source.lengthSamples) continue;
    writer.remove('source_mark', mark.id);
    removed += 1;
  }
  return removed;
}

function repairPictureClips(writer: DocumentWriter): number {
  const before = new Map(writer.all('picture_clip').map((clip) => [clip.id, clip.lengthSamples]));
  for (const pictureId of new Set(writer.all('picture_clip').map((clip) => clip.pictureId))) {
    if (writer.get('picture', pictureId)) holdPictureClips(writer, pictureId);
  }
  const clips = [...writer.all('picture_clip')].sort((a, b) => a.startSample - b.startSample || a.id - b.id);
  for (const [place, clip] of clips.entries()) {
    const next = clips[place + 1];
    if (!next || clipEnd(clip) <= next.startSample) continue;
    const lengthSamples = next.startSample - clip.startSample;
    if (lengthSamples > 0) writer.update('picture_clip', clip.id, { lengthSamples });
    else writer.remove('picture_clip', clip.id);
  }
  const after = new Map(writer.all('picture_clip').map((clip) => [clip.id, clip.lengthSamples]));
  return [...before].filter(([id, lengthSamples]) => after.get(id) !== lengthSamples).length;
}

function repairClips(writer: DocumentWriter): number {
  const sources = new Map(writer.all('source').map((source) => [source.id as number, source]));
  let repaired = 0;
  for (const clip of writer.all('clip')) {
    const source = sources.get(clip.sourceId);
    if (!source) continue;
    const lengthSamples = Math.min(clip.lengthSamples, source.lengthSamples - clip.sourceInSample);
    const fadeInSamples = Math.min(clip.fadeInSamples, lengthSamples);
    const fadeOutSamples = Math.min(clip.fadeOutSamples, lengthSamples - fadeInSamples);
    if (lengthSamples <= 0) writer.remove('clip', clip.id);
    else if (
      lengthSamples !== clip.lengthSamples ||
      fadeInSamples !== clip.fadeInSamples ||
      fadeOutSamples !== clip.fadeOutSamples
    ) {
      writer.update('clip', clip.id, { lengthSamples, fadeInSamples, fadeOutSamples });
    } else continue;
    repaired += 1;
  }
  return repaired;
}
