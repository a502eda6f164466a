import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';

/** Words and figures shown beside the pointer and on clips. */

/** A length of time: `00:00:01:12`, with the samples that are over: `00:00:00:01 +34 smp`. Never negative. */
export function lengthText(samples: number, clock: ProjectClock): string {
  const { frameRate, sampleRate } = clock;
  const frames = sampleToFrame(samples, frameRate, sampleRate);
  const over = samples - frameToSample(frames, frameRate, sampleRate);
  const label = formatTimecode(frames, frameRate);
  return over === 0 ? label : `${label} +${over} smp`;
}

/** A signed distance: `+00:00:00:05`, `−00:00:00:00 +120 smp`; `0` when there is none. */
export function distanceText(samples: number, clock: ProjectClock): string {
  if (samples === 0) return '±0';
  return `${samples < 0 ? '−' : '+'}${lengthText(Math.abs(samples), clock)}`;
}

/** Up to this many seconds frames are easy to read; from the second figure on seconds are not, either. */
const LONGEST_FRAMES_SECONDS = 2;
const LONGEST_SECONDS = 60;

/**
 * How far a clip lies from its place in sync: `+2 fr`, `+1.3 fr`, samples under a frame `−37 smp`, seconds `+15.4 s` from
 * more than two on, timecode from a minute on. Later is positive. A fraction is said even where it rounds to nothing: `+2.0 fr` is not two frames.
 */
export function syncOffText(samples: number, clock: ProjectClock): string {
  const size = Math.abs(samples);
  const sign = samples < 0 ? '−' : '+';
  const { frameRate, sampleRate } = clock;
  const samplesPerFrame = (sampleRate * frameRate.denominator) / frameRate.numerator;
  if (size < Math.floor(samplesPerFrame)) return `${sign}${size} smp`;
  if (size >= LONGEST_SECONDS * sampleRate)
    return `${sign}${formatTimecode(sampleToFrame(size, frameRate, sampleRate), { ...frameRate, drop: false })}`;
  if (size > LONGEST_FRAMES_SECONDS * sampleRate)
    return `${sign}${(Math.floor((size / sampleRate) * 10) / 10).toFixed(1)} s`;
  const frames = Math.round(size / samplesPerFrame);
  // A whole number of frames is one that lies on a frame's sample, rounded up or down.
  if (Math.abs(size - frames * samplesPerFrame) < 1) return `${sign}${frames} fr`;
  return `${sign}${(size / samplesPerFrame).toFixed(1)} fr`;
}

/** `+3.0 dB`, `−12.5 dB`, `−∞ dB`. */
export function gainText(gainDb: number): string {
  if (gainDb <= -144) return '−∞ dB';
  return `${gainDb > 0 ? '+' : gainDb < 0 ? '−' : ''}${Math.abs(gainDb).toFixed(1)} dB`;
}
