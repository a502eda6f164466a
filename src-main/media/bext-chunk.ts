/** The `bext` chunk of EBU Tech 3285, versions 0 to 2 (and 3, which only adds flags). Text is as written, trimmed. */
export type BextChunk = {
  readonly description: string;
  readonly originator: string;
  readonly originatorReference: string;
  /** As written: `2018-12-31`, some recorders `2019:01:01`. */
  readonly date: string;
  readonly time: string;
  /** Samples since midnight at the file's timestamp rate. */
  readonly timeReference: number;
  readonly version: number;
  /** 128 hex digits; null where it is all zero or the version has none. */
  readonly umid: string | null;
  /** LUFS, LU, dBTP, LUFS, LUFS; null before version 2, and where none of them is given. */
  readonly loudness: {
    readonly integratedLufs: number;
    readonly rangeLu: number;
    readonly maxTruePeakDbtp: number;
    readonly maxMomentaryLufs: number;
    readonly maxShortTermLufs: number;
  } | null;
  readonly codingHistory: string;
};

const fixedBytes = 602;
const timeReferenceAt = 338;
/** In a loudness field: the value is not given (EBU Tech 3285 section 2.3). */
const notGiven = 0x7fff;

/**
 * Reads a bext chunk. What follows a NUL in a text field is memory garbage in some recorders and is left out. Null
 * when the chunk is too short to hold a time reference.
 */
export function parseBext(bytes: Uint8Array): BextChunk | null {
  if (bytes.length < timeReferenceAt + 8) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, length: number) => fieldText(bytes.subarray(from, Math.min(from + length, bytes.length)));
  const version = bytes.length >= 348 ? view.getUint16(346, true) : 0;
  const high = view.getUint32(timeReferenceAt + 4, true);
  // Beyond 2^53 samples no clock has been running: a damaged field, kept as "no time".
  const timeReference = high < 0x20_0000 ? high * 0x1_0000_0000 + view.getUint32(timeReferenceAt, true) : 0;
  const umid = version >= 1 && bytes.length >= 412 ? Buffer.from(bytes.subarray(348, 412)).toString('hex') : '';
  const hundredths = (at: number) => view.getInt16(at, true) / 100;
  return {
    description: text(0, 256),
    originator: text(256, 32),
    originatorReference: text(288, 32),
    date: text(320, 10),
    time: text(330, 8),
    timeReference,
    version,
    umid: /[1-9a-f]/.test(umid) ? umid : null,
    loudness:
      version >= 2 &&
      bytes.length >= 422 &&
      [412, 414, 416, 418, 420].some((at) => view.getInt16(at, true) !== notGiven)
        ? {
            integratedLufs: hundredths(412),
            rangeLu: hundredths(414),
            maxTruePeakDbtp: hundredths(416),
            maxMomentaryLufs: hundredths(418),
            maxShortTermLufs: hundredths(420),
          }
        : null,
    codingHistory: text(fixedBytes, bytes.length),
  };
}

/** UTF-8 where it is valid, else Latin-1; up to the first NUL, without spaces and line ends around it. */
export function fieldText(bytes: Uint8Array): string {
  const nul = bytes.indexOf(0);
  const used = nul < 0 ? bytes : bytes.subarray(0, nul);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(used).trim();
  } catch {
    return Buffer.from(used).toString('latin1').trim();
  }
}

export type BextFields = {
  readonly description?: string;
  readonly originator?: string;
  readonly originatorReference?: string;
  /** `YYYY-MM-DD` and `HH:MM:SS`. */
  readonly date?: string;
  readonly time?: string;
  readonly timeReference: number;
  readonly umid?: string | null;
  readonly loudness?: BextChunk['loudness'];
  readonly codingHistory?: string;
};

/** Lays out a version 2 bext chunk, without its 8 bytes of chunk header. Text too long for its field is cut. */
export function makeBext(fields: BextFields): Uint8Array {
  const history = Buffer.from(fields.codingHistory ? `${fields.codingHistory.trimEnd()}\r\n` : '', 'utf8');
  const bytes = new Uint8Array(fixedBytes + history.length);
  const view = new DataView(bytes.buffer);
  const put = (at: number, length: number, text: string | undefined) => bytes.set(cutUtf8(text ?? '', length), at);
  put(0, 256, fields.description);
  put(256, 32, fields.originator);
  put(288, 32, fields.originatorReference);
  put(320, 10, fields.date);
  put(330, 8, fields.time);
  if (!Number.isSafeInteger(fields.timeReference) || fields.timeReference < 0)
    throw new RangeError(`a time reference of ${fields.timeReference} samples cannot be written`);
  view.setUint32(timeReferenceAt, fields.timeReference >>> 0, true);
  view.setUint32(timeReferenceAt + 4, Math.floor(fields.timeReference / 0x1_0000_0000), true);
  view.setUint16(346, 2, true);
  if (fields.umid) bytes.set(Buffer.from(fields.umid, 'hex').subarray(0, 64), 348);
  const loudness = fields.loudness;
  const values = loudness
    ? [
        loudness.integratedLufs,
        loudness.rangeLu,
        loudness.maxTruePeakDbtp,
        loudness.maxMomentaryLufs,
        loudness.maxShortTermLufs,
      ].map((value) => Math.max(-32_767, Math.min(32_766, Math.round(value * 100))))
    : [notGiven, notGiven, notGiven, notGiven, notGiven];
  values.forEach((value, index) => {
    view.setInt16(412 + index * 2, value, true);
  });
  bytes.set(history, fixedBytes);
  return bytes;
}

/** The UTF-8 of a text, cut to at most `limit` bytes at a character's border. */
export function cutUtf8(text: string, limit: number): Uint8Array {
  const bytes = Buffer.from(text.toWellFormed(), 'utf8');
  if (bytes.length <= limit) return bytes;
  let end = limit;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
