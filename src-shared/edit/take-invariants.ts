import { TAKE_STATES, type TakeRow } from '../model/rows.ts';
import type { DocumentReader, DocumentWriter } from './document.ts';
import { staysInFolder } from './source-edits.ts';

/** What takes promise (see `TakeRow`), as sentences where they break it. */
export function* takeViolations(reader: DocumentReader): Generator<string> {
  for (const take of reader.all('take')) {
    const name = `take ${take.id}`;
    if (!reader.get('track', take.trackId)) yield `${name} lies on track ${take.trackId}, which is not there`;
    if (!staysInFolder(take.path)) yield `${name} lies outside the project folder`;
    if (!(TAKE_STATES as readonly string[]).includes(take.state)) yield `${name} is in no known state`;
    if ((take.sourceId === null) !== (take.state === 'recording')) yield `${name} and its source contradict each other`;
    if (take.sourceId !== null) {
      if (!reader.get('source', take.sourceId)) yield `${name} plays source ${take.sourceId}, which is not there`;
      else if (!fits(reader, take)) yield `${name} reaches beyond its source`;
    }
  }
}

function fits(reader: DocumentReader, take: TakeRow): boolean {
  const { startSample, punchInSample, punchOutSample } = take;
  if (punchInSample === null || punchOutSample === null) return false;
  const length = reader.get('source', take.sourceId ?? 0)?.lengthSamples ?? 0;
  return (
    [startSample, punchInSample, punchOutSample].every(Number.isSafeInteger) &&
    punchInSample >= Math.max(0, startSample) &&
    punchInSample < punchOutSample &&
    punchOutSample - startSample <= length
  );
}

/** Shortens takes that reach beyond their source; one of which nothing is left goes. Returns how many were changed. */
export function repairTakes(writer: DocumentWriter): number {
  let repaired = 0;
  for (const take of writer.all('take')) {
    const source = take.sourceId === null ? null : writer.get('source', take.sourceId);
    if (!source || fits(writer, take)) continue;
    const { startSample } = take;
    const punchInSample = Math.max(take.punchInSample ?? 0, startSample, 0);
    const end = startSample + source.lengthSamples;
    const punchOutSample = Math.min(take.punchOutSample ?? end, end);
    if (punchOutSample > punchInSample) writer.update('take', take.id, { punchInSample, punchOutSample });
    else writer.remove('take', take.id);
    repaired += 1;
  }
  return repaired;
}
