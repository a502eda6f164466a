import type { EffectivePiece } from '../../src-shared/sync/effective-line.ts';

/** Which stretch of time a trace shows. Pure arithmetic: seconds of the lane's own time against pixels. */
export type TraceView = { readonly centreSeconds: number; readonly spanSeconds: number };

/** What a view may show: a little beyond the sound's ends, down to a few samples. */
export type TraceLimits = { readonly fromSeconds: number; readonly toSeconds: number; readonly sampleRate: number };

/** Samples that fill the width at the deepest zoom. */
const FEWEST_SAMPLES = 32;

/** Holds a view inside its limits: the centre stays over the sound, the span between a few samples and all of it. */
export function heldView(view: TraceView, limits: TraceLimits): TraceView {
  const length = Math.max(limits.toSeconds - limits.fromSeconds, FEWEST_SAMPLES / limits.sampleRate);
  const spanSeconds = Math.min(length * 1.04, Math.max(FEWEST_SAMPLES / limits.sampleRate, view.spanSeconds));
  const centreSeconds = Math.min(limits.toSeconds, Math.max(limits.fromSeconds, view.centreSeconds));
  return { centreSeconds, spanSeconds };
}

/** The view of everything. */
export function wholeView(limits: TraceLimits): TraceView {
  const { fromSeconds, toSeconds } = limits;
  return heldView(
    { centreSeconds: (fromSeconds + toSeconds) / 2, spanSeconds: (toSeconds - fromSeconds) * 1.04 },
    limits,
  );
}

/** Zooms by `factor` (above 1 shows less) so that `aboutSeconds` stays at its pixel. */
export function zoomedView(view: TraceView, factor: number, aboutSeconds: number, limits: TraceLimits): TraceView {
  const { spanSeconds } = heldView({ ...view, spanSeconds: view.spanSeconds / factor }, limits);
  const share = spanSeconds / view.spanSeconds;
  return heldView({ centreSeconds: aboutSeconds + (view.centreSeconds - aboutSeconds) * share, spanSeconds }, limits);
}

/** Moves a view by a share of its own width. */
export function scrolledView(view: TraceView, byWidths: number, limits: TraceLimits): TraceView {
  return heldView({ ...view, centreSeconds: view.centreSeconds + byWidths * view.spanSeconds }, limits);
}

export function secondsAtPixel(x: number, view: TraceView, widthPixels: number): number {
  return view.centreSeconds + (x / widthPixels - 0.5) * view.spanSeconds;
}

export function pixelOfSeconds(seconds: number, view: TraceView, widthPixels: number): number {
  return ((seconds - view.centreSeconds) / view.spanSeconds + 0.5) * widthPixels;
}

/** From `fromSeconds` of lane time on, lane second t is the source's sample `startSample + t * samplesPerSecond`. */
export type TracePiece = {
  readonly fromSeconds: number;
  readonly startSample: number;
  readonly samplesPerSecond: number;
};

/** A source on its own clock. */
export function ownClock(sampleRate: number): readonly TracePiece[] {
  return [{ fromSeconds: Number.NEGATIVE_INFINITY, startSample: 0, samplesPerSecond: sampleRate }];
}

/** The recorder laid on the camera's clock by a match's line or lines. */
export function laidOnCamera(pieces: readonly EffectivePiece[], sampleRate: number): readonly TracePiece[] {
  return pieces.map(({ fromSeconds, offsetSamplesAt48k, driftPpm }) => ({
    fromSeconds,
    startSample: (offsetSamplesAt48k / 48_000) * sampleRate,
    samplesPerSecond: sampleRate * (1 + driftPpm * 1e-6),
  }));
}

/** The piece that holds at a lane second. */
export function pieceAt(pieces: readonly TracePiece[], seconds: number): TracePiece {
  let found = pieces[0]!;
  for (const piece of pieces) if (piece.fromSeconds <= seconds) found = piece;
  return found;
}

/** The source's sample (fractional) under a lane second. */
export function sampleAtSeconds(pieces: readonly TracePiece[], seconds: number): number {
  const piece = pieceAt(pieces, seconds);
  return piece.startSample + seconds * piece.samplesPerSecond;
}

