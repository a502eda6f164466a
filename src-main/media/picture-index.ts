import { type FileHandle, open } from 'node:fs/promises';
import type { PictureIndex } from '../../src-shared/rpc/media-routes.ts';
import { fileSystemError, mediaError, shownName } from './media-error.ts';
import { nominalRate } from './movie-facts.ts';
import { childBoxes, readMovieBox } from './mp4-boxes.ts';
import { frameExtents, movieTracks, presentationTicks } from './mp4-tracks.ts';

/** Bytes of a `VisualSampleEntry` before the boxes inside it (ISO/IEC 14496-12, 12.1.3). */
const visualEntryBytes = 78;

/**
 * Reads where each frame of an all-intra H.264 proxy lies, for a decoder that is fed frame by frame. Throws
 * `media-damaged` when the file is not such a proxy or was cut off.
 */
export async function pictureIndex(proxyPath: string): Promise<PictureIndex> {
  let file: FileHandle | undefined;
  try {
    file = await open(proxyPath, 'r');
    const { size } = await file.stat();
    const movie = await readMovieBox(file, size);
    const track = movie && movieTracks(movie).find(({ handler }) => handler === 'vide');
    const entry = track?.description;
    if (!track || entry?.type !== 'avc1' || entry.body.length < visualEntryBytes) throw notProxy(proxyPath);
    const configuration = childBoxes(entry.body, visualEntryBytes).find(({ type }) => type === 'avcC')?.body;
    const frames = frameExtents(track);
    if (!configuration || configuration.length < 7 || frames.length === 0) throw notProxy(proxyPath);
    for (let index = 0; index < frames.length; index += 2)
      if (frames[index]! + frames[index + 1]! > size || frames[index + 1] === 0) throw notProxy(proxyPath);
    const rate = nominalRate(presentationTicks(track), track.timescale);
    return {
      codec: `avc1.${configuration.toString('hex', 1, 4)}`,
      description: configuration.toString('base64'),
      widthPixels: entry.body.readUInt16BE(24),
      heightPixels: entry.body.readUInt16BE(26),
      frameRateNumerator: rate.numerator,
      frameRateDenominator: rate.denominator,
      frames,
    };
  } catch (error) {
    throw fileSystemError(proxyPath, error);
  } finally {
    await file?.close();
  }
}

function notProxy(path: string) {
  return mediaError(
    'media-damaged',
    `The picture proxy “${shownName(path)}” is damaged.`,
    'It is made again from the camera’s file when the project is opened next; nothing else was lost.',
  );
}
