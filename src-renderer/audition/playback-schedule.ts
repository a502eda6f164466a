/**
 * What is played when: pure arithmetic. Two counts of samples meet here: *timeline samples*, where the sound lies in the
 * project, and *output frames*, when it leaves the audio context (same rate, counted from the context's start). At speed
 * 2, two timeline samples pass in each output frame.
 */

/** How fast and which way: 1 plays, others shuttle. */
export type Speed = 1 | 2 | 4 | -1 | -2 | -4;

/** What a run of playback goes over. */
export type PlaybackRange = {
  readonly speed: Speed;
  /** Played round and round, forward only. `fromSample < toSample`. */
  readonly loop: { readonly fromSample: number; readonly toSample: number } | null;
  /** Where forward playback without a loop ends; null runs on. */
  readonly endSample: number | null;
};

/** A piece to render and play. Reversed pieces are rendered forward over the same span, then turned round. */
export type Chunk = {
  readonly fromSample: number;
  readonly countSamples: number;
  readonly speed: Speed;
  readonly outputFrames: number;
  /** Where the piece after it begins. */
  readonly nextSample: number;
};

/**
 * The piece that starts at `atSample` and fills about `outputFrames`; null when there is nothing left to play. Pieces
 * end at loop ends, at the range's end, and in reverse at the start of time.
 */
export function nextChunk(range: PlaybackRange, atSample: number, outputFrames: number): Chunk | null {
  const { speed } = range;
  const pace = Math.abs(speed);
  if (speed < 0) {
    const count = Math.min(outputFrames * pace, Math.floor(atSample / pace) * pace);
    if (count <= 0) return null;
    return piece(atSample - count, count, speed, atSample - count);
  }
  const { loop } = range;
  if (loop) {
    const inside = atSample < loop.toSample && loop.toSample - atSample >= pace;
    const start = inside ? atSample : loop.fromSample;
    const left = loop.toSample - start;
    const count = Math.min(outputFrames * pace, Math.floor(left / pace) * pace);
    if (count <= 0) return null;
    const next = start + count;
    return piece(start, count, speed, loop.toSample - next < pace ? loop.fromSample : next);
  }
  const left = range.endSample === null ? Number.POSITIVE_INFINITY : range.endSample - atSample;
  const count = Math.min(outputFrames * pace, Math.floor(left / pace) * pace);
  if (count <= 0) return null;
  return piece(atSample, count, speed, atSample + count);
}

function piece(fromSample: number, countSamples: number, speed: Speed, nextSample: number): Chunk {
  return { fromSample, countSamples, speed, outputFrames: countSamples / Math.abs(speed), nextSample };
}

/** A piece with its place in the output. */
export type PlacedChunk = { readonly chunk: Chunk; readonly startFrame: number };

/**
 * The timeline position heard at an output frame. Before the first piece it is that piece's start; where the next piece
 * did not come in time it rests at the end of the last. Null for no pieces.
 */
export function positionAt(placed: readonly PlacedChunk[], outputFrame: number): number | null {
  const first = placed[0];
  if (!first) return null;
  let current = first;
  for (const candidate of placed) {
    if (candidate.startFrame > outputFrame) break;
    current = candidate;
  }
  const { chunk, startFrame } = current;
  const elapsed = Math.min(chunk.outputFrames, Math.max(0, outputFrame - startFrame));
  return chunk.speed > 0
    ? chunk.fromSample + elapsed * chunk.speed
    : chunk.fromSample + chunk.countSamples + elapsed * chunk.speed;
}

/**
 * Turns rendered sound (left and right interleaved, `countSamples` of each) into what is played: reversed where the
 * speed is negative, and each `|speed|` samples averaged into one. Throws a RangeError when there is less sound than
 * the piece is long.
 */
export function shapeChunk(
  interleaved: Float32Array,
  chunk: Chunk,
): { left: Float32Array<ArrayBuffer>; right: Float32Array<ArrayBuffer> } {
  const { countSamples, outputFrames, speed } = chunk;
  if (interleaved.length < countSamples * 2)
    throw new RangeError(`${interleaved.length / 2} samples rendered where ${countSamples} were asked for`);
  const pace = Math.abs(speed);
  const left = new Float32Array(outputFrames);
  const right = new Float32Array(outputFrames);
  for (let frame = 0; frame < outputFrames; frame++) {
    const from = speed > 0 ? frame * pace : countSamples - (frame + 1) * pace;
    let sumLeft = 0;
    let sumRight = 0;
    for (let i = 0; i < pace; i++) {
      sumLeft += interleaved[(from + i) * 2]!;
      sumRight += interleaved[(from + i) * 2 + 1]!;
    }
    left[frame] = sumLeft / pace;
    right[frame] = sumRight / pace;
  }
  return { left, right };
}
