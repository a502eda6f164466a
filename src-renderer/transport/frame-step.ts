import { frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import type { ProjectClock } from '../../src-shared/time/timecode.ts';

/** The frame that lies so many frames from the one that a sample is in; never before the timeline's start. */
export function frameFrom(
  sample: number,
  frames: number,
  { frameRate, sampleRate }: Pick<ProjectClock, 'frameRate' | 'sampleRate'>,
): { readonly startSample: number; readonly lengthSamples: number } {
  const frame = Math.max(0, sampleToFrame(sample, frameRate, sampleRate) + frames);
  const startSample = Math.max(0, frameToSample(frame, frameRate, sampleRate));
  return { startSample, lengthSamples: frameToSample(frame + 1, frameRate, sampleRate) - startSample };
}
