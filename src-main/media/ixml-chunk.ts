import { escapeXml, parseForgivingXml, type XmlElement } from './forgiving-xml.ts';

/** One track of an iXML TRACK_LIST. `interleaveIndex` is its place in this file, `channelIndex` the recorder's input. */
export type IxmlTrack = {
  readonly channelIndex: string | null;
  readonly interleaveIndex: string | null;
  readonly name: string | null;
  readonly function: string | null;
};

/** What an iXML chunk says, as written; null where it does not say, '' where the field is there but empty. */
export type IxmlChunk = {
  readonly project: string | null;
  readonly scene: string | null;
  readonly take: string | null;
  readonly tape: string | null;
  readonly circled: string | null;
  readonly wild: string | null;
  readonly note: string | null;
  readonly ubits: string | null;
  readonly fileUid: string | null;
  readonly familyUid: string | null;
  readonly fileSetIndex: string | null;
  readonly totalFiles: string | null;
  /** The fields of SPEED by their own names: MASTER_SPEED, TIMECODE_RATE, TIMECODE_FLAG, FILE_SAMPLE_RATE, ... */
  readonly speed: Readonly<Record<string, string>>;
  /** The fields of BEXT by their own names. */
  readonly bext: Readonly<Record<string, string>>;
  readonly tracks: readonly IxmlTrack[];
};

/** Decodes the chunk's bytes: UTF-16 with a byte order mark, else UTF-8, else Latin-1; garbage after the end goes. */
export function ixmlText(bytes: Uint8Array): string {
  let text: string;
  if (bytes[0] === 0xff && bytes[1] === 0xfe) text = new TextDecoder('utf-16le').decode(bytes);
  else if (bytes[0] === 0xfe && bytes[1] === 0xff) text = new TextDecoder('utf-16be').decode(bytes);
  else {
    const end = endOfRoot(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    const used = bytes.subarray(0, end);
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(used);
    } catch {
      text = Buffer.from(used).toString('latin1');
    }
  }
  const close = text.lastIndexOf('</BWFXML>');
  return (close < 0 ? text : text.slice(0, close + 9)).replaceAll('\0', ' ').trim();
}

function endOfRoot(bytes: Buffer): number {
  const close = bytes.lastIndexOf('</BWFXML>', undefined, 'latin1');
  if (close >= 0) return close + 9;
  const nul = bytes.indexOf(0);
  return nul > 0 ? nul : bytes.length;
}

/** Reads an iXML document. Null when there is no BWFXML element in it. */
export function parseIxml(text: string): IxmlChunk | null {
  const root = parseForgivingXml(text).find((element) => element.name.toUpperCase() === 'BWFXML');
  if (!root) return null;
  const fileSet = child(root, 'FILE_SET');
  const trackList = child(root, 'TRACK_LIST');
  return {
    project: textOf(root, 'PROJECT'),
    scene: textOf(root, 'SCENE'),
    take: textOf(root, 'TAKE'),
    tape: textOf(root, 'TAPE'),
    circled: textOf(root, 'CIRCLED'),
    wild: textOf(root, 'WILD_TRACK'),
    note: textOf(root, 'NOTE'),
    ubits: textOf(root, 'UBITS'),
    fileUid: textOf(root, 'FILE_UID'),
    familyUid: fileSet ? textOf(fileSet, 'FAMILY_UID') : null,
    fileSetIndex: fileSet ? textOf(fileSet, 'FILE_SET_INDEX') : null,
    totalFiles: fileSet ? textOf(fileSet, 'TOTAL_FILES') : null,
    speed: fieldsOf(child(root, 'SPEED')),
    bext: fieldsOf(child(root, 'BEXT')),
    tracks: (trackList?.children ?? [])
      .filter((element) => element.name.toUpperCase() === 'TRACK')
      .slice(0, 1024)
      .map((track) => ({
        channelIndex: textOf(track, 'CHANNEL_INDEX'),
        interleaveIndex: textOf(track, 'INTERLEAVE_INDEX'),
        name: textOf(track, 'NAME'),
        function: textOf(track, 'FUNCTION'),
      })),
  };
}

