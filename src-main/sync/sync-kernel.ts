import { createRequire } from 'node:module';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import type { SyncLine } from '../../src-shared/sync/sync-result.ts';
import type { TrackKernel } from './assess-tracks.ts';
import type { SyncPcm } from './sync-input.ts';

/**
 * The correlation kernels of the native addon. All of them run on the thread pool; seconds are recorder seconds for
 * offsets, camera seconds for places, and a camera second t falls on recorder second `offset + t (1 + ppm 1e-6)`.
 */

/** A source's sound inside the addon, in a scratch file that goes with it. */
export type NativeSyncSource = {
  /** Interleaved sound at 48 kHz; the array is left alone until the promise is settled, one push at a time. */
  push(interleaved: Float32Array): Promise<void>;
  /** Analyses up to so many more frames of the PCM it was given; resolves with the frames that are left then. */
  hear(frames: number): Promise<number>;
  finish(): Promise<SourceSummary>;
  /** Makes a finished source one that clips are looked for in. */
  index(): Promise<void>;
  dispose(): void;
};

export type LtcWord = {
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly frames: number;
  readonly dropFrame: boolean;
  /** Where the word begins and how long it is, in samples at 48 kHz of the source's own clock. */
  readonly startSample: number;
  readonly lengthSamples: number;
};

/** A sudden sound: when it arrives, and how much it has of a slate's clap, 0 to 1. */
export type Transient = {
  readonly seconds: number;
  /** Its loudest millisecond over the loud moments of the whole sound, 1 to 5 kHz. */
  readonly loudnessDb: number;
  readonly clapLikeness: number;
};

export type SourceSummary = {
  readonly frames: number;
  /** Of the mono mix, full scale 1. */
  readonly rms: number;
  readonly peak: number;
  /** Share of 20 ms frames above -100 dBFS. */
  readonly soundingShare: number;
  /** Between the 10th and the 90th percentile of 20 ms levels in the speech band. */
  readonly levelRangeDb: number;
  /** The loudest 256 in order of time. */
  readonly transients: readonly Transient[];
  /** The channels that are in the mono mix, of those heard. */
  readonly mixed: readonly number[];
  readonly channels: readonly {
    readonly rms: number;
    readonly peak: number;
    readonly correlationWithFirst: number;
    readonly ltcWords: readonly LtcWord[];
  }[];
};

export type SearchCandidate = {
  readonly offsetSeconds: number;
  /** In standard deviations of the search's own noise. */
  readonly score: number;
};

export type WaveformSearchRequest = {
  readonly cameraFrom: number;
  readonly cameraTo: number;
  readonly mostWindows: number;
  readonly mostCandidates: number;
  readonly offsetFrom: number;
  readonly offsetTo: number;
  readonly driftPpm: number;
};

export type TrackRequest = {
  readonly cameraFrom: number;
  readonly cameraTo: number;
  readonly offsetSeconds: number;
  readonly toleranceSeconds: number;
  readonly driftPpm: number;
  readonly driftRangePpm: number;
  readonly mostWindows: number;
  /** How far from the line a path of lost or repeated samples is followed; 0.6 s at the least and when left out. */
  readonly followSeconds?: number;
};

export type TrackResult = {
  readonly found: boolean;
  readonly offsetSeconds: number;
  readonly driftPpm: number;
  readonly score: number;
  readonly secondScore: number;
  readonly secondOffsetSeconds: number;
  readonly inverted: boolean;
  readonly windows: readonly {
    readonly cameraSeconds: number;
    readonly score: number;
    readonly ownLagSeconds: number;
    readonly ownScore: number;
    /** The likeliest path through all windows: its lag from the line, and the height there. */
    readonly pathLagSeconds: number;
    readonly pathScore: number;
    /** Root mean square of either sound in this window. */
    readonly cameraLevel: number;
    readonly recorderLevel: number;
    /** Height at the lag of each run of the path, this window's own among them; a new run begins with each jump. */
    readonly runScores: readonly number[];
  }[];
};

export type ChangeRequest = {
  readonly from: number;
  readonly to: number;
  readonly beforeOffsetSeconds: number;
  readonly afterOffsetSeconds: number;
  readonly driftPpm: number;
  readonly inverted: boolean;
};

/** The camera second at which one line gives way to another, and the range the sound cannot tell from it. */
export type ChangeResult = {
  readonly found: boolean;
  readonly cameraSeconds: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** The wave itself breaks there: known to the sample. */
  readonly exact: boolean;
};

export type RefineRequest = {
  readonly cameraFrom: number;
  readonly cameraTo: number;
  readonly offsetSeconds: number;
  readonly driftPpm: number;
  readonly mostWindows: number;
  readonly groups: number;
};

