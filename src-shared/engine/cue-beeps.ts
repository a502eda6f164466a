import { frameToSample } from '../time/frame-rate.ts';
import type { ProjectClock } from '../time/timecode.ts';
import type { BeepSettings } from './live-engine.ts';

type Span = BeepSettings['interval'];
type Clock = Pick<ProjectClock, 'frameRate' | 'sampleRate'>;

/** So many of them in samples, rounded once. */
function samplesOf({ unit, count }: Span, times: number, { frameRate, sampleRate }: Clock): number {
  if (unit === 'frames') return frameToSample(count * times, frameRate, sampleRate);
  return Math.round((count * times * sampleRate) / 1000);
}

/**
 * Where the beeps before a line begin, in samples of the timeline, the first of them first: at whole intervals before
 * it, each rounded by itself. Whether they are on is not asked.
 */
export function beepStarts(lineSample: number, settings: BeepSettings, clock: Clock): number[] {
  return Array.from({ length: settings.count }, (_, at) => {
    return lineSample - samplesOf(settings.interval, settings.count - at, clock);
  });
}

/** How long each sounds, in samples: never into the next one, nor into the line. */
export function beepLength({ length, interval }: BeepSettings, clock: Clock): number {
  // Starts are rounded each by itself: two may lie a sample nearer than one interval.
  return Math.max(1, Math.min(samplesOf(length, 1, clock), samplesOf(interval, 1, clock) - 1));
}