function child(element: XmlElement, name: string): XmlElement | undefined {
  return element.children.find((candidate) => candidate.name.toUpperCase() === name);
}

function textOf(element: XmlElement, name: string): string | null {
  return child(element, name)?.text ?? null;
}

function fieldsOf(element: XmlElement | undefined): Record<string, string> {
  const fields: Record<string, string> = Object.create(null);
  for (const field of element?.children.slice(0, 100) ?? [])
    if (field.children.length === 0) fields[field.name.toUpperCase()] ??= field.text;
  return fields;
}

export type IxmlFields = {
  readonly project?: string | null;
  readonly scene?: string | null;
  readonly take?: string | null;
  readonly tape?: string | null;
  readonly circled?: boolean | null;
  readonly note?: string | null;
  readonly fileUid?: string;
  /** Exact rate and drop flag of the timecode, where there is one. */
  readonly frameRate?: { readonly numerator: number; readonly denominator: number; readonly drop: boolean } | null;
  readonly sampleRate: number;
  readonly bitsPerSample: number;
  /** Samples since midnight at `sampleRate`; null writes no timestamp. */
  readonly timeReference: number | null;
  /** A name for each channel in the order of the file; '' where unnamed. */
  readonly trackNames: readonly string[];
};

/** Writes an iXML 1.61 document. */
export function makeIxml(fields: IxmlFields): string {
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<BWFXML>', '  <IXML_VERSION>1.61</IXML_VERSION>'];
  const put = (indent: string, tag: string, value: string | number | null | undefined) => {
    if (value !== null && value !== undefined) lines.push(`${indent}<${tag}>${escapeXml(String(value))}</${tag}>`);
  };
  put('  ', 'PROJECT', fields.project);
  put('  ', 'SCENE', fields.scene);
  put('  ', 'TAKE', fields.take);
  put('  ', 'TAPE', fields.tape);
  put('  ', 'CIRCLED', fields.circled == null ? null : fields.circled ? 'TRUE' : 'FALSE');
  put('  ', 'NOTE', fields.note);
  put('  ', 'FILE_UID', fields.fileUid);
  lines.push('  <SPEED>');
  if (fields.frameRate) {
    const rate = `${fields.frameRate.numerator}/${fields.frameRate.denominator}`;
    put('    ', 'MASTER_SPEED', rate);
    put('    ', 'CURRENT_SPEED', rate);
    put('    ', 'TIMECODE_RATE', rate);
    put('    ', 'TIMECODE_FLAG', fields.frameRate.drop ? 'DF' : 'NDF');
  }
  put('    ', 'FILE_SAMPLE_RATE', fields.sampleRate);
  put('    ', 'AUDIO_BIT_DEPTH', fields.bitsPerSample);
  put('    ', 'DIGITIZER_SAMPLE_RATE', fields.sampleRate);
  if (fields.timeReference !== null) {
    put('    ', 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI', Math.floor(fields.timeReference / 0x1_0000_0000));
    put('    ', 'TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO', fields.timeReference % 0x1_0000_0000);
    put('    ', 'TIMESTAMP_SAMPLE_RATE', fields.sampleRate);
  }
  lines.push('  </SPEED>', '  <TRACK_LIST>');
  put('    ', 'TRACK_COUNT', fields.trackNames.length);
  fields.trackNames.forEach((name, index) => {
    lines.push('    <TRACK>');
    put('      ', 'CHANNEL_INDEX', index + 1);
    put('      ', 'INTERLEAVE_INDEX', index + 1);
    if (name) put('      ', 'NAME', name);
    lines.push('    </TRACK>');
  });
  lines.push('  </TRACK_LIST>', '</BWFXML>', '');
  return lines.join('\n');
}