export type RefineResult = {
  readonly found: boolean;
  readonly offsetSeconds: number;
  readonly driftPpm: number;
  readonly inverted: boolean;
  readonly directScore: number;
  readonly mainScore: number;
  readonly mainAfterDirectSeconds: number;
  /** By how much one microphone of the recorder's mix hears after another; 0 where one alone is heard. */
  readonly microphonesApartSeconds: number;
  /** Delay of each stretch of the clip from the line, seconds; later on the recorder is positive. */
  readonly groups: readonly { readonly cameraSeconds: number; readonly lagSeconds: number; readonly score: number }[];
};

export type RivalsRequest = {
  readonly cameraFrom: number;
  readonly cameraTo: number;
  /** Where the clip lies at the one place and at the other. */
  readonly first: SyncLine;
  readonly second: SyncLine;
  readonly mostWindows: number;
};

/**
 * What the clip has of what one place holds and the other does not, in standard deviations. Negative where the clip holds
 * what was taken away with the other place's sound: then this place is wrong.
 */
export type RivalsResult = {
  /** There were windows enough to tell what is common. */
  readonly found: boolean;
  readonly first: number;
  readonly second: number;
  /** The same of the first place's own sound instead of the clip's: what a clip of that place would have at the most. */
  readonly firstInFirst: number;
  readonly secondInFirst: number;
  /** Share of the sound of either place that the other does not hold. */
  readonly firstOwn: number;
  readonly secondOwn: number;
  readonly windows: readonly { readonly cameraSeconds: number; readonly first: number; readonly second: number }[];
};

export type SyncKernel = TrackKernel & {
  /**
   * Without `pcm` sound is pushed and `channels` is how many there are; with it, those of its channels that are heard.
   * `mixedChannels` are positions among the channels heard; null mixes what runs together with the first channel that
   * sounds and is no timecode, as far as the first ten seconds tell.
   */
  readonly SyncSource: new (
    scratchPath: string,
    channels: number | readonly number[],
    mixedChannels: readonly number[] | null,
    pcm?: SyncPcm,
  ) => NativeSyncSource;
  /** Where the clip's band envelopes fit in indexed recorders: `most` places of each, best first, recorders in order. */
  syncSearchIndex(
    camera: NativeSyncSource,
    recorders: readonly NativeSyncSource[],
    request: { readonly cameraFrom: number; readonly cameraTo: number; readonly most: number },
    cancelFlag: Int32Array,
  ): Promise<(SearchCandidate & { readonly recorder: number })[]>;
  /** Looks at places, at the better ones with more windows; those of the last round, best first, by their `place` in the list. */
  syncCheckPlaces(
    camera: NativeSyncSource,
    recorders: readonly NativeSyncSource[],
    places: readonly { readonly recorder: number; readonly offsetSeconds: number }[],
    request: {
      readonly cameraFrom: number;
      readonly cameraTo: number;
      readonly toleranceSeconds: number;
      readonly driftRangePpm: number;
      /** By how many windows of the clip a place is judged, and how many places then go on to the next round. */
      readonly rounds: readonly { readonly windows: number; readonly kept: number }[];
    },
    cancelFlag: Int32Array,
  ): Promise<(SearchCandidate & { readonly place: number })[]>;
  syncSearchWaveform(
    camera: NativeSyncSource,
    recorder: NativeSyncSource,
    request: WaveformSearchRequest,
    cancelFlag: Int32Array,
  ): Promise<SearchCandidate[]>;
  syncTrackLine(
    camera: NativeSyncSource,
    recorder: NativeSyncSource,
    request: TrackRequest,
    cancelFlag: Int32Array,
  ): Promise<TrackResult>;
  syncLocateChange(
    camera: NativeSyncSource,
    recorder: NativeSyncSource,
    request: ChangeRequest,
    cancelFlag: Int32Array,
  ): Promise<ChangeResult>;
  syncRefineLine(
    camera: NativeSyncSource,
    recorder: NativeSyncSource,
    request: RefineRequest,
    cancelFlag: Int32Array,
  ): Promise<RefineResult>;
  /** Takes from two places of a clip what they have in common, and looks for what is left of either in the clip. */
  syncCompareRivals(
    camera: NativeSyncSource,
    first: NativeSyncSource,
    second: NativeSyncSource,
    request: RivalsRequest,
    cancelFlag: Int32Array,
  ): Promise<RivalsResult>;
};

const builtAddon = '../../native/build/Release/twopop.node';

/** Loads the kernels; throws `engine-not-built` where the addon was never built. */
export function loadSyncKernel(path: string = builtAddon): SyncKernel {
  try {
    return createRequire(import.meta.url)(path) as SyncKernel;
  } catch (cause) {
    throw new TwopopError(
      {
        code: 'engine-not-built',
        message: `The audio engine could not be loaded: ${(cause as Error).message.split('\n')[0]}.`,
        remedy: 'The project is untouched. Run "npm run postinstall" in the folder of Twopop, then sync again.',
      },
      { cause },
    );
  }
}
