import type { Loop, Speed } from '../../src-shared/engine/live-engine.ts';
import { TwopopError } from '../../src-shared/rpc/error.ts';
import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import type { PlaybackRange, Speed as WholeSpeed } from '../audition/playback-schedule.ts';
import { PreviewPlayer } from '../audition/preview-player.ts';
import { ToneOutput } from '../audition/tone-output.ts';
import type { Mirror } from '../project/mirror.ts';
import type { Playback, PlaybackEvents, PlaybackRequest } from './playback.ts';
import { paceOf } from './speeds.ts';

type PreviewOptions = {
  readonly mirror: Mirror;
  /** Fetches a media route with the token. */
  readonly fetchMedia: (route: string, init?: RequestInit) => Promise<Response>;
};

/** Edits in quick succession are heard together. */
const REFRESH_DELAY_MS = 40;
const WHOLE_SPEEDS: readonly number[] = [1, 2, 4, -1, -2, -4] satisfies WholeSpeed[];

/** Where no audio device is open: the engine's render of the mix, played in the page through Tone. */
export class PreviewPlayback implements Playback {
  readonly mostSpeed = 4;
  readonly #options: PreviewOptions;
  readonly #events: PlaybackEvents;
  readonly #unsubscribe: () => void;
  #output: ToneOutput | null = null;
  #monitorGainDb = 0;
  #player: PreviewPlayer | null = null;
  #request: PlaybackRequest | null = null;
  #refreshTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(options: PreviewOptions, events: PlaybackEvents) {
    this.#options = options;
    this.#events = events;
    this.#unsubscribe = options.mirror.subscribe(() => {
      if (!this.#player || this.#refreshTimer) return;
      this.#refreshTimer = setTimeout(() => {
        this.#refreshTimer = null;
        this.#player?.refresh();
      }, REFRESH_DELAY_MS);
    });
  }

  play(request: PlaybackRequest): void {
    this.#player?.stop();
    this.#player = null;
    const speed = paceOf(request.speed);
    if (!WHOLE_SPEEDS.includes(speed)) {
      this.#events.onError(atWholeSpeedsOnly());
      return;
    }
    const { mirror } = this.#options;
    const { sampleRate } = mirror.clock();
    try {
      if (this.#output?.sampleRate !== sampleRate) {
        void this.#output?.close();
        this.#output = new ToneOutput(sampleRate);
        this.#output.setMonitorGainDb(this.#monitorGainDb);
      }
    } catch (error) {
      this.#events.onError(error);
      return;
    }
    this.#request = request;
    const contentEnd = mirror.endSample();
    const range: PlaybackRange = {
      speed: speed as WholeSpeed,
      loop: speed > 0 ? request.loop : null,
      endSample: request.endSample ?? (request.fromSample < contentEnd ? contentEnd : null),
    };
    const player = new PreviewPlayer(this.#output, this.#render, range, request.fromSample, {
      onStart: () => this.#events.onStarted(),
      onEnd: () => {
        if (this.#player !== player) return;
        this.#player = null;
        this.#events.onEnded(speed < 0 ? 0 : (range.endSample ?? request.fromSample));
      },
      onUnderrun: () => this.#events.onUnderrun(),
      onError: (error) => this.#fail(player, error),
    });
    this.#player = player;
    player.start().catch((error) => this.#fail(player, error));
  }

  locate(sample: number): void {
    if (this.#request) this.play({ ...this.#request, fromSample: sample });
  }

  setLoop(loop: Loop | null): void {
    if (this.#request) this.play({ ...this.#request, fromSample: this.#here(), loop });
  }

  changeSpeed(speed: Speed, keepPitch: boolean): void {
    if (this.#request) this.play({ ...this.#request, fromSample: this.#here(), speed, keepPitch });
  }

  stop(): void {
    this.#player?.stop();
    this.#player = null;
  }

  positionSamples(atMs: number): number | null {
    if (!this.#player || !this.#request) return null;
    return this.#player.positionSamples(atMs - performance.now()) ?? this.#request.fromSample;
  }

  /** How loud it is listened to; changes neither meters nor bounces. */
  setMonitorGainDb(gainDb: number): void {
    this.#monitorGainDb = gainDb;
    this.#output?.setMonitorGainDb(gainDb);
  }

  /** The highest sample of both sides lately, linear. */
  peaks(): readonly [number, number] {
    return this.#player && this.#output ? this.#output.peaks() : [0, 0];
  }

  dispose(): void {
    this.#unsubscribe();
    if (this.#refreshTimer) clearTimeout(this.#refreshTimer);
    this.stop();
    void this.#output?.close();
    this.#output = null;
  }

  #here(): number {
    return Math.max(0, Math.round(this.positionSamples(performance.now()) ?? this.#request?.fromSample ?? 0));
  }

  #fail(player: PreviewPlayer, error: unknown): void {
    if (this.#player !== player) return;
    this.#player = null;
    this.#events.onError(error);
  }

  #render = async (fromSample: number, count: number, signal: AbortSignal): Promise<Float32Array> => {
    const response = await this.#options.fetchMedia(`${MEDIA_ROUTES.render}?from=${fromSample}&count=${count}`, {
      signal,
    });
    return new Float32Array(await response.arrayBuffer());
  };
}

function atWholeSpeedsOnly(): TwopopError {
  return new TwopopError({
    code: 'preview-speed',
    message: 'The preview plays at normal, double and fourfold speed only. It has stopped.',
    remedy: 'Open an audio device in the audio settings: the engine plays at every speed.',
  });
}
