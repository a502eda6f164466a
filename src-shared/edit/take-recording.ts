import type { TakeRow } from '../model/rows.ts';
import type { CommandOf } from './commands.ts';
import type { DocumentReader, DocumentWriter } from './document.ts';
import { countedLabel, existing, existingRows, refuse } from './refuse.ts';
import { checkSource, staysInFolder } from './source-edits.ts';
import { endsInEachLap } from './take-spans.ts';

/** What recording writes to the document while it goes on: takes that begin, punches, and what became of them. */

/** The number that the next take of a track gets. */
export function nextTakeNumber(reader: DocumentReader, trackId: number): number {
  return (
    reader.all('take').reduce((most, take) => (take.trackId === trackId ? Math.max(most, take.number) : most), 0) + 1
  );
}

/** `Boom_12A_003` of `Boom_12A_001`: the name of another take of the same file. */
export function takeName(name: string, number: number): string {
  return `${name.replace(/_\d+(-\d+)?$/, '').slice(0, 190)}_${String(number).padStart(3, '0')}`;
}

export function beginTakes(writer: DocumentWriter, command: CommandOf<'take.begin'>): string {
  const pass = writer.all('take').reduce((most, take) => Math.max(most, take.pass), 0) + 1;
  const paths = new Set(writer.all('take').map((take) => take.path));
  for (const take of command.takes) {
    const track = existing(writer, 'track', take.trackId);
    if (!staysInFolder(take.path)) {
      refuse(
        'take.path',
        `The path "${take.path}" does not stay inside the project folder.`,
        'Record into the folder "Audio Files".',
      );
    }
    if (paths.has(take.path)) {
      refuse('take.path', `Another take was recorded into "${take.path}".`, 'Give the file a name of its own.');
    }
    paths.add(take.path);
    const { loopFromSample: from, loopToSample: to } = take;
    if ((from === null) !== (to === null) || (from !== null && to !== null && to <= from)) {
      refuse('take.loop', `The loop for "${track.name}" ends where it starts, or before.`, 'Select a range to loop.');
    }
    writer.insert('take', {
      ...take,
      pass,
      sourceId: null,
      state: 'recording',
      inputChannels: JSON.stringify(take.inputChannels),
      rating: 0,
      circled: false,
    });
  }
  return countedLabel('Record', command.takes.length, 'track');
}

/** The takes of a pass that is being recorded, by file. */
function recordingFiles(writer: DocumentWriter, pass: number): TakeRow[][] {
  const takes = writer.all('take').filter((take) => take.pass === pass && take.state === 'recording');
  if (takes.length === 0) refuse('take.not-recording', `Pass ${pass} is not being recorded.`, 'Begin to record first.');
  return [...Map.groupBy(takes, (take) => take.path).values()];
}

export function punchIn(writer: DocumentWriter, command: CommandOf<'take.punchIn'>): string {
  for (const takes of recordingFiles(writer, command.pass)) {
    const last = takes.at(-1) as TakeRow;
    const { punchInSample, punchOutSample } = last;
    // Already in, or earlier than was planned.
    if (punchOutSample === null || command.atSample < punchOutSample) {
      writer.update('take', last.id, { punchInSample: Math.min(punchInSample ?? command.atSample, command.atSample) });
      continue;
    }
    const { id: _last, ...fields } = last;
    const number = nextTakeNumber(writer, last.trackId);
    writer.insert('take', {
      ...fields,
      number,
      name: takeName(last.name, number),
      punchInSample: command.atSample,
      punchOutSample: null,
    });
  }
  return 'Punch in';
}

export function punchOut(writer: DocumentWriter, command: CommandOf<'take.punchOut'>): string {
  for (const takes of recordingFiles(writer, command.pass)) {
    const last = takes.at(-1) as TakeRow;
    const { punchInSample, punchOutSample } = last;
    // Not in, or out already.
    if (punchInSample === null || command.atSample < punchInSample) continue;
    if (punchOutSample !== null && command.atSample >= punchOutSample) continue;
    // Laps that were punched have their ends.
    if (endsInEachLap(punchOutSample)) continue;
    writer.update('take', last.id, { punchOutSample: command.atSample });
  }
  return 'Punch out';
}

/**
 * Each file is taken in once: refused where none of its takes is being recorded any more. Takes keep their rows as far as
 * there are stretches for them; further stretches get takes of their own.
 */
export function finishTakes(writer: DocumentWriter, command: CommandOf<'take.finish'>): string {
  let finished = 0;
  for (const { path, state, source, spans } of command.files) {
    const takes = writer.all('take').filter((take) => take.path === path && take.state === 'recording');
    const [first] = takes;
    if (!first)
      return refuse('take.not-recording', `Nothing is being recorded into "${path}".`, 'Look for it in the bin.');
    if (source) checkSource(writer, source);
    const sourceId = source
      ? writer.insert('source', { ...source, pictureId: null, derivedFromId: null, derivation: '' }).id
      : null;
    for (const [place, span] of (source && sourceId ? spans : []).entries()) {
      const { startSample, punchInSample, punchOutSample } = span;
      const inside = startSample <= punchInSample && punchOutSample - startSample <= (source?.lengthSamples ?? 0);
      if (!inside || punchOutSample <= punchInSample) {
        refuse('take.beyond-file', `A take of "${path}" reaches beyond what was recorded.`, 'Record it again.');
      }
      const fields = { ...span, sourceId, state, loopFromSample: null, loopToSample: null };
      const take = takes[place];
      if (take) writer.update('take', take.id, fields);
      else {
        const { id: _first, ...plain } = first;
        const number = nextTakeNumber(writer, first.trackId);
        writer.insert('take', { ...plain, ...fields, number, name: takeName(first.name, number) });
      }
      finished += 1;
    }
    for (const take of takes.slice(source ? spans.length : 0)) writer.remove('take', take.id);
  }
  return countedLabel('Keep', finished, 'take');
}

export function discardTakes(writer: DocumentWriter, command: CommandOf<'take.discard'>): string {
  const takes = existingRows(writer, 'take', command.takeIds);
  for (const take of takes) {
    if (take.state !== 'recording') {
      refuse('take.not-recording', `"${take.name}" was recorded.`, 'Delete it if it is not wanted.');
    }
    writer.remove('take', take.id);
  }
  return countedLabel('Discard', takes.length, 'take');
}
