import { countingBase, type FrameRate, frameToSample, sampleToFrame } from './frame-rate.ts';
import type { SamplePosition } from './sample-position.ts';

/**
 * Timecode is a label computed from a frame number counted from midnight. Drop-frame skips `base / 15` labels (2 at
 * 29.97, 4 at 59.94, 8 at 119.88) at each minute not divisible by ten (SMPTE ST 12-1); no frame is ever dropped.
 */

function droppedEachMinute(frameRate: FrameRate): number {
  return frameRate.drop ? countingBase(frameRate) / 15 : 0;
}

/** Frames counted in 24 hours of labels. */
export function framesPerDay(frameRate: FrameRate): number {
  return 24 * 3600 * countingBase(frameRate) - 24 * 54 * droppedEachMinute(frameRate);
}

/** Labels a frame as `HH:MM:SS:FF` (`;` before the frames where it drops). Wraps at 24 h of labels, either way. */
export function formatTimecode(frame: number, frameRate: FrameRate): string {
  const base = countingBase(frameRate);
  const day = framesPerDay(frameRate);
  let number = ((frame % day) + day) % day;
  const dropped = droppedEachMinute(frameRate);
  if (dropped > 0) {
    const tenMinutes = 600 * base - 9 * dropped;
    const minute = 60 * base - dropped;
    const tens = Math.floor(number / tenMinutes);
    const rest = number % tenMinutes;
    number += 9 * dropped * tens;
    if (rest >= 60 * base) number += dropped * (Math.floor((rest - 60 * base) / minute) + 1);
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(number / base);
  const frames = String(number % base).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${
    frameRate.drop ? ';' : ':'
  }${frames}`;
}

export type TimecodeProblem = 'form' | 'range' | 'dropped-label';

/**
 * Reads `HH:MM:SS:FF` (`;`, `.` or `,` allowed before the frames) into a frame number counted from midnight.
 * Returns the problem instead when the text is not a timecode (`form`), a field is out of range (`range`), or the
 * label does not exist in drop-frame (`dropped-label`).
 */
export function parseTimecode(text: string, frameRate: FrameRate): number | TimecodeProblem {
  const match = /^\s*(\d{1,2}):(\d{1,2}):(\d{1,2})[:;.,](\d{1,3})\s*$/.exec(text);
  if (!match) return 'form';
  const [hours, minutes, seconds, frames] = match.slice(1).map(Number) as [number, number, number, number];
  const base = countingBase(frameRate);
  if (hours > 23 || minutes > 59 || seconds > 59 || frames >= base) return 'range';
  const dropped = droppedEachMinute(frameRate);
  if (dropped > 0 && seconds === 0 && minutes % 10 !== 0 && frames < dropped) return 'dropped-label';
  const totalMinutes = hours * 60 + minutes;
  return (totalMinutes * 60 + seconds) * base + frames - dropped * (totalMinutes - Math.floor(totalMinutes / 10));
}

/** A project's clock: sample 0 is the first sample of frame `startFrame` (counted from midnight). */
export type ProjectClock = {
  readonly frameRate: FrameRate;
  readonly sampleRate: number;
  readonly startFrame: number;
};

/** The timecode label at a timeline position. */
export function timecodeAt(position: SamplePosition, clock: ProjectClock): string {
  return formatTimecode(clock.startFrame + sampleToFrame(position, clock.frameRate, clock.sampleRate), clock.frameRate);
}

/** The timeline position of a timecode label, or the problem with it. Labels before the start give negative positions. */
export function positionOfTimecode(text: string, clock: ProjectClock): SamplePosition | TimecodeProblem {
  const frame = parseTimecode(text, clock.frameRate);
  if (typeof frame === 'string') return frame;
  return frameToSample(frame - clock.startFrame, clock.frameRate, clock.sampleRate);
}

/** Samples into the frame at a position, as hundredths of a frame 00 to 99 (the subframes workstations show). */
export function subframesAt(position: SamplePosition, clock: ProjectClock): number {
  const frame = sampleToFrame(position, clock.frameRate, clock.sampleRate);
  const start = frameToSample(frame, clock.frameRate, clock.sampleRate);
  const next = frameToSample(frame + 1, clock.frameRate, clock.sampleRate);
  return Math.floor(((position - start) * 100) / (next - start));
}

/** Timecode with subframes: `HH:MM:SS:FF.ss`. */
export function timecodeWithSubframesAt(position: SamplePosition, clock: ProjectClock): string {
  return `${timecodeAt(position, clock)}.${String(subframesAt(position, clock)).padStart(2, '0')}`;
}

/**
 * The start label of a recorder file: samples since midnight counted at `timestampSampleRate`, to the frame they lie
 * in. Timecode counts frames, not seconds: 2190940753 at 48 kHz is 12:39:59:00 at 24000/1001.
 */
export function startFrameOfTimeReference(
  timeReferenceSamples: number,
  timestampSampleRate: number,
  frameRate: FrameRate,
): number {
  return sampleToFrame(timeReferenceSamples, frameRate, timestampSampleRate);
}
