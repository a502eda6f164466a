/** A level is taken each so many milliseconds. */
const FRAME_MS = 20;
/** How long it must be quiet. */
const LEAST_PAUSE_MS = 150;
/** A pause lies this far under speech at least, where the place is quiet enough. */
const UNDER_SPEECH_DB = 20;
/** In a loud place: what lies within this of the background is a pause, */
const OVER_BACKGROUND_DB = 3;
/** as long as it is this far under speech. */
const LEAST_UNDER_SPEECH_DB = 6;
/** Rumble under this hides pauses and tells nothing of speech, Hz. */
const RUMBLE_HZ = 120;
/** In a long pause a place is given each so often. */
const PLACE_EVERY_MS = 1000;
const SILENCE_DB = -144;

/**
 * Where a sound may be cut without anyone hearing it: samples counted from its first one, in order. Levels of 20 ms
 * frames above 120 Hz are held against speech (the level that a tenth of the frames pass) and background (the level
 * that a tenth stay under): a pause is 150 ms and more that stay 20 dB under speech, or 3 dB over the background
 * where that is higher, but 6 dB under speech in any case. Each pause gives the middle of its quietest frame away from
 * its edges; one longer than a second gives such a place each second.
 */
export async function findPauses(chunks: AsyncIterable<Float32Array>, sampleRate: number): Promise<number[]> {
  const frameSamples = Math.round((sampleRate * FRAME_MS) / 1000);
  const levelsDb = await frameLevels(chunks, frameSamples, sampleRate);
  if (levelsDb.length === 0) return [];
  const sorted = Float64Array.from(levelsDb).sort();
  const speechDb = sorted[Math.floor(sorted.length * 0.9)]!;
  const backgroundDb = sorted[Math.floor(sorted.length * 0.1)]!;
  const thresholdDb = Math.min(
    speechDb - LEAST_UNDER_SPEECH_DB,
    Math.max(speechDb - UNDER_SPEECH_DB, backgroundDb + OVER_BACKGROUND_DB),
  );
  const isQuiet = (level: number) => level <= thresholdDb || level <= SILENCE_DB;
  const leastFrames = Math.ceil(LEAST_PAUSE_MS / FRAME_MS);
  const places: number[] = [];
  for (let first = 0; first < levelsDb.length; ) {
    let end = first;
    while (end < levelsDb.length && isQuiet(levelsDb[end]!)) end++;
    if (end - first >= leastFrames) places.push(...placesIn(levelsDb, first, end));
    first = Math.max(end, first + 1);
  }
  return places.map((frame) => Math.round((frame + 0.5) * frameSamples));
}

/** The quietest frame of each second of a pause `[first, end)`, two frames away from its edges. */
function placesIn(levelsDb: readonly number[], first: number, end: number): number[] {
  const inner = { first: first + 2, end: end - 2 };
  const stretches = Math.max(1, Math.floor(((inner.end - inner.first) * FRAME_MS) / PLACE_EVERY_MS));
  return Array.from({ length: stretches }, (_, index) => {
    const from = inner.first + Math.floor(((inner.end - inner.first) * index) / stretches);
    const to = inner.first + Math.floor(((inner.end - inner.first) * (index + 1)) / stretches);
    let quietest = Math.floor((from + to) / 2);
    for (let frame = from; frame < to; frame++) if (levelsDb[frame]! < levelsDb[quietest]!) quietest = frame;
    return quietest;
  });
}

/** RMS of whole frames after a high-pass of the first order, dBFS. */
async function frameLevels(
  chunks: AsyncIterable<Float32Array>,
  frameSamples: number,
  sampleRate: number,
): Promise<number[]> {
  const levels: number[] = [];
  const follow = 1 - Math.exp((-2 * Math.PI * RUMBLE_HZ) / sampleRate);
  let [low, sum, count] = [0, 0, 0];
  for await (const chunk of chunks) {
    for (const value of chunk) {
      low += follow * (value - low);
      sum += (value - low) ** 2;
      if (++count < frameSamples) continue;
      levels.push(Math.max(SILENCE_DB, 10 * Math.log10(sum / frameSamples + 1e-30)));
      [sum, count] = [0, 0];
    }
  }
  return levels;
}