/** The recorder second under a camera second. */
export function recorderSeconds(pieces: readonly EffectivePiece[], cameraSeconds: number): number {
  return sampleAtSeconds(laidOnCamera(pieces, 1), cameraSeconds);
}

/** The lane second at which the source's sample lies; of several pieces the one that holds there. */
export function secondsOfSample(pieces: readonly TracePiece[], sample: number): number {
  let best = 0;
  for (const [index, piece] of pieces.entries()) {
    const seconds = (sample - piece.startSample) / piece.samplesPerSecond;
    const until = pieces[index + 1]?.fromSeconds ?? Number.POSITIVE_INFINITY;
    best = seconds;
    if (seconds < until) break;
  }
  return best;
}

export type TraceTick = { readonly seconds: number; readonly label: string; readonly strong: boolean };

const STEPS_SECONDS = [
  1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120,
  300, 600, 1800, 3600,
] as const;

/**
 * Ticks of time away from `originSeconds`, about `pixelsApart` from each other: in milliseconds while the view is
 * shorter than two seconds, else in minutes and seconds of the clip.
 */
export function timeTicks(
  view: TraceView,
  widthPixels: number,
  originSeconds: number,
  pixelsApart = 90,
): readonly TraceTick[] {
  const wanted = (view.spanSeconds / widthPixels) * pixelsApart;
  const step = STEPS_SECONDS.find((candidate) => candidate >= wanted) ?? STEPS_SECONDS.at(-1)!;
  const inMilliseconds = view.spanSeconds < 2;
  const origin = inMilliseconds ? originSeconds : 0;
  const first = Math.ceil((view.centreSeconds - view.spanSeconds / 2 - origin) / step);
  const last = Math.floor((view.centreSeconds + view.spanSeconds / 2 - origin) / step);
  const ticks: TraceTick[] = [];
  for (let index = first; index <= last && ticks.length < 200; index++) {
    const away = index * step;
    ticks.push({
      seconds: origin + away,
      label: inMilliseconds ? millisecondsLabel(away * 1000, step * 1000) : minutesLabel(away, step),
      strong: index === 0 && inMilliseconds,
    });
  }
  return ticks;
}

function millisecondsLabel(milliseconds: number, step: number): string {
  const digits = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  const size = Math.abs(milliseconds).toFixed(digits);
  return milliseconds === 0 ? '0 ms' : `${milliseconds < 0 ? '−' : '+'}${size}`;
}

/** `m:ss`, with tenths where the step needs them. */
export function minutesLabel(seconds: number, step = 1): string {
  const sign = seconds < 0 ? '−' : '';
  const digits = step < 0.1 ? 2 : step < 1 ? 1 : 0;
  const whole = Number(Math.abs(seconds).toFixed(digits));
  const minutes = Math.floor(whole / 60);
  const rest = (whole - minutes * 60).toFixed(digits);
  return `${sign}${minutes}:${rest.padStart(digits === 0 ? 2 : digits + 3, '0')}`;
}

/** Where the picture's frames begin in view, as far as they lie at least `pixelsApart` from each other, else none. */
export function frameTicks(
  view: TraceView,
  widthPixels: number,
  frameSeconds: number,
  pixelsApart = 8,
): readonly { readonly frame: number; readonly seconds: number; readonly labelled: boolean }[] {
  const framePixels = (frameSeconds / view.spanSeconds) * widthPixels;
  if (framePixels < pixelsApart) return [];
  const every = [1, 2, 5, 10, 20, 50].find((count) => count * framePixels >= 60) ?? 50;
  const first = Math.ceil((view.centreSeconds - view.spanSeconds / 2) / frameSeconds);
  const last = Math.floor((view.centreSeconds + view.spanSeconds / 2) / frameSeconds);
  const ticks = [];
  for (let frame = Math.max(0, first); frame <= last; frame++)
    ticks.push({ frame, seconds: frame * frameSeconds, labelled: frame % every === 0 });
  return ticks;
}
