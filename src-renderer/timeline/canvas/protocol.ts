import type { FilmGauge } from '../../../src-shared/time/feet-frames.ts';
import type { ProjectClock } from '../../../src-shared/time/timecode.ts';

/**
 * What the page tells the painting worker. The worker keeps a packed copy of the lanes that were in sight, so that a
 * pan or a zoom sends one small message and nothing of the document.
 */

/** Numbers of one clip, in this order, in {@link LaneClips.numbers}. */
export const CLIP_FIELDS = [
  'id',
  'startSample',
  'lengthSamples',
  'sourceId',
  'sourceChannel',
  'sourceInSample',
  'sourceLengthSamples',
  'gainDb',
  'fadeInSamples',
  'fadeInShape',
  'fadeOutSamples',
  'fadeOutShape',
  'flags',
] as const;
export const CLIP_STRIDE = CLIP_FIELDS.length;
export const CLIP_MUTED = 1;
/** Lies where its sync puts it. */
export const CLIP_IN_SYNC = 2;
export const CLIP_OFFLINE = 4;
/** Lies elsewhere than its sync puts it; its mark says how far. */
export const CLIP_OUT_OF_SYNC = 8;
/** Lies elsewhere on purpose. */
export const CLIP_DECLARED_ASYNC = 16;
export const CLIP_INVERTED = 32;
/** Plays a copy that was resampled to take out a drift. */
export const CLIP_RESAMPLED = 64;

/** Order in which fade shapes are packed. */
export const FADE_SHAPES = ['linear', 'equal-power', 's-curve', 'slow', 'fast'] as const;

/** The clips of one track by start. `names[i]` belongs to the numbers from `i * CLIP_STRIDE`. */
export type LaneClips = {
  readonly trackId: number;
  readonly numbers: Float64Array;
  readonly names: readonly string[];
  /** What the badges of clips out of sync say, by index in `names`; the others have none. */
  readonly badges: ReadonlyMap<number, string>;
  /** No clip of the lane is longer; bounds the search for those in sight. */
  readonly longestSamples: number;
  /** Breakpoints of the track's gain: sample, decibels, sample, decibels, ... by sample. */
  readonly gainPoints: Float64Array;
};

export type LaneShape = {
  readonly trackId: number;
  readonly top: number;
  readonly height: number;
  readonly color: string;
  readonly channelCount: 1 | 2;
  /** Muted, or silent because another is soloed: drawn grey. */
  readonly silent: boolean;
};

export type PictureSpan = {
  readonly startSample: number;
  readonly lengthSamples: number;
  readonly name: string;
  /** The picture's own timecode at the clip's start; '' when it has none. */
  readonly timecode: string;
};

export type MarkerFlag = { readonly atSample: number; readonly name: string };

/** Everything that a frame depends on besides the lanes' contents. CSS pixels. */
export type StageView = {
  readonly originSample: number;
  readonly samplesPerPixel: number;
  readonly scrollTop: number;
  readonly waveformScale: number;
  readonly showFeetFrames: boolean;
  readonly filmGauge: FilmGauge;
  readonly hoveredClipId: number | null;
};

export type ToWorker =
  | {
      readonly type: 'start';
      readonly canvas: OffscreenCanvas;
      readonly baseUrl: string;
      readonly token: string;
      readonly fontFamily: string;
    }
  | { readonly type: 'size'; readonly width: number; readonly height: number; readonly pixelRatio: number }
  | { readonly type: 'view'; readonly view: StageView }
  | { readonly type: 'clock'; readonly clock: ProjectClock }
  | { readonly type: 'lanes'; readonly lanes: readonly LaneShape[] }
  | { readonly type: 'clips'; readonly lanes: readonly LaneClips[] }
  | { readonly type: 'picture'; readonly spans: readonly PictureSpan[] }
  | { readonly type: 'markers'; readonly markers: readonly MarkerFlag[] }
  | { readonly type: 'selection'; readonly clipIds: readonly number[] }
  /** Forgets what was fetched of sources (of all when null): their sound has changed or has just come. */
  | { readonly type: 'forget'; readonly sourceIds: readonly number[] | null }
  /** Asks for the figures of the frames since the last such question. */
  | { readonly type: 'measure' };

export type FrameFigures = {
  readonly frames: number;
  /** Milliseconds of painting, one number a frame. */
  readonly paintMs: readonly number[];
  /** Milliseconds between frames, one number a frame but the first. */
  readonly intervalMs: readonly number[];
  /** Tiles still awaited. */
  readonly awaited: number;
};

export type FromWorker =
  | { readonly type: 'figures'; readonly figures: FrameFigures }
  | { readonly type: 'failed'; readonly message: string };
