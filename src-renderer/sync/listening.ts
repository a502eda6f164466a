import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import { reportOf } from '../app/connection.ts';
import { levellingGain, type PairPiece, type PairSettings, renderPair } from '../audition/pair-sound.ts';
import { PreviewPlayer } from '../audition/preview-player.ts';
import { ToneOutput } from '../audition/tone-output.ts';
import { tellError } from '../ui/toasts.ts';
import type { Review } from './review.ts';
import { laidOnCamera } from './trace-view.ts';

/** Heard to either side of the place while it goes round. */
const LOOP_SIDE_SECONDS = 1.5;
/** What the levels are taken from. */
const LEVEL_SECONDS = 4;
const SAMPLES_PER_REQUEST = 480_000;

type Gains = { readonly camera: number; readonly recorder: number };

/** Plays camera and recorder against each other, from the place that is looked at. */
export class Listening {
  readonly #review: Review;
  #output: ToneOutput | null = null;
  #player: PreviewPlayer | null = null;
  /** Ends what was begun last, also what it is still fetching; null while nothing is played. */
  #begun: AbortController | null = null;
  #gains: Gains = { camera: 1, recorder: 1 };
  #kind: 'loop' | 'on' = 'loop';
  #transportFollowed = false;

  constructor(review: Review) {
    this.#review = review;
  }

