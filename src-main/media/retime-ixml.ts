import { convertSamples } from '../../src-shared/time/sample-position.ts';
import { type IxmlChunk, parseIxml } from './ixml-chunk.ts';

/** What of an iXML document changes when its sound is written at another rate. */
export type IxmlTiming = {
  /** The original file's own rate, by its format. */
  readonly fromRate: number;
  /** The rate that its time stamps count at. */
  readonly timestampRate: number;
  readonly toRate: number;
  readonly bitsPerSample: number;
  /** Samples since midnight at `toRate`; null where the file gives no time. */
  readonly timeReference: number | null;
};

type Edit = { readonly from: number; readonly to: number; readonly text: string };
type Span = { readonly from: number; readonly to: number };

const mostSyncPoints = 10_000;

/**
 * An iXML document with its rates, time stamps and sync points counted at another sample rate; every other byte of its
 * text, elements of makers included, stays as it was. Null where the document is so damaged that this cannot be done
 * for certain: then a new one is to be written.
 */
export function retimeIxml(text: string, timing: IxmlTiming): string | null {
  const before = parseIxml(text);
  if (!before) return null;
  const searchable = withoutComments(text);
  const root = { from: 0, to: text.length };
  const fields = timedFields(before, timing);
  const edits = [...encodingEdits(text)];
  for (const [element, values] of Object.entries(fields)) {
    const span = contentsOf(searchable, element, root).next().value;
    if (!span) continue;
    for (const [field, value] of values)
      for (const place of contentsOf(searchable, field, span)) edits.push({ ...place, text: value });
  }
  edits.push(...syncPointEdits(searchable, root, timing));
  const after = applied(text, edits);
  return isTimed(parseIxml(after), before, fields) ? after : null;
}

function timedFields(ixml: IxmlChunk, timing: IxmlTiming): Record<'SPEED' | 'BEXT', (readonly [string, string])[]> {
  const { fromRate, toRate, timeReference } = timing;
  const fileRate = Number(ixml.speed.FILE_SAMPLE_RATE) || fromRate;
  // A digitizer at another rate than the file's means a pull: the proportion says which.
  const digitizer = Math.round(((Number(ixml.speed.DIGITIZER_SAMPLE_RATE) || fileRate) * toRate) / fileRate);
  const high = timeReference === null ? '0' : String(Math.floor(timeReference / 0x1_0000_0000));
  const low = timeReference === null ? '0' : String(timeReference % 0x1_0000_0000);
  const stamps = (highName: string, lowName: string): (readonly [string, string])[] =>
    timeReference === null
      ? []
      : [
          [highName, high],
          [lowName, low],
        ];
  return {
    SPEED: [
      ['FILE_SAMPLE_RATE', String(toRate)],
      ['DIGITIZER_SAMPLE_RATE', String(digitizer)],
      ['TIMESTAMP_SAMPLE_RATE', String(toRate)],
      ['AUDIO_BIT_DEPTH', String(timing.bitsPerSample)],
      ...stamps('TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI', 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO'),
    ],
    BEXT: stamps('BWF_TIME_REFERENCE_HIGH', 'BWF_TIME_REFERENCE_LOW'),
  };
}

/** Whether every field that was there now reads as it should, and a low word has its high one where that counts. */
function isTimed(after: IxmlChunk | null, before: IxmlChunk, fields: ReturnType<typeof timedFields>): boolean {
  if (!after) return false;
  const pairs = [
    [fields.SPEED, before.speed, after.speed],
    [fields.BEXT, before.bext, after.bext],
  ] as const;
  return pairs.every(([values, old, now]) =>
    values.every(([name, value]) => {
      if (old[name] !== undefined) return now[name] === value;
      const low = name.replace(/HI(GH)?$/, (_, long) => (long ? 'LOW' : 'LO'));
      return low === name || old[low] === undefined || value === '0';
    }),
  );
}

/** Sync points count samples: from the file's first one, or from midnight where their type says ABSOLUTE. */
function syncPointEdits(searchable: string, root: Span, timing: IxmlTiming): Edit[] {
  const edits: Edit[] = [];
  let count = 0;
  for (const point of contentsOf(searchable, 'SYNC_POINT', root)) {
    if (++count > mostSyncPoints) break;
    const field = (name: string) => contentsOf(searchable, name, point).next().value ?? null;
    const whole = (span: Span | null) => {
      const digits = span ? searchable.slice(span.from, span.to).trim() : '';
      return /^\d{1,10}$/.test(digits) ? Number(digits) : null;
    };
    const type = field('SYNC_POINT_TYPE');
    const isAbsolute = type !== null && /ABSOLUTE/i.test(searchable.slice(type.from, type.to));
    const fromRate = isAbsolute ? timing.timestampRate : timing.fromRate;
    const [low, high, length] = [field('SYNC_POINT_LOW'), field('SYNC_POINT_HIGH'), field('SYNC_POINT_EVENT_DURATION')];
    const lowWord = whole(low);
    const highWord = whole(high) ?? 0;
    if (low && lowWord !== null && highWord < 0x1_0000) {
      const at = convertSamples(highWord * 0x1_0000_0000 + lowWord, fromRate, timing.toRate);
      edits.push({ ...low, text: String(at % 0x1_0000_0000) });
      if (high) edits.push({ ...high, text: String(Math.floor(at / 0x1_0000_0000)) });
    }
    const samples = whole(length);
    if (length && samples !== null)
      edits.push({ ...length, text: String(convertSamples(samples, timing.fromRate, timing.toRate)) });
  }
  return edits;
}

/** The text is written as UTF-8, whatever it was read from. */
function encodingEdits(text: string): Edit[] {
  const match = /^\s*<\?xml\s[^<>]{0,200}?encoding\s*=\s*["']([^"'<>]{1,40})["']/i.exec(text);
  if (!match) return [];
  const to = match[0].length - 1;
  return [{ from: to - match[1]!.length, to, text: 'UTF-8' }];
}

/** Where the contents of each element of a name lie inside a span, in order. Time is linear in the span. */
function* contentsOf(searchable: string, name: string, within: Span): Generator<Span, undefined> {
  const open = new RegExp(`<${name}(?=[\\s>])[^<>]*>`, 'gi');
  const close = new RegExp(`</${name}\\s{0,100}>`, 'gi');
  open.lastIndex = within.from;
  for (;;) {
    const start = open.exec(searchable);
    if (!start || open.lastIndex > within.to) return;
    close.lastIndex = open.lastIndex;
    const end = close.exec(searchable);
    if (!end || end.index > within.to) return;
    if (!start[0].endsWith('/>')) {
      yield { from: open.lastIndex, to: end.index };
      open.lastIndex = close.lastIndex;
    }
  }
}

/** The same text with blanks where comments and CDATA are, so that nothing is found in them. */
function withoutComments(text: string): string {
  return blanked(blanked(text, '<!--', '-->'), '<![CDATA[', ']]>');
}

function blanked(text: string, mark: string, end: string): string {
  const parts: string[] = [];
  let at = 0;
  for (;;) {
    const from = text.indexOf(mark, at);
    const to = from < 0 ? -1 : text.indexOf(end, from);
    if (to < 0) break;
    parts.push(text.slice(at, from), ' '.repeat(to + end.length - from));
    at = to + end.length;
  }
  return parts.join('') + text.slice(at);
}

function applied(text: string, edits: readonly Edit[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.from - b.from)) {
    if (edit.from < at) continue;
    parts.push(text.slice(at, edit.from), edit.text);
    at = edit.to;
  }
  return parts.join('') + text.slice(at);
}
