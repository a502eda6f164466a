import { type FrameRate, parseFrameRate } from '../../src-shared/time/frame-rate.ts';
import type { BextChunk } from './bext-chunk.ts';
import type { IxmlChunk } from './ixml-chunk.ts';

/** What a recorder file says about itself, whichever of its chunks says it. Null is "the file does not say". */
export type RecorderMetadata = {
  readonly project: string | null;
  readonly scene: string | null;
  readonly take: string | null;
  readonly tape: string | null;
  readonly note: string | null;
  readonly circled: boolean | null;
  /** Samples since midnight, counted at `timestampSampleRate`. */
  readonly timeReference: number | null;
  readonly timestampSampleRate: number;
  /** Exact rate of the timecode; `drop` is false where the file does not say (see `dropFrame`). */
  readonly frameRate: FrameRate | null;
  readonly dropFrame: boolean | null;
  /** The rate the converter ran at, where it differs from the file's: the file is pulled. */
  readonly digitizerSampleRate: number | null;
  /** A name a channel in the order of the file; '' where that channel has none; null where no channel has. */
  readonly trackNames: readonly string[] | null;
};

/**
 * Joins iXML and bext: iXML wins field by field (gallery.co.uk/ixml, usage guidelines), then the `KEY=value` lines
 * that recorders write into the bext description.
 */
export function recorderMetadata(
  bext: BextChunk | null,
  ixml: IxmlChunk | null,
  wave: { readonly channelCount: number; readonly sampleRate: number },
): RecorderMetadata {
  const lines = descriptionFields(bext?.description ?? ixml?.bext.BWF_DESCRIPTION ?? '');
  const pick = (fromIxml: string | null | undefined, key: string) => fromIxml || lines.get(key) || null;
  const speed = ixml?.speed ?? {};
  const rate = frameRateOf(speed, lines);
  return {
    project: pick(ixml?.project, 'PROJECT'),
    scene: pick(ixml?.scene, 'SCENE'),
    take: pick(ixml?.take, 'TAKE'),
    tape: pick(ixml?.tape, 'TAPE'),
    note: pick(ixml?.note, 'NOTE'),
    circled: flag(ixml?.circled) ?? flag(lines.get('CIRCLED')),
    timeReference: timeReferenceOf(bext, ixml),
    timestampSampleRate: wholeRate(speed.TIMESTAMP_SAMPLE_RATE) ?? wholeRate(speed.FILE_SAMPLE_RATE) ?? wave.sampleRate,
    ...rate,
    digitizerSampleRate: wholeRate(speed.DIGITIZER_SAMPLE_RATE),
    trackNames: trackNamesOf(ixml, lines, wave.channelCount),
  };
}

/**
 * `KEY=value` lines of a bext description, by key without the one-letter prefix of its writer: `s` Sound Devices, `d`
 * Pro Tools, `g` Metacorder, none Zoom. The first of a key counts.
 */
export function descriptionFields(description: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of description.split(/[\r\n]+/)) {
    const match = /^\s*[a-z]?([A-Z][A-Z0-9_]*)=(.*)$/.exec(line);
    if (match && !fields.has(match[1]!)) fields.set(match[1]!, match[2]!.trim());
  }
  return fields;
}

function timeReferenceOf(bext: BextChunk | null, ixml: IxmlChunk | null): number | null {
  const speed = ixml?.speed ?? {};
  const stamped = words(speed.TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI ?? '0', speed.TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO);
  if (stamped !== null) return stamped;
  if (bext) return bext.timeReference;
  return words(ixml?.bext.BWF_TIME_REFERENCE_HIGH ?? '0', ixml?.bext.BWF_TIME_REFERENCE_LOW);
}

/** Two 32-bit words in decimal as one number; a word written as a negative number is the same bits unsigned. */
function words(high: string, low: string | undefined): number | null {
  if (low === undefined || !/^-?\d{1,10}$/.test(low.trim()) || !/^-?\d{1,10}$/.test(high.trim())) return null;
  const value = (Number(high) >>> 0) * 0x1_0000_0000 + (Number(low) >>> 0);
  return Number.isSafeInteger(value) ? value : null;
}

function frameRateOf(
  speed: Readonly<Record<string, string>>,
  lines: ReadonlyMap<string, string>,
): { frameRate: FrameRate | null; dropFrame: boolean | null } {
  const written = [
    speed.TIMECODE_RATE,
    speed.MASTER_SPEED,
    speed.CURRENT_SPEED,
    lines.get('SPEED'),
    lines.get('FRAMERATE'),
  ];
  let frameRate: FrameRate | null = null;
  let dropFrame = dropFlag(speed.TIMECODE_FLAG);
  for (const text of written) {
    const parsed = text ? parseFrameRate(text) : null;
    if (!parsed || parsed.numerator / parsed.denominator > 1000 || parsed.numerator < parsed.denominator) continue;
    frameRate ??= parsed;
    dropFrame ??= /DF?$/i.test(text!.trim()) ? parsed.drop : null;
  }
  // Labels are dropped at 30 and its multiples, with or without the 1000/1001 (SMPTE ST 12-1): elsewhere not.
  const canDrop = frameRate !== null && Math.ceil(frameRate.numerator / frameRate.denominator) % 30 === 0;
  if (!canDrop && dropFrame) dropFrame = false;
  return { frameRate: frameRate && { ...frameRate, drop: dropFrame ?? false }, dropFrame };
}

function dropFlag(text: string | undefined): boolean | null {
  const word = text?.trim().toUpperCase();
  return word === 'DF' ? true : word === 'NDF' || word === 'ND' ? false : null;
}

function wholeRate(text: string | undefined): number | null {
  const value = text && /^\d{1,7}(\.0+)?$/.test(text.trim()) ? Number(text) : 0;
  return value > 0 ? value : null;
}

function flag(text: string | null | undefined): boolean | null {
  const word = text?.trim().toUpperCase();
  if (word === 'TRUE' || word === 'YES' || word === '1') return true;
  return word === 'FALSE' || word === 'NO' || word === '0' ? false : null;
}

function trackNamesOf(
  ixml: IxmlChunk | null,
  lines: ReadonlyMap<string, string>,
  channelCount: number,
): readonly string[] | null {
  const names: string[] = Array.from({ length: channelCount }, () => '');
  const put = (channel: number, name: string | null | undefined) => {
    if (name && channel >= 0 && channel < channelCount && names[channel] === '') names[channel] = name;
  };
  const tracks = ixml?.tracks ?? [];
  tracks.forEach((track, index) => {
    // INTERLEAVE_INDEX is the place in the file; CHANNEL_INDEX only the recorder's input.
    const place = Number(track.interleaveIndex);
    put(Number.isInteger(place) && place >= 1 ? place - 1 : index, track.name);
  });
  if (names.every((name) => name === '')) {
    const listed = [...lines]
      .map(([key, name]) => ({ number: Number(/^TR(?:K|ACK)?(\d{1,3})$/.exec(key)?.[1] ?? Number.NaN), name }))
      .filter(({ number }) => number >= 1)
      .sort((a, b) => a.number - b.number);
    // More names than channels: the list is of the recorder's inputs and does not say which of them this file holds.
    if (listed.length <= channelCount)
      listed.forEach(({ number, name }, index) => {
        put(listed.length === channelCount ? index : number - 1, name);
      });
  }
  return names.some((name) => name !== '') ? names : null;
}
