import type { PictureClipRow, PictureRow } from '../../src-shared/model/rows.ts';
import { timecodeAt } from '../../src-shared/time/timecode.ts';
import type { MediaAccess } from '../app/session.ts';
import type { Mirror } from '../project/mirror.ts';
import type { Transport } from '../transport/transport.ts';
import { frameAtPosition, positionOfFrame } from './picture-frame.ts';
import { HOST_AWAY, type PictureReport, type PictureRequest } from './picture-messages.ts';
import { RefreshPeriod } from './refresh-period.ts';

/** What stands under the playhead: a frame on its way or shown, a picture that cannot be shown yet, or nothing. */
export type PictureState =
  | { readonly kind: 'none' }
  | { readonly kind: 'proxy-missing'; readonly picture: PictureRow }
  | { readonly kind: 'failed'; readonly picture: PictureRow; readonly message: string }
  | {
      readonly kind: 'picture';
      readonly picture: PictureRow;
      readonly clip: PictureClipRow;
      readonly shownFrame: number | null;
    };

/**
 * Keeps the picture on the playhead: at each screen refresh it works out the one frame that belongs to the next one and
 * asks the worker for it when it is another than before.
 */
export class PicturePlayer {
  readonly #worker: Worker;
  readonly #mirror: Mirror;
  readonly #transport: Transport;
  readonly #onState: (state: PictureState) => void;
  readonly #unsubscribe: () => void;
  readonly #failures = new Map<number, string>();
  #state: PictureState = { kind: 'none' };
  #asked = '';
  #burnIn = false;
  #animation = 0;
  readonly #period = new RefreshPeriod();

  constructor(
    canvas: HTMLCanvasElement,
    access: MediaAccess,
    mirror: Mirror,
    transport: Transport,
    onState: (state: PictureState) => void,
  ) {
    this.#mirror = mirror;
    this.#transport = transport;
    this.#onState = onState;
    this.#worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<PictureReport>) => this.#receive(data);
    const offscreen = canvas.transferControlToOffscreen();
    this.#worker.postMessage({ kind: 'canvas', canvas: offscreen } satisfies PictureRequest, [offscreen]);
    this.#send({ kind: 'access', ...access });
    this.#unsubscribe = mirror.subscribe((change) => {
      if (change.tables.has('picture') && !change.reset) {
        for (const row of change.diff) {
          if (row.table !== 'picture' || row.before?.proxyPath === row.after?.proxyPath) continue;
          this.#failures.delete(row.id);
          this.#send({ kind: 'forget', pictureId: row.id });
        }
      }
      this.#asked = '';
    });
    const step = (atMs: number) => {
      this.#animation = requestAnimationFrame(step);
      this.#period.take(atMs);
      this.#follow(atMs + this.#period.milliseconds);
    };
    step(performance.now());
  }

  /** Whether the timeline's timecode is written into the picture. */
  setBurnIn(burnIn: boolean): void {
    this.#burnIn = burnIn;
  }

  /** Asks again for what could not be had while the host was away. */
  tryAgain(): void {
    for (const [pictureId, message] of this.#failures) if (message === HOST_AWAY) this.#failures.delete(pictureId);
    this.#asked = '';
  }

  dispose(): void {
    cancelAnimationFrame(this.#animation);
    this.#unsubscribe();
    this.#worker.terminate();
  }

  #send(request: PictureRequest): void {
    this.#worker.postMessage(request);
  }

  /** `shownAtMs`: when what is asked for now comes to the screen. */
  #follow(shownAtMs: number): void {
    const position = Math.max(0, this.#transport.positionSamples(shownAtMs));
    const whole = Math.floor(position);
    const clip = this.#mirror.pictureClips(whole, whole + 1)[0];
    const picture = clip ? this.#mirror.get('picture', clip.pictureId) : null;
    const frame = clip && picture ? frameAtPosition(position, clip, picture, this.#mirror.clock().sampleRate) : null;
    const speed = this.#transport.store.getState().speed;
    const failure = picture ? this.#failures.get(picture.id) : undefined;
    const proxy = picture?.proxyPath ?? null;
    const asked = picture
      ? `${picture.id}/${proxy}/${frame}/${speed === 0 ? 0 : 1}/${failure ?? ''}/${this.#burnIn}`
      : '';
    if (asked === this.#asked && (asked !== '' || this.#state.kind === 'none')) return;
    this.#asked = asked;
    if (!clip || !picture || (frame === null && proxy)) {
      this.#send({ kind: 'black' });
      this.#set({ kind: 'none' });
    } else if (!proxy || frame === null) {
      this.#send({ kind: 'black' });
      this.#set({ kind: 'proxy-missing', picture });
    } else if (failure !== undefined) {
      this.#send({ kind: 'black' });
      this.#set({ kind: 'failed', picture, message: failure });
    } else {
      const clock = this.#mirror.clock();
      const burnIn = this.#burnIn ? timecodeAt(positionOfFrame(frame, clip, picture, clock.sampleRate), clock) : '';
      this.#send({ kind: 'show', pictureId: picture.id, frame, speed, burnIn });
      const known =
        this.#state.kind === 'picture' && this.#state.picture.id === picture.id ? this.#state.shownFrame : null;
      this.#set({ kind: 'picture', picture, clip, shownFrame: known });
    }
  }

  #receive(report: PictureReport): void {
    if (report.kind === 'failed') {
      this.#failures.set(report.pictureId, report.message);
      this.#asked = '';
    } else if (report.kind === 'shown') {
      if (this.#state.kind === 'picture' && this.#state.picture.id === report.pictureId)
        this.#set({ ...this.#state, shownFrame: report.frame });
    }
  }

  #set(state: PictureState): void {
    this.#state = state;
    this.#onState(state);
  }
}
