import { framesToKeep } from './picture-frame.ts';
import type { ProxyReader } from './proxy-reader.ts';

/** Decoded frames ready beyond the one that is shown. */
const FRAMES_AHEAD = 6;
const FRAMES_KEPT = 14;
const MAX_DECODING = 6;

/**
 * One persistent decoder over an all-intra proxy: every frame is a key frame, so any may be asked for in any order.
 * Frames are known by their time stamp, which is the frame's number; they come back decoded in `onFrame`.
 */
export class FrameDecoder {
  readonly reader: ProxyReader;
  readonly #onFrame: (frame: number) => void;
  readonly #onError: (message: string) => void;
  readonly #ready = new Map<number, VideoFrame>();
  readonly #pending = new Set<number>();
  #decoder: VideoDecoder;
  #wanted: readonly number[] = [];
  #failures = 0;
  #closed = false;

  constructor(reader: ProxyReader, onFrame: (frame: number) => void, onError: (message: string) => void) {
    this.reader = reader;
    this.#onFrame = onFrame;
    this.#onError = onError;
    this.#decoder = this.#makeDecoder();
  }

  /** Has `frame` decoded, and those that come next at `speed`; forgets what is far from it. */
  want(frame: number, speed: number): void {
    this.#wanted = framesToKeep(frame, speed, this.reader.frameCount, speed === 0 ? 2 : FRAMES_AHEAD);
    const step = speed === 0 ? 1 : Math.sign(speed);
    this.reader.prefetch(frame + step * 24 * Math.max(1, Math.abs(speed)));
    this.#trim(frame);
    this.#feed();
  }

  /** A decoded frame, which stays this object's; null while it is not ready. */
  get(frame: number): VideoFrame | null {
    return this.#ready.get(frame) ?? null;
  }

  close(): void {
    this.#closed = true;
    for (const frame of this.#ready.values()) frame.close();
    this.#ready.clear();
    if (this.#decoder.state !== 'closed') this.#decoder.close();
  }

  #makeDecoder(): VideoDecoder {
    const decoder = new VideoDecoder({
      output: (decoded) => {
        const frame = decoded.timestamp;
        this.#pending.delete(frame);
        if (this.#closed) return decoded.close();
        this.#failures = 0;
        this.#ready.get(frame)?.close();
        this.#ready.set(frame, decoded);
        this.#onFrame(frame);
        this.#feed();
      },
      error: (error) => {
        this.#pending.clear();
        if (this.#closed) return;
        this.#failures++;
        if (this.#failures > 3) return this.#onError(error.message);
        this.#decoder = this.#makeDecoder();
        this.#feed();
      },
    });
    const { index } = this.reader;
    decoder.configure({
      codec: index.codec,
      codedWidth: index.widthPixels,
      codedHeight: index.heightPixels,
      description: Uint8Array.from(atob(index.description), (character) => character.charCodeAt(0)),
      optimizeForLatency: true,
    });
    return decoder;
  }

  #feed(): void {
    if (this.#closed) return;
    for (const frame of this.#wanted) {
      if (this.#pending.size >= MAX_DECODING) return;
      if (this.#ready.has(frame) || this.#pending.has(frame)) continue;
      this.#pending.add(frame);
      this.reader.frame(frame).then(
        (data) => this.#decode(frame, data),
        (error: unknown) => {
          this.#pending.delete(frame);
          if (!this.#closed && frame === this.#wanted[0])
            this.#onError(error instanceof Error ? error.message : String(error));
        },
      );
    }
  }

  #decode(frame: number, data: Uint8Array): void {
    if (this.#closed) return;
    if (!this.#wanted.includes(frame) || this.#decoder.state !== 'configured') {
      this.#pending.delete(frame);
      this.#feed();
      return;
    }
    this.#decoder.decode(new EncodedVideoChunk({ type: 'key', timestamp: frame, data }));
    // At rest nothing follows that would push the last frames out of the decoder.
    if (frame === this.#wanted[0]) this.#decoder.flush().catch(() => undefined);
  }

  #trim(frame: number): void {
    if (this.#ready.size <= FRAMES_KEPT) return;
    const far = [...this.#ready.keys()].sort((a, b) => Math.abs(b - frame) - Math.abs(a - frame));
    for (const gone of far.slice(0, this.#ready.size - FRAMES_KEPT)) {
      this.#ready.get(gone)?.close();
      this.#ready.delete(gone);
    }
  }
}
