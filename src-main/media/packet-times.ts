import { createInterface } from 'node:readline';
import { inputArguments, startFfmpeg } from './ffmpeg.ts';
import { cancelledError } from './media-error.ts';

/** Presentation times of every frame, in order, in ticks of `timescale` a second. */
export type PacketTimes = { readonly ticks: Float64Array; readonly timescale: number };

/** 46 hours at 30 frames a second. */
const mostFrames = 5_000_000;

/**
 * Reads when each frame of a file's picture is presented without decoding it, for containers without a table of it
 * (Matroska, fragmented MP4). The whole file is read. Null when the container gives no times.
 */
export async function readPacketTimes(path: string, stream: number, signal?: AbortSignal): Promise<PacketTimes | null> {
  const args = ['-loglevel', 'error', '-copyts', ...inputArguments(path), '-map', `0:${stream}`];
  const running = await startFfmpeg([...args, '-c', 'copy', '-f', 'framecrc', 'pipe:1'], { signal });
  const times: number[] = [];
  let timeBase: readonly [number, number] | null = null;
  try {
    for await (const line of createInterface({ input: running.stdout })) {
      const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
      if (base) timeBase = [Number(base[1]), Number(base[2])];
      const time = /^0, *-?\d+, *(-?\d+),/.exec(line)?.[1];
      if (time !== undefined && times.length < mostFrames) times.push(Number(time));
    }
    await running.done;
  } finally {
    running.kill();
  }
  if (signal?.aborted) throw cancelledError(path);
  if (!timeBase || times.length === 0 || timeBase[0] === 0) return null;
  const [numerator, timescale] = timeBase;
  return { ticks: Float64Array.from(times, (time) => time * numerator).sort(), timescale };
}
