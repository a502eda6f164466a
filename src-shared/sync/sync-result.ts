/**
 * What dual-system sync finds. Everywhere here a camera clip and a recorder file are held together by one straight
 * line: `recorder seconds = offsetSamplesAt48k / 48000 + camera seconds * (1 + driftPpm * 1e-6)`. Camera seconds run
 * on the container's presentation timeline (0 is the first picture frame); the reference is the direct sound on
 * recorder track 1. The offset is negative when the camera started first; drift is positive when the camera is slow.
 */

import type { ErrorReport } from '../rpc/error.ts';
import type { SyncLandmark, SyncResidual, TrackAssessment } from './sync-evidence.ts';

/** How a match was made. Several witnesses that agree are joined by `+`. */
export type SyncMethod =
  | 'waveform'
  | 'waveform+clap'
  | 'timecode+waveform'
  | 'timecode+waveform+clap'
  | 'ltc'
  | 'ltc+waveform'
  | 'ltc+waveform+clap'
  | 'timecode'
  | 'by hand';

/** From `fromSeconds` of camera time on, this line holds: a camera that lost samples has more than one. */
export type SyncSegment = {
  readonly fromSeconds: number;
  readonly offsetSamplesAt48k: number;
  readonly driftPpm: number;
};

/** Another place that also speaks for itself, though less. `likeness` is its evidence as a share of the best one's. */
export type SyncAlternative = {
  readonly recorder: string;
  readonly offsetSamplesAt48k: number;
  readonly driftPpm: number;
  readonly likeness: number;
  /** How far it is behind, window by window, in standard errors; left out where that was not compared. */
  readonly lead?: number;
  /**
   * What the clip has of what the best place holds and this one does not, as a share of what a clip of the best place has:
   * 1 there, 0 where it was recorded elsewhere. Left out where that was not asked or says nothing.
   */
  readonly ownShare?: number;
  /** Timecode alone points there: no sound was compared, and `likeness` says nothing. */
  readonly byClock?: boolean;
};

export type SyncPair = {
  /** Ids of the inputs; the command line uses paths as given. */
  readonly camera: string;
  readonly recorder: string;
  readonly offsetSamplesAt48k: number;
  readonly driftPpm: number;
  readonly method: SyncMethod;
  /** 0 to 1: the chance that the match is right. */
  readonly confidence: number;
  /** Why, in words for a person. */
  readonly reason: string;
  /** How far the sound lies from the line in the first fifth, the middle and the last fifth, recorder late positive. */
  readonly residualHeadMs: number;
  readonly residualMiddleMs: number;
  readonly residualTailMs: number;
  /** Recorder track 1 has the other polarity than the camera. */
  readonly inverted: boolean;
  /** The electrical offset, by timecode or LTC; null or left out where no clock says. */
  readonly clockOffsetSamplesAt48k?: number | null;
  /** Acoustic less electrical offset, where the clock is precise enough (LTC); the camera's distance as a delay. */
  readonly acousticDelayMs?: number | null;
  /** The error over the clip against the line, up to 48 points in order of camera time. */
  readonly residuals?: readonly SyncResidual[];
  /** The clap, or the strongest transient, that both files hold. */
  readonly landmark?: SyncLandmark | null;
  /** The recorder's microphones over the matched range, where they were assessed, and the suggested one. */
  readonly tracks?: readonly TrackAssessment[];
  readonly suggestedChannel?: number | null;
  readonly suggestionReason?: string;
  readonly alternatives?: readonly SyncAlternative[];
  readonly segments?: readonly SyncSegment[];
};

export type SyncUnmatched = {
  readonly camera: string;
  readonly reason: string;
  /** Where it might belong though the evidence is too thin to say so. */
  readonly suggestion?: SyncAlternative & { readonly method: SyncMethod };
  /** Further places that fit as well, best first. */
  readonly alternatives?: readonly SyncAlternative[];
  /** Why the clip could not be read now, where that is why: nothing is known of it, and it is to be looked at later. */
  readonly unread?: ErrorReport;
};

/** A recorder file that was matched with nothing: it holds no sound, or (`unread`) could not be read now. */
export type SyncSkipped = { readonly recorder: string; readonly reason: string; readonly unread?: ErrorReport };

