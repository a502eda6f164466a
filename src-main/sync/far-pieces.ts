import { LEAST_LINE_SCORE } from '../../src-shared/sync/sync-decision.ts';
import { coveredCamera, recorderSecondsAt } from '../../src-shared/sync/sync-result.ts';
import { heldWindows } from './line-pieces.ts';
import type { TrackResult } from './sync-kernel.ts';
import { HALF_WINDOW_SECONDS, type Pairing, type Place, type Range, trackPlace } from './track-place.ts';

type Part = { readonly range: Range; readonly track: TrackResult };

/** How much sound a camera may lose at once and the rest of the clip still be searched for: a card that was full for a minute. */
const mostSearchedLossSeconds = 60;
/** Less of a clip than this says too little to be looked for by itself. */
const leastPartSeconds = 3;
/** Unrelated sounds reach 8 in a search of the waveform. */
const sureSearch = 12;
const searchedWindows = 8;
/** A camera that loses more than that many times is one that runs at a speed nobody looked for. */
const mostDepth = 3;

/**
 * A tracked line whose head or tail holds to nothing there, though the recorder speaks: what the camera lost before or
 * after may be more than a path follows. The rest of the clip is looked for by itself, up to a minute on in the same file
 * (back for what lies before), and each part is tracked on its own. The windows of all parts, lags against the line that
 * was given; null where nothing was found for the rest, and the line is all there is. Sound once lost does not come back:
 * a part that asks for less of the recorder than of the camera is repetition, as of a song's bars, and none of it is taken.
 */
export async function trackFarParts(pairing: Pairing, line: TrackResult): Promise<TrackResult | null> {
  const covered = coveredCamera(line, pairing.camera.durationSeconds, pairing.recorder.durationSeconds);
  if (!covered) return null;
  const parts = await partsOf(pairing, line, { from: 0, to: pairing.camera.durationSeconds }, 0);
  return parts.length > 1 ? mergedTrack(line, parts) : null;
}

/** Parts of a range, in order: what holds to the line, and before and after it what was found for the rest. */
async function partsOf(pairing: Pairing, line: TrackResult, range: Range, depth: number): Promise<Part[]> {
  const held = heldWindows(line);
  const heard = line.windows.filter((_, index) => held[index]);
  if (heard.length < 2) return [];
  const head = { from: range.from, to: Math.max(range.from, heard[0]!.cameraSeconds - HALF_WINDOW_SECONDS) };
  const tail = { from: Math.min(range.to, heard.at(-1)!.cameraSeconds + HALF_WINDOW_SECONDS), to: range.to };
  const before = await partsIn(pairing, line, head, -1, depth);
  const after = await partsIn(pairing, line, tail, 1, depth);
  const own = { from: before.length > 0 ? head.to : range.from, to: after.length > 0 ? tail.from : range.to };
  const track = before.length + after.length > 0 ? await trackPlace(pairing, tight(line), own) : line;
  return track.found ? [...before, { range: own, track }, ...after] : [];
}

/** What is found for a range that does not hold to a line, later on the recorder than it (`direction` 1) or earlier. */
async function partsIn(
  pairing: Pairing,
  line: TrackResult,
  range: Range,
  direction: 1 | -1,
  depth: number,
): Promise<Part[]> {
  const { kernel, camera, recorder, cancelFlag } = pairing;
  if (depth >= mostDepth || range.to - range.from < leastPartSeconds) return [];
  const nearest = line.offsetSeconds;
  const found = await kernel.syncSearchWaveform(
    camera.native,
    recorder.native,
    {
      cameraFrom: range.from,
      cameraTo: range.to,
      mostWindows: searchedWindows,
      mostCandidates: 1,
      offsetFrom: direction > 0 ? nearest : nearest - mostSearchedLossSeconds,
      offsetTo: direction > 0 ? nearest + mostSearchedLossSeconds : nearest,
      driftPpm: line.driftPpm,
    },
    cancelFlag,
  );
  const best = found[0];
  if (!best || best.score < sureSearch) return [];
  // The search tells the offset that holds in the range; a line tells it at second 0.
  const place = { offsetSeconds: best.offsetSeconds, driftPpm: line.driftPpm };
  const track = await trackPlace(pairing, { ...place, toleranceSeconds: 0.03, driftRangePpm: 20 }, range);
  if (!track.found || track.score < LEAST_LINE_SCORE) return [];
  const middle = (range.from + range.to) / 2;
  const lost = direction * (recorderSecondsAt(track, middle) - recorderSecondsAt(line, middle));
  if (lost <= 0) return [];
  return partsOf(pairing, track, range, depth + 1);
}

function tight(line: TrackResult): Place {
  return {
    offsetSeconds: line.offsetSeconds,
    driftPpm: line.driftPpm,
    toleranceSeconds: 0.002,
    driftRangePpm: 2,
  };
}

/** One track of all parts' windows, as if one path had led through them. */
function mergedTrack(line: TrackResult, parts: readonly Part[]): TrackResult {
  const windows: TrackResult['windows'][number][] = [];
  let runs = 0;
  for (const { track } of parts) {
    const own = Math.max(0, ...track.windows.map(({ runScores }) => runScores.length));
    for (const window of track.windows) {
      const away = recorderSecondsAt(track, window.cameraSeconds) - recorderSecondsAt(line, window.cameraSeconds);
      windows.push({
        ...window,
        ownLagSeconds: window.ownLagSeconds + away,
        pathLagSeconds: window.pathLagSeconds + away,
        runScores: [...Array<number>(runs).fill(0), ...window.runScores],
      });
    }
    runs += own;
  }
  return { ...line, windows };
}
