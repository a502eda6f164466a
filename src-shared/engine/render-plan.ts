/**
 * The render plan: the document compiled for the engine. Everything is integer samples at `sampleRate` and linear
 * gains; nothing in it refers to rows of the document. `encode-plan.ts` lays it out as flat bytes, which
 * `native/include` reads; one golden file is read by both sides.
 */
export type FadeShape = 'linear' | 'equal-power' | 's-curve' | 'slow' | 'fast';

/** How samples lie in a PCM file (little-endian). */
export type PcmFormat = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64';

/** A PCM file that the engine reads by itself: `frameCount` interleaved frames of `channelCount` from `dataOffsetBytes`. */
export type PlanSource = {
  readonly path: string;
  readonly dataOffsetBytes: number;
  readonly format: PcmFormat;
  readonly channelCount: number;
  readonly frameCount: number;
};

export type PlanFade = { readonly lengthSamples: number; readonly shape: FadeShape };

/**
 * A span of a source on a track. `firstChannel` is the source channel heard on a mono track; a stereo track hears
 * `firstChannel` and the one after it (the source's last channel is heard on both sides). Reading past the source's end
 * gives silence. Where both fades reach a sample, their gains multiply.
 */
export type PlanClip = {
  readonly source: number;
  readonly firstChannel: number;
  readonly startSample: number;
  readonly lengthSamples: number;
  readonly sourceInSample: number;
  /** Negative turns the polarity round. */
  readonly gain: number;
  readonly fadeIn: PlanFade;
  readonly fadeOut: PlanFade;
};

/**
 * Amplitude is a straight line between points, held before the first and after the last (none: 1). Points are in order;
 * of two at one sample the later holds from it on.
 */
export type PlanGainPoint = { readonly sample: number; readonly gain: number };

/**
 * A track of one or two channels. Overlapping clips add. `pan` is -1..1: mono `cos/sin((pan+1)*pi/4)`, stereo balance
 * `min(1, 1-pan)`, `min(1, 1+pan)`. `stem` is an index into `stems`, or -1 for the master alone. Muted tracks and
 * clips are left out by the compiler.
 */
export type PlanTrack = {
  readonly name: string;
  readonly channelCount: 1 | 2;
  readonly gain: number;
  readonly pan: number;
  readonly points: readonly PlanGainPoint[];
  readonly stem: number;
  readonly clips: readonly PlanClip[];
};

export type RenderPlan = {
  readonly sampleRate: number;
  readonly lengthSamples: number;
  readonly sources: readonly PlanSource[];
  readonly tracks: readonly PlanTrack[];
  readonly stems: readonly string[];
};