export type SyncResult = {
  readonly pairs: readonly SyncPair[];
  readonly unmatched: readonly SyncUnmatched[];
  readonly skipped: readonly SyncSkipped[];
  /** Timecode read from the camera's sound: seconds since midnight at camera time 0. */
  readonly ltc: Readonly<Record<string, number>>;
  /** Claps heard in the camera's sound: camera seconds by camera. */
  readonly claps?: Readonly<Record<string, readonly number[]>>;
};

/** The result as the command line prints it. */
export function syncResultJson(result: SyncResult): Record<string, unknown> {
  return {
    pairs: result.pairs.map((pair) => ({
      camera: pair.camera,
      recorder: pair.recorder,
      offset_samples_at_48k: pair.offsetSamplesAt48k,
      drift_ppm: pair.driftPpm,
      method: pair.method,
      confidence: pair.confidence,
      reason: pair.reason,
      residual_ms: { head: pair.residualHeadMs, middle: pair.residualMiddleMs, tail: pair.residualTailMs },
      inverted: pair.inverted,
      ...(pair.landmark ? { landmark: { camera_s: pair.landmark.cameraSeconds, kind: pair.landmark.kind } } : {}),
      ...(pair.tracks?.length
        ? {
            tracks: pair.tracks.map(trackJson),
            suggested_channel: pair.suggestedChannel ?? null,
            suggestion_reason: pair.suggestionReason ?? '',
          }
        : {}),
      ...(pair.alternatives?.length ? { alternatives: pair.alternatives.map(alternativeJson) } : {}),
      ...(pair.segments?.length
        ? {
            segments: pair.segments.map((segment) => ({
              from_s: segment.fromSeconds,
              offset_samples_at_48k: segment.offsetSamplesAt48k,
              drift_ppm: segment.driftPpm,
            })),
          }
        : {}),
    })),
    unmatched: result.unmatched.map((clip) => ({
      camera: clip.camera,
      reason: clip.reason,
      ...(clip.suggestion ? { suggestion: alternativeJson(clip.suggestion) } : {}),
      ...(clip.alternatives?.length ? { alternatives: clip.alternatives.map(alternativeJson) } : {}),
    })),
    ...(result.skipped.length ? { skipped: result.skipped } : {}),
    ...(Object.keys(result.claps ?? {}).length ? { claps: result.claps } : {}),
    ...(Object.keys(result.ltc).length ? { ltc: result.ltc } : {}),
  };
}

function trackJson(track: TrackAssessment) {
  return {
    channel: track.channel,
    level_dbfs: track.levelDbfs,
    snr_db: track.snrDb,
    direct_to_reverberant_db: track.directToReverberantDb,
    clipped_samples: track.clippedSamples,
    polarity: track.polarity,
    delay_ms: track.delayMs,
    mixdown: track.mixdown,
    fitness: track.fitness,
    remark: track.remark,
  };
}

function alternativeJson(alternative: SyncAlternative) {
  return {
    recorder: alternative.recorder,
    offset_samples_at_48k: alternative.offsetSamplesAt48k,
    drift_ppm: alternative.driftPpm,
    ...(alternative.byClock ? { method: 'ltc' } : { likeness: alternative.likeness }),
  };
}

/** A line in seconds, as the kernels use it. */
export type SyncLine = { readonly offsetSeconds: number; readonly driftPpm: number };

/** Recorder seconds of a camera second. */
export function recorderSecondsAt(line: SyncLine, cameraSeconds: number): number {
  return line.offsetSeconds + cameraSeconds * (1 + line.driftPpm * 1e-6);
}

/** The part of the camera clip that the recorder file covers, camera seconds; null when they do not meet. */
export function coveredCamera(
  line: SyncLine,
  cameraSeconds: number,
  recorderSeconds: number,
): { readonly from: number; readonly to: number } | null {
  const stretch = 1 + line.driftPpm * 1e-6;
  const from = Math.max(0, -line.offsetSeconds / stretch);
  const to = Math.min(cameraSeconds, (recorderSeconds - line.offsetSeconds) / stretch);
  return to > from ? { from, to } : null;
}
