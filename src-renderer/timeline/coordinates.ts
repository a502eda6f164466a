/**
 * Samples to pixels and back. Pixels are CSS pixels from the left edge of the lanes; a pixel position and a sample
 * position are both points in time, so `pixelOfSample` and `sampleAtPixel` are exact inverses up to rounding.
 */

/** One sample is at most 64 pixels wide. */
export const MIN_SAMPLES_PER_PIXEL = 1 / 64;
/** 24 hours at 192 kHz on 800 pixels: further out than any project is long. */
export const MAX_SAMPLES_PER_PIXEL = 20_736_000;

export type HorizontalView = { readonly samplesPerPixel: number; readonly originSample: number };
type ScrollableView = HorizontalView & { readonly viewportWidth: number; readonly contentEndSample: number };

/** The pixel at which a sample starts; fractional. */
export function pixelOfSample(sample: number, view: HorizontalView): number {
  return (sample - view.originSample) / view.samplesPerPixel;
}

/** The time at a pixel, in fractional samples; may be negative left of the project's start. */
export function sampleAtPixel(x: number, view: HorizontalView): number {
  return view.originSample + x * view.samplesPerPixel;
}

/** The sample boundary nearest to a pixel, never before the start: where an edit there would fall. */
export function nearestSample(x: number, view: HorizontalView): number {
  return Math.max(0, Math.round(sampleAtPixel(x, view)));
}

/** Holds a zoom within what can be drawn. */
export function clampSamplesPerPixel(samplesPerPixel: number): number {
  return Math.min(MAX_SAMPLES_PER_PIXEL, Math.max(MIN_SAMPLES_PER_PIXEL, samplesPerPixel));
}

/** Holds the scroll between the start and half a window past the end of the content. */
export function clampOrigin(originSample: number, view: ScrollableView): number {
  const last = view.contentEndSample - (view.viewportWidth / 2) * view.samplesPerPixel;
  return Math.max(0, Math.min(originSample, Math.max(0, last)));
}

/** Zooms by `factor` around pixel `anchorX`. The sample there stays there, unless the start of time comes into view. */
export function zoomAround(view: ScrollableView, factor: number, anchorX: number): HorizontalView {
  const furthest = Math.max(view.contentEndSample * 1.25, 48_000) / Math.max(1, view.viewportWidth);
  const samplesPerPixel = clampSamplesPerPixel(Math.min(view.samplesPerPixel * factor, Math.max(furthest, 1)));
  const anchorSample = sampleAtPixel(anchorX, view);
  return {
    samplesPerPixel,
    originSample: clampOrigin(anchorSample - anchorX * samplesPerPixel, { ...view, samplesPerPixel }),
  };
}

/** The view that shows `[fromSample, toSample)` with 4 % of the width free at either side. */
export function zoomToRange(view: ScrollableView, fromSample: number, toSample: number): HorizontalView {
  const usable = Math.max(1, view.viewportWidth * 0.92);
  const samplesPerPixel = clampSamplesPerPixel(Math.max(1, toSample - fromSample) / usable);
  const originSample = Math.max(0, fromSample - view.viewportWidth * 0.04 * samplesPerPixel);
  return { samplesPerPixel, originSample };
}

/** The scroll that brings a sample into sight: the present one where it is, else a quarter of a window before it. */
export function originToShow(view: ScrollableView, sample: number): number {
  const x = pixelOfSample(sample, view);
  if (x >= 0 && x <= view.viewportWidth) return view.originSample;
  return Math.max(0, sample - (view.viewportWidth / 4) * view.samplesPerPixel);
}
