import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';

/** Words and figures shown beside the pointer and on clips. */

/** A length of time: `00:00:01:12`, with the samples that are over: `00:00:00:01 +34`. Never negative. */
export function lengthText(samples: number, clock: ProjectClock): string {
  const { frameRate, sampleRate } = clock;
  const frames = sampleToFrame(samples, frameRate, sampleRate);
  const over = samples - frameToSample(frames, frameRate, sampleRate);
  const label = formatTimecode(frames, frameRate);
  return over === 0 ? label : `${label} +${over}`;
}

/** A signed distance: `+00:00:00:05`, `−00:00:00:00 +120`; `0` when there is none. */
export function distanceText(samples: number, clock: ProjectClock): string {
  if (samples === 0) return '±0';
  return `${samples < 0 ? '−' : '+'}${lengthText(Math.abs(samples), clock)}`;
}

/** `+3.0 dB`, `−12.5 dB`, `−∞ dB`. */
export function gainText(gainDb: number): string {
  if (gainDb <= -144) return '−∞ dB';
  return `${gainDb > 0 ? '+' : gainDb < 0 ? '−' : ''}${Math.abs(gainDb).toFixed(1)} dB`;
}
