import type { MediaAccess } from '../app/session.ts';
import type { PictureReport, PictureRequest } from './picture-messages.ts';

/** One frame at a time of any picture that has a proxy, apart from what the playhead shows. */
export class StillPicture {
  readonly #worker: Worker;

  /** `onShown` is told which frame is on the canvas, `onFailed` why one cannot be. A canvas serves one of these only. */
  constructor(
    canvas: HTMLCanvasElement,
    access: MediaAccess,
    onShown: (pictureId: number, frame: number) => void,
    onFailed: (pictureId: number, message: string) => void,
  ) {
    this.#worker = new Worker(new URL('./picture-worker.ts', import.meta.url), { type: 'module' });
    this.#worker.onmessage = ({ data }: MessageEvent<PictureReport>) => {
      if (data.kind === 'shown') onShown(data.pictureId, data.frame);
      else if (data.kind === 'failed') onFailed(data.pictureId, data.message);
    };
    const offscreen = canvas.transferControlToOffscreen();
    this.#worker.postMessage({ kind: 'canvas', canvas: offscreen } satisfies PictureRequest, [offscreen]);
    this.#send({ kind: 'access', ...access });
  }

  /** Shows a frame as soon as it is decoded; a later wish takes its place. */
  show(pictureId: number, frame: number): void {
    this.#send({ kind: 'show', pictureId, frame, speed: 0, burnIn: '' });
  }

  black(): void {
    this.#send({ kind: 'black' });
  }

  dispose(): void {
    this.#worker.terminate();
  }

  #send(request: PictureRequest): void {
    this.#worker.postMessage(request);
  }
}
