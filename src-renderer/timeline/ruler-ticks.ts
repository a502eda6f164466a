import { countingBase, frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode, type ProjectClock } from '../../src-shared/time/timecode.ts';
import type { HorizontalView } from './coordinates.ts';

/** A line on the ruler. Only major ticks have a label. */
export type RulerTick = { readonly sample: number; readonly major: boolean; readonly label: string };

const SECONDS_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400] as const;
/** Width of a timecode label with room beside it. */
const LABEL_PIXELS = 92;
const FRAME_STEPS = [1, 2, 5, 10] as const;

type Step =
  | { readonly unit: 'samples'; readonly major: number; readonly minor: number }
  | { readonly unit: 'frames'; readonly major: number; readonly minor: number }
  | { readonly unit: 'seconds'; readonly major: number; readonly minor: number };

/** The step whose labels lie at least `labelPixels` apart. Seconds are counted ones: `base` frames each. */
export function chooseStep(samplesPerPixel: number, clock: ProjectClock, labelPixels = LABEL_PIXELS): Step {
  const { frameRate, sampleRate } = clock;
  const base = countingBase(frameRate);
  const samplesPerFrame = (sampleRate * frameRate.denominator) / frameRate.numerator;
  const pixelsPerFrame = samplesPerFrame / samplesPerPixel;
  if (pixelsPerFrame >= labelPixels * 4) {
    let major = 1;
    for (const factor of powersOfTen()) {
      major = factor;
      if (factor / samplesPerPixel >= labelPixels * 0.6) break;
    }
    return { unit: 'samples', major, minor: major >= 10 ? major / 5 : major };
  }
  for (const step of FRAME_STEPS)
    if (step < base / 2 && step * pixelsPerFrame >= labelPixels)
      return { unit: 'frames', major: step, minor: step === 10 ? 2 : 1 };
  const pixelsPerSecond = pixelsPerFrame * base;
  const index = SECONDS_STEPS.findIndex((step) => step * pixelsPerSecond >= labelPixels);
  const major = SECONDS_STEPS[index < 0 ? SECONDS_STEPS.length - 1 : index]!;
  const minor = SECONDS_STEPS.findLast((step) => step < major && major % step === 0 && major / step <= 6) ?? major;
  return { unit: 'seconds', major, minor };
}

/** Ticks from a little left of the view to a little right of it, in order. */
export function rulerTicks(view: HorizontalView, width: number, clock: ProjectClock): readonly RulerTick[] {
  const step = chooseStep(view.samplesPerPixel, clock);
  const from = Math.max(0, Math.floor(view.originSample - 120 * view.samplesPerPixel));
  const to = Math.ceil(view.originSample + (width + 8) * view.samplesPerPixel);
  if (step.unit === 'samples') return sampleTicks(from, to, step, clock, LABEL_PIXELS * view.samplesPerPixel);
  const { frameRate, sampleRate, startFrame } = clock;
  const firstFrame = startFrame + sampleToFrame(from, frameRate, sampleRate);
  const lastFrame = startFrame + sampleToFrame(to, frameRate, sampleRate) + 1;
  const frames = step.unit === 'frames' ? frameTicks(firstFrame, lastFrame, step, clock) : [];
  if (step.unit === 'seconds') {
    const firstSecond = Math.floor(labelSecondOf(firstFrame, clock) / step.minor) * step.minor;
    for (let second = firstSecond; ; second += step.minor) {
      const frame = frameOfLabelSecond(second, clock);
      if (frame > lastFrame) break;
      frames.push({ frame, major: second % step.major === 0 });
    }
  }
  return frames
    .filter(({ frame }) => frame >= startFrame)
    .map(({ frame, major }) => ({
      sample: frameToSample(frame - startFrame, frameRate, sampleRate),
      major,
      label: major ? formatTimecode(frame, frameRate) : '',
    }));
}

type FrameTick = { readonly frame: number; readonly major: boolean };

function frameTicks(firstFrame: number, lastFrame: number, step: Step, clock: ProjectClock): FrameTick[] {
  const ticks: FrameTick[] = [];
  const base = countingBase(clock.frameRate);
  for (let frame = firstFrame; frame <= lastFrame; frame++) {
    const second = labelSecondOf(frame, clock);
    const inSecond = frame - secondStart(second, clock);
    if (inSecond % step.minor !== 0) continue;
    // A label just before the next second would run into it.
    const major = inSecond % step.major === 0 && (inSecond === 0 || base - inSecond >= step.major);
    ticks.push({ frame, major });
  }
  return ticks;
}

/** `labelSamples` is the width of a timecode label: what counts samples keeps clear of it. */
function sampleTicks(from: number, to: number, step: Step, clock: ProjectClock, labelSamples: number): RulerTick[] {
  const ticks: RulerTick[] = [];
  const { frameRate, sampleRate, startFrame } = clock;
  let frame = sampleToFrame(from, frameRate, sampleRate);
  for (;;) {
    const start = frameToSample(frame, frameRate, sampleRate);
    if (start > to) return ticks;
    const next = frameToSample(frame + 1, frameRate, sampleRate);
    const first = start + Math.max(0, Math.floor((from - start) / step.minor)) * step.minor;
    for (let sample = first; sample < Math.min(next, to + 1); sample += step.minor) {
      const offset = sample - start;
      const clear = offset >= labelSamples && next - sample >= labelSamples / 2;
      const major = offset % step.major === 0 && (offset === 0 || clear);
      const label = offset === 0 ? formatTimecode(startFrame + frame, frameRate) : `+${offset}`;
      ticks.push({ sample, major, label: major ? label : '' });
    }
    frame++;
  }
}

function* powersOfTen(): Generator<number> {
  for (let power = 1; power <= 10_000_000; power *= 10) {
    yield power;
    yield power * 2;
    yield power * 5;
  }
}

function droppedEachMinute(clock: ProjectClock): number {
  return clock.frameRate.drop ? countingBase(clock.frameRate) / 15 : 0;
}

/** Where frame 00 of a labelled second would be; drop-frame has no such label in most minutes' first second. */
function secondStart(second: number, clock: ProjectClock): number {
  const minutes = Math.floor(second / 60);
  return second * countingBase(clock.frameRate) - droppedEachMinute(clock) * (minutes - Math.floor(minutes / 10));
}

/** The first frame that is labelled with a second: :02 where drop-frame leaves :00 and :01 out. */
function frameOfLabelSecond(second: number, clock: ProjectClock): number {
  const skipped = second % 60 === 0 && Math.floor(second / 60) % 10 !== 0;
  return secondStart(second, clock) + (skipped ? droppedEachMinute(clock) : 0);
}

/** The second in a frame's label, counted from midnight without wrapping. */
function labelSecondOf(frame: number, clock: ProjectClock): number {
  const { frameRate } = clock;
  // Drop-frame labels keep to the true clock, all others count their base.
  const framesPerSecond = frameRate.drop ? frameRate.numerator / frameRate.denominator : countingBase(frameRate);
  let second = Math.max(0, Math.floor(frame / framesPerSecond) - 1);
  while (frameOfLabelSecond(second + 1, clock) <= frame) second++;
  return second;
}
