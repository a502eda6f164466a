import type { Loop, Speed } from '../../src-shared/engine/live-engine.ts';
import { paceOf } from './speeds.ts';

/** What is to be played. Positions are samples of the timeline. */
export type PlaybackRequest = {
  readonly fromSample: number;
  readonly speed: Speed;
  /** Other speeds keep the pitch, as far as they can. */
  readonly keepPitch: boolean;
  /** Played round and round; `fromSample` may lie before it. */
  readonly loop: Loop | null;
  /** Stops there by itself; null plays on. */
  readonly endSample: number | null;
  /** Beeps before this line, where they are switched on. */
  readonly beepsBeforeSample: number | null;
};

/** What is left out is nothing. Backwards it plays to the timeline's start, and round no loop. */
export function wholeRequest(
  what: Partial<PlaybackRequest> & Pick<PlaybackRequest, 'fromSample' | 'speed' | 'keepPitch' | 'loop'>,
): PlaybackRequest {
  const request = { endSample: null, beepsBeforeSample: null, ...what };
  return paceOf(request.speed) < 0 ? { ...request, loop: null, endSample: 0 } : request;
}

/** What a playback tells of itself. Nothing of it follows a `stop` of ours. */
export type PlaybackEvents = {
  /** What was asked for has begun. */
  onStarted(): void;
  /** It rolls at this speed now: asked for here, or by someone else who has the same engine. */
  onRolling(speed: number): void;
  /** It came to its end, or someone else stopped it. */
  onEnded(atSample: number): void;
  /** It can play no longer; this is the last that is known of where it was. */
  onLost(atSample: number): void;
  /** Sound paused because it was not ready. */
  onUnderrun(): void;
  /** It plays on, or not, as its position tells. */
  onError(error: unknown): void;
};

/** A way to hear the timeline: the engine through the audio device, or its preview in the page. */
export interface Playback {
  /** The fastest it shuttles, either way. */
  readonly mostSpeed: number;
  /** Plays in place of whatever it played. */
  play(request: PlaybackRequest): void;
  /** Goes on from there; only while it plays. */
  locate(sample: number): void;
  /** Goes round another span, or on; only while it plays. */
  setLoop(loop: Loop | null): void;
  /** Goes on at another speed; only while it plays. */
  changeSpeed(speed: Speed, keepPitch: boolean): void;
  /** Stops, and stands ready to play from there. */
  stop(standAtSample: number): void;
  /** Where it is heard at a time of `performance.now()`, fractional; null while it does not play. */
  positionSamples(atMs: number): number | null;
  dispose(): void;
}
