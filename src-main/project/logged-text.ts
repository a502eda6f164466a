import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Shorter texts are not worth compressing: they fit into the page that their row takes anyway. */
const COMPRESSED_FROM = 2000;

/** No text of the log is longer; a damaged blob must not fill the memory. */
const LONGEST = 2 ** 30;

/** A text as the log holds it: itself, or compressed where it is long. Rows of a diff repeat themselves ten times over. */
export function packText(text: string): string | Buffer {
  return text.length < COMPRESSED_FROM ? text : deflateRawSync(text, { level: 1 });
}

/** What {@link packText} packed. Throws when a blob is damaged. */
export function unpackText(held: string | Buffer): string {
  return typeof held === 'string' ? held : inflateRawSync(held, { maxOutputLength: LONGEST }).toString();
}
