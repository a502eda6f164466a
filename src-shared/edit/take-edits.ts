import type { TakeRow } from '../model/rows.ts';
import { plainClip } from './clip-placement.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentReader, DocumentWriter } from './document.ts';
import { makeRoom } from './make-room.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';

/** What a person does with takes: put them on the timeline, comp, name, rate and remove them. */

/** A take that was recorded to its end. */
type FinishedTake = TakeRow & {
  readonly sourceId: number;
  readonly punchInSample: number;
  readonly punchOutSample: number;
};

function isFinished(take: TakeRow): take is FinishedTake {
  return take.sourceId !== null && take.punchInSample !== null && take.punchOutSample !== null;
}

function mustBeFinished(take: TakeRow): FinishedTake {
  if (isFinished(take)) return take;
  return refuse('take.recording', `"${take.name}" is still being recorded.`, 'Stop first.');
}

function placeTake(writer: DocumentWriter, take: FinishedTake, fromSample: number, toSample: number): void {
  const source = existing(writer, 'source', take.sourceId);
  const track = existing(writer, 'track', take.trackId);
  if (track.channelCount > source.channelCount) {
    refuse(
      'take.width',
      `"${take.name}" is mono and "${track.name}" is a stereo track.`,
      'Place its source on a mono track instead.',
    );
  }
  const clip = plainClip(source, {
    trackId: track.id,
    sourceChannel: 0,
    startSample: fromSample,
    lengthSamples: toSample - fromSample,
    sourceInSample: fromSample - take.startSample,
  });
  makeRoom(writer, track.id, clip);
  writer.insert('clip', { ...clip, name: take.name });
}

/**
 * The takes of a pass that go on the timeline, oldest first, so that the newest is heard wherever it reaches. A lap that
 * was left before its half, over a whole one, is a layer only: nobody stops on the beat.
 */
export function takesToPlace(reader: DocumentReader, pass: number): TakeRow[] {
  const takes = reader.all('take').filter((take) => take.pass === pass && isFinished(take)) as FinishedTake[];
  return takes.filter((take) => {
    const length = take.punchOutSample - take.punchInSample;
    return !takes.some(
      (other) =>
        other.trackId === take.trackId &&
        other.id < take.id &&
        other.punchInSample <= take.punchInSample &&
        other.punchOutSample >= take.punchOutSample &&
        2 * length < other.punchOutSample - other.punchInSample,
    );
  });
}

export function placePass(writer: DocumentWriter, command: CommandOf<'take.place'>): string {
  const isWanted = ({ trackId }: TakeRow) => command.trackIds?.includes(trackId) ?? true;
  const takes = takesToPlace(writer, command.pass).filter(isWanted).map(mustBeFinished);
  if (takes.length === 0) {
    refuse('take.none', `Pass ${command.pass} has no takes that were recorded.`, 'Choose a take from the layers.');
  }
  for (const take of takes) placeTake(writer, take, take.punchInSample, take.punchOutSample);
  return countedLabel('Record', takes.length, 'take');
}

export function promoteTake(writer: DocumentWriter, command: CommandOf<'take.promote'>): string {
  const take = mustBeFinished(existing(writer, 'take', command.takeId));
  const { lengthSamples } = existing(writer, 'source', take.sourceId);
  const from = Math.max(command.fromSample ?? take.punchInSample, take.startSample, 0);
  const to = Math.min(command.toSample ?? take.punchOutSample, take.startSample + lengthSamples);
  if (to <= from) {
    refuse('take.range', `Nothing of "${take.name}" was recorded there.`, 'Select a range that the take reaches into.');
  }
  placeTake(writer, take, from, to);
  return 'Use take';
}

export function renameTake(writer: DocumentWriter, command: CommandOf<'take.rename'>): string {
  writer.update('take', existing(writer, 'take', command.takeId).id, { name: command.name });
  return 'Rename take';
}

export function rateTakes(writer: DocumentWriter, command: CommandOf<'take.rate'>): string {
  const takes = existingRows(writer, 'take', command.takeIds);
  const { rating, circled } = command;
  const fields = { ...(rating === undefined ? {} : { rating }), ...(circled === undefined ? {} : { circled }) };
  for (const take of takes) writer.update('take', take.id, fields);
  if (circled === undefined || rating !== undefined) return countedLabel('Rate', takes.length, 'take');
  return countedLabel(circled ? 'Circle' : 'Uncircle', takes.length, 'take');
}

export function deleteTakes(writer: DocumentWriter, command: CommandOf<'take.delete'>): string {
  const takes = existingRows(writer, 'take', command.takeIds);
  for (const take of takes) writer.remove('take', mustBeFinished(take).id);
  return countedLabel('Delete', takes.length, 'take');
}
