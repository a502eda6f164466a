import { countingBase, frameToSample, sampleToFrame } from './frame-rate.ts';
import type { SamplePosition } from './sample-position.ts';
import { formatTimecode, type ProjectClock, parseTimecode, type TimecodeProblem, timecodeAt } from './timecode.ts';

/**
 * Timecode as editors type it: whole, with parts left out, as plain digits from the right, or as a distance with a
 * sign. And positions as they are shown to be typed over: what is shown is read back as itself.
 */

/** Two digits a field, counted from the right: `1000` is 10 seconds, `12` is 12 frames. */
const DIGITS = /^\d{1,8}$/;
/** One to four fields, then hundredths of a frame or samples into the frame. */
const FIELDS = /^((?:\d{1,2}[:;.,]){0,3}\d{1,3})(?:\.(\d{1,2})|\s*\+\s*(\d{1,6})(?:\s*(?:smp|sa|samples?))?)?$/i;
/** A distance in one unit. */
const UNIT = /^(\d{1,9})\s*(f|fr|frames?|smp|sa|samples?)$/i;

type Fields = { readonly fields: readonly number[]; readonly hundredths: number; readonly samples: number };

function fieldsOf(text: string): Fields | null {
  if (DIGITS.test(text)) {
    const padded = text.padStart(Math.ceil(text.length / 2) * 2, '0');
    return { fields: (padded.match(/\d\d/g) ?? []).map(Number), hundredths: 0, samples: 0 };
  }
  const match = FIELDS.exec(text);
  if (!match) return null;
  const fields = match[1]!.split(/[:;.,]/).map(Number);
  // A fraction belongs to frames that are told apart from it by the three fields before them.
  if (match[2] !== undefined && fields.length < 4) return null;
  return { fields, hundredths: Number((match[2] ?? '').padEnd(2, '0')), samples: Number(match[3] ?? 0) };
}

/**
 * Reads a typed place: `01:00:10:00`, `01:00:10:00.50`, `01:00:10:00 +480 smp`, `10:00`, `1000`; or, with a sign, a
 * distance from `from`: `+1000`, `-12`, `+480 smp`. Fields are filled from the right; where hours are left out they are
 * the first that bring the place to the project's start or behind it. Returns a timeline position (negative before the
 * start) or the problem with the text.
 */
export function positionOfEntry(
  text: string,
  clock: ProjectClock,
  from: SamplePosition,
): SamplePosition | TimecodeProblem {
  const trimmed = text.trim();
  const sign = /^[+\-−]/.exec(trimmed)?.[0];
  if (sign) return movedBy(trimmed.slice(1).trim(), sign === '+' ? 1 : -1, clock, from);
  const read = fieldsOf(trimmed);
  if (!read) return 'form';
  const { frameRate, sampleRate, startFrame } = clock;
  const label = (hours: number) =>
    [hours, 0, 0, 0]
      .slice(0, 4 - read.fields.length)
      .concat(read.fields)
      .map((field) => String(field).padStart(2, '0'))
      .join(':');
  let frame = parseTimecode(label(0), frameRate);
  if (read.fields.length < 4 && typeof frame === 'number' && frame < startFrame) {
    const startHour = Number(formatTimecode(startFrame, frameRate).slice(0, 2));
    for (const hour of [startHour, startHour + 1]) {
      const candidate = parseTimecode(label(hour), frameRate);
      if (typeof candidate !== 'number' || candidate < startFrame) continue;
      frame = candidate;
      break;
    }
  }
  if (typeof frame === 'string') return frame;
  const at = frameToSample(frame - startFrame, frameRate, sampleRate);
  const lengthSamples = frameToSample(frame - startFrame + 1, frameRate, sampleRate) - at;
  if (read.samples >= lengthSamples) return 'range';
  return at + read.samples + Math.ceil((read.hundredths * lengthSamples) / 100);
}

/** A frame's distance keeps how far into its frame `from` lies, so that steps of any rate add up exactly. */
function movedBy(text: string, sign: 1 | -1, clock: ProjectClock, from: SamplePosition): SamplePosition | 'form' {
  const { frameRate, sampleRate } = clock;
  const unit = UNIT.exec(text);
  if (unit && !/^f/i.test(unit[2]!)) return from + sign * Number(unit[1]);
  const read = unit ? { fields: [Number(unit[1])], hundredths: 0, samples: 0 } : fieldsOf(text);
  if (!read) return 'form';
  const base = countingBase(frameRate);
  const weights = [3600 * base, 60 * base, base, 1].slice(4 - read.fields.length);
  const frames = read.fields.reduce((sum, field, index) => sum + field * weights[index]!, 0);
  const frame = sampleToFrame(from, frameRate, sampleRate);
  const over = from - frameToSample(frame, frameRate, sampleRate);
  const samplesPerFrame = (sampleRate * frameRate.denominator) / frameRate.numerator;
  const rest = read.samples + Math.round((read.hundredths * samplesPerFrame) / 100);
  return frameToSample(frame + sign * frames, frameRate, sampleRate) + over + sign * rest;
}

/** A position as it is: its frame, and where it is not on one, the samples into it: `01:00:10:00 +480 smp`. */
export function exactTimecodeAt(position: SamplePosition, clock: ProjectClock): string {
  const { frameRate, sampleRate } = clock;
  const over = position - frameToSample(sampleToFrame(position, frameRate, sampleRate), frameRate, sampleRate);
  return over === 0 ? timecodeAt(position, clock) : `${timecodeAt(position, clock)} +${over} smp`;
}
