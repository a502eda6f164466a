import { MEDIA_ROUTES, type PictureIndex } from '../../src-shared/rpc/media-routes.ts';
import { byteSpanOf } from './picture-frame.ts';
import { HOST_AWAY } from './picture-messages.ts';

/** Frames fetched with one request: half a second or a second of film. */
const FRAMES_IN_BLOCK = 24;
/** About half a minute of proxy at hand. */
const BLOCKS_KEPT = 32;

type Block = { readonly fromByte: number; readonly bytes: Promise<Uint8Array> };

/** Reads the encoded frames of one proxy by byte range, in blocks, and keeps those read last. */
export class ProxyReader {
  readonly index: PictureIndex;
  readonly #url: string;
  readonly #token: string;
  readonly #blocks = new Map<number, Block>();

  private constructor(index: PictureIndex, url: string, token: string) {
    this.index = index;
    this.#url = url;
    this.#token = token;
  }

  /** Fetches the index of a proxy. Rejects when the host has none, with {@link HOST_AWAY} where it does not answer. */
  static async open(pictureId: number, baseUrl: string, token: string): Promise<ProxyReader> {
    const response = await fromHost(`${baseUrl}${MEDIA_ROUTES.pictureIndex}/${pictureId}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`The picture’s index could not be read (${response.status}).`);
    const index = (await response.json().catch(hostAway)) as PictureIndex;
    return new ProxyReader(index, `${baseUrl}${MEDIA_ROUTES.picture}/${pictureId}`, token);
  }

  get frameCount(): number {
    return this.index.frames.length / 2;
  }

  /** The encoded bytes of a frame. */
  async frame(frame: number): Promise<Uint8Array> {
    const offset = this.index.frames[frame * 2];
    const size = this.index.frames[frame * 2 + 1];
    if (offset === undefined || size === undefined) throw new RangeError(`The picture has no frame ${frame}.`);
    const block = this.#block(frame);
    const bytes = await block.bytes;
    return bytes.subarray(offset - block.fromByte, offset - block.fromByte + size);
  }

  /** Begins to fetch the block of a frame, so that it is at hand when it is asked for. */
  prefetch(frame: number): void {
    if (frame >= 0 && frame < this.frameCount) this.#block(frame).bytes.catch(() => undefined);
  }

  #block(frame: number): Block {
    const span = byteSpanOf(frame, this.index.frames, FRAMES_IN_BLOCK);
    const known = this.#blocks.get(span.first);
    if (known) {
      this.#blocks.delete(span.first);
      this.#blocks.set(span.first, known);
      return known;
    }
    const bytes = this.#fetch(span.fromByte, span.toByte);
    // A failed block is asked for again next time.
    bytes.catch(() => this.#blocks.delete(span.first));
    const block = { fromByte: span.fromByte, bytes };
    this.#blocks.set(span.first, block);
    for (const first of this.#blocks.keys()) {
      if (this.#blocks.size <= BLOCKS_KEPT) break;
      this.#blocks.delete(first);
    }
    return block;
  }

  async #fetch(fromByte: number, toByte: number): Promise<Uint8Array> {
    const response = await fromHost(this.#url, {
      headers: { authorization: `Bearer ${this.#token}`, range: `bytes=${fromByte}-${toByte - 1}` },
    });
    if (response.status !== 206 && response.status !== 200)
      throw new Error(`The picture could not be read (${response.status}).`);
    const bytes = new Uint8Array(await response.arrayBuffer().catch(hostAway));
    return response.status === 206 ? bytes : bytes.subarray(fromByte, toByte);
  }
}

function fromHost(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, init).catch(hostAway);
}

/** A browser's own words for it differ, and say nothing of what to do. */
function hostAway(cause: unknown): never {
  throw new Error(HOST_AWAY, { cause });
}