  /** Round and round the place (`loop`), or from it on to the clip's end (`on`). */
  play(kind: 'loop' | 'on'): void {
    this.stop();
    const begun = new AbortController();
    this.#begun = begun;
    void this.#start(kind, begun.signal).catch((error) => {
      if (begun.signal.aborted) return;
      this.stop();
      tellError(reportOf(error));
    });
  }

  toggle(kind: 'loop' | 'on'): void {
    if (this.#review.state.playing === 'stopped') this.play(kind);
    else this.stop();
  }

  stop(): void {
    this.#begun?.abort();
    this.#begun = null;
    this.#player?.stop();
    this.#player = null;
    if (this.#review.state.playing !== 'stopped') this.#review.set({ playing: 'stopped' });
  }

  /** The camera second that is heard; null while nothing is. */
  heardSeconds(): number | null {
    const at = this.#player?.positionSamples() ?? null;
    return at === null ? null : at / this.#rate();
  }

  /** What is still to come is made anew: the line, the ears or the microphones have changed. */
  refresh(): void {
    this.#player?.refresh();
  }

  /** A loop goes where the place went. */
  replaceIfPlaying(): void {
    if (this.#begun) this.play(this.#kind);
  }

  /** Ends and gives the sound device back. */
  dispose(): void {
    this.stop();
    void this.#output?.close();
    this.#output = null;
  }

  #rate(): number {
    return this.#review.project.mirror.clock().sampleRate;
  }

  async #start(kind: 'loop' | 'on', signal: AbortSignal): Promise<void> {
    const { project } = this.#review;
    const shown = this.#review.shown();
    if (!shown) {
      this.stop();
      return;
    }
    this.#followTransport();
    project.transport.stop();
    this.#kind = kind;
    const rate = this.#rate();
    const output = await this.#outputAt(rate);
    if (signal.aborted) return;
    output.setMonitorGainDb(project.transport.store.getState().monitorGainDb);
    const { placeSeconds } = this.#review.state;
    const lengthSamples = shown.camera.lengthSamples;
    const side = Math.round(LOOP_SIDE_SECONDS * rate);
    const place = Math.round(placeSeconds * rate);
    const fromSample = kind === 'loop' ? Math.max(0, place - side) : Math.min(place, lengthSamples - 1);
    const toSample = Math.min(lengthSamples, place + side);
    const range = {
      speed: 1,
      loop: kind === 'loop' ? { fromSample: Math.min(fromSample, toSample - 2), toSample } : null,
      endSample: kind === 'on' ? lengthSamples : null,
    } as const;
    this.#review.set({ playing: 'starting' });
    const player = new PreviewPlayer(
      output,
      renderPair(() => this.#settings(), this.#fetch),
      range,
      fromSample,
      {
        onStart: () => this.#review.set({ playing: 'playing' }),
        onEnd: () => this.#player === player && this.stop(),
        onUnderrun: () => undefined,
        onError: (error) => {
          if (this.#player !== player) return;
          this.stop();
          tellError(reportOf(error));
        },
      },
    );
    this.#player = player;
    const gains = await this.#measure(placeSeconds, signal);
    if (this.#player !== player) return;
    this.#gains = gains;
    await player.start();
  }

  /** The one output, at this rate; one at another rate is closed first. */
  async #outputAt(rate: number): Promise<ToneOutput> {
    const old = this.#output;
    if (old?.sampleRate === rate) return old;
    // It stands before the other has closed, so that whoever begins in the meantime takes the same one.
    const output = new ToneOutput(rate);
    this.#output = output;
    await old?.close();
    return output;
  }

  /** What is heard now: the shown line and microphone, or while laying together by hand the two cursors. */
  #settings(): PairSettings {
    const shown = this.#review.shown();
    const { ears, hand, cameraChannel, placeSeconds } = this.#review.state;
    const rate = this.#rate();
    if (!shown) return { camera: null, recorder: null, pieces: [], ears };
    const camera = { sourceId: shown.camera.id, channel: cameraChannel, gain: this.#gains.camera };
    if (hand) {
      const startSample = (hand.recorderSeconds - placeSeconds) * rate;
      return {
        camera,
        recorder:
          hand.recorderSourceId === null
            ? null
            : { sourceId: hand.recorderSourceId, channel: handChannel(this.#review), gain: this.#gains.recorder },
        pieces: [{ fromSample: Number.NEGATIVE_INFINITY, startSample, pace: 1 }],
        ears,
      };
    }
    const pieces: PairPiece[] = laidOnCamera(shown.pieces, rate).map((piece) => ({
      fromSample: piece.fromSeconds * rate,
      startSample: piece.startSample,
      pace: piece.samplesPerSecond / rate,
    }));
    const sign = shown.recorderInverted ? -1 : 1;
    const recorder = shown.recorder && {
      sourceId: shown.recorder.id,
      channel: shown.recorderChannel,
      gain: sign * this.#gains.recorder,
    };
    // With nothing to hear beside it, the camera is in both ears.
    return { camera, recorder, pieces, ears: recorder ? ears : 'camera' };
  }

  /** How much louder each must be to be about as loud as the other, by what lies around the place. */
  async #measure(placeSeconds: number, signal: AbortSignal): Promise<Gains> {
    this.#gains = { camera: 1, recorder: 1 };
    const { camera, recorder, pieces } = this.#settings();
    const rate = this.#rate();
    const count = LEVEL_SECONDS * rate;
    const from = Math.max(0, Math.round(placeSeconds * rate - count / 2));
    const piece = pieces.findLast((candidate) => candidate.fromSample <= from) ?? pieces[0];
    const level = async (voice: typeof camera, at: number) =>
      voice
        ? levellingGain(await this.#fetch(voice.sourceId, voice.channel, Math.max(0, Math.floor(at)), count, signal))
        : 1;
    const [ofCamera, ofRecorder] = await Promise.all([
      level(camera, from),
      level(recorder, piece ? piece.startSample + from * piece.pace : 0),
    ]);
    return { camera: ofCamera, recorder: ofRecorder };
  }

  #fetch = async (sourceId: number, channel: number, from: number, count: number, signal: AbortSignal) => {
    const sound = new Float32Array(count);
    for (let at = 0; at < count; at += SAMPLES_PER_REQUEST) {
      const wanted = Math.min(SAMPLES_PER_REQUEST, count - at);
      const query = `?source=${sourceId}&channel=${channel}&from=${from + at}&count=${wanted}`;
      const response = await this.#review.project.session.fetchMedia(MEDIA_ROUTES.samples + query, { signal });
      sound.set(new Float32Array(await response.arrayBuffer()).subarray(0, wanted), at);
    }
    return sound;
  };

  /** The timeline's playing and this one never sound together. */
  #followTransport(): void {
    if (this.#transportFollowed) return;
    this.#transportFollowed = true;
    this.#review.project.transport.store.subscribe(({ phase }) => {
      if (phase !== 'stopped') this.stop();
    });
  }
}

/** The recorder channel that is shown and heard while laying together by hand. */
export function handChannel(review: Review): number {
  const { hand, recorderChannel } = review.state;
  const source = hand?.recorderSourceId ? review.project.mirror.get('source', hand.recorderSourceId) : null;
  return source ? Math.min(recorderChannel ?? 0, source.channelCount - 1) : 0;
}
