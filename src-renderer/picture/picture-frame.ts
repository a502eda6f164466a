import type { PictureClipRow, PictureRow } from '../../src-shared/model/rows.ts';
import { type FrameRate, frameToSample, sampleToFrame } from '../../src-shared/time/frame-rate.ts';
import { formatTimecode } from '../../src-shared/time/timecode.ts';

/** The exact rate of a picture. */
export function pictureRate(picture: PictureRow): FrameRate {
  return {
    numerator: picture.frameRateNumerator,
    denominator: picture.frameRateDenominator,
    drop: picture.dropFrame,
  };
}

/**
 * The frame of `picture` that stands under a timeline position inside `clip`: the frame whose time it is, at the
 * picture's own rate, counted from the proxy's first. Null where the position lies outside the clip or the picture has
 * no such frame.
 */
export function frameAtPosition(
  positionSamples: number,
  clip: PictureClipRow,
  picture: PictureRow,
  sampleRate: number,
): number | null {
  const inside = Math.floor(positionSamples) - clip.startSample;
  if (inside < 0 || inside >= clip.lengthSamples) return null;
  const frame = clip.sourceInFrame + sampleToFrame(inside, pictureRate(picture), sampleRate);
  return frame < picture.frameCount ? frame : null;
}

/** The timeline position at which a frame of a placed picture begins. */
export function positionOfFrame(frame: number, clip: PictureClipRow, picture: PictureRow, sampleRate: number): number {
  return clip.startSample + frameToSample(frame - clip.sourceInFrame, pictureRate(picture), sampleRate);
}

/** The source timecode of a picture's frame; null when the file carried none. */
export function sourceTimecodeOfFrame(frame: number, picture: PictureRow): string | null {
  return picture.startFrame === null ? null : formatTimecode(picture.startFrame + frame, pictureRate(picture));
}

/**
 * The frames to have ready around `frame`, most wanted first: itself, then those that come next at `speed` (frames a
 * step, sign for the way), then the neighbours on the other side for a jog.
 */
export function framesToKeep(frame: number, speed: number, frameCount: number, ahead: number): readonly number[] {
  const step = speed === 0 ? 1 : Math.trunc(speed) || Math.sign(speed);
  const frames = [frame];
  for (let i = 1; i <= ahead; i++) frames.push(frame + i * step);
  frames.push(frame - Math.sign(step));
  return [...new Set(frames)].filter((wanted) => wanted >= 0 && wanted < frameCount);
}

/** A span of the proxy's bytes holding frames `first` to `last`. */
export type ByteSpan = {
  readonly first: number;
  readonly last: number;
  readonly fromByte: number;
  readonly toByte: number;
};

/** The block of frames that `frame` is fetched with; `index` is offset, size, offset, size, as in `PictureIndex`. */
export function byteSpanOf(frame: number, index: readonly number[], framesInBlock: number): ByteSpan {
  const frameCount = index.length / 2;
  const first = Math.floor(frame / framesInBlock) * framesInBlock;
  const last = Math.min(frameCount, first + framesInBlock) - 1;
  let fromByte = Number.POSITIVE_INFINITY;
  let toByte = 0;
  for (let i = first; i <= last; i++) {
    fromByte = Math.min(fromByte, index[i * 2]!);
    toByte = Math.max(toByte, index[i * 2]! + index[i * 2 + 1]!);
  }
  return { first, last, fromByte, toByte };
}
