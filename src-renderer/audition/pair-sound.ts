import type { RenderMix } from './preview-player.ts';

/**
 * Two files laid over each other to be listened to: the camera's sound and the recorder's, each in an ear or one of
 * them in both. The recorder follows the camera's clock sample by sample, so that a drift is heard as it will be.
 */

/** One channel of a source. */
export type PairVoice = { readonly sourceId: number; readonly channel: number; readonly gain: number };

/** From camera sample `fromSample` on, camera sample s lies on the recorder's sample `startSample + s * pace`. */
export type PairPiece = { readonly fromSample: number; readonly startSample: number; readonly pace: number };

/** Which ear hears what. */
export type PairEars = 'camera-left' | 'recorder-left' | 'camera' | 'recorder';

export type PairSettings = {
  readonly camera: PairVoice | null;
  readonly recorder: PairVoice | null;
  readonly pieces: readonly PairPiece[];
  readonly ears: PairEars;
};

/** Samples of a source's channel from `from` on; what lies outside of the source is left out at the end. */
export type FetchSamples = (
  sourceId: number,
  channel: number,
  from: number,
  count: number,
  signal: AbortSignal,
) => Promise<Float32Array>;

/**
 * Renders the pair as left and right interleaved. Positions are camera samples. The settings are asked for at each
 * piece, so that what is still to come follows a nudge or a change of ears at once.
 */
export function renderPair(settings: () => PairSettings, fetch: FetchSamples): RenderMix {
  return async (fromSample, count, signal) => {
    const { camera, recorder, pieces, ears } = settings();
    const [cameraSound, recorderSound] = await Promise.all([
      camera && ears !== 'recorder'
        ? heldSamples(fetch, camera, fromSample, count, signal)
        : Promise.resolve(new Float32Array(count)),
      recorder && ears !== 'camera'
        ? followedSamples(fetch, recorder, pieces, fromSample, count, signal)
        : Promise.resolve(new Float32Array(count)),
    ]);
    const left = ears === 'camera-left' || ears === 'camera' ? cameraSound : recorderSound;
    const right = ears === 'recorder-left' || ears === 'camera' ? cameraSound : recorderSound;
    const mixed = new Float32Array(count * 2);
    const [leftGain, rightGain] = [gainOf(left), gainOf(right)];
    function gainOf(side: Float32Array): number {
      return (side === cameraSound ? camera?.gain : recorder?.gain) ?? 1;
    }
    for (let at = 0; at < count; at++) {
      mixed[at * 2] = held(left[at]! * leftGain);
      mixed[at * 2 + 1] = held(right[at]! * rightGain);
    }
    return mixed;
  };
}

/** The amplification that brings a sound near a level for listening, without letting its peaks over full scale. */
export function levellingGain(samples: Float32Array, targetRms = 0.09): number {
  let sum = 0;
  let peak = 0;
  for (const sample of samples) {
    sum += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  if (rms < 1e-6) return 1;
  return Math.min(targetRms / rms, 100, Math.max(1, 0.95 / peak));
}

function held(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

async function heldSamples(
  fetch: FetchSamples,
  voice: PairVoice,
  from: number,
  count: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const start = Math.max(0, from);
  const wanted = from + count - start;
  const samples = new Float32Array(count);
  if (wanted <= 0) return samples;
  const got = await fetch(voice.sourceId, voice.channel, start, wanted, signal);
  samples.set(got.subarray(0, wanted), start - from);
  return samples;
}

/** The recorder's sound under `count` camera samples, piece by piece, by cubic interpolation. */
async function followedSamples(
  fetch: FetchSamples,
  voice: PairVoice,
  pieces: readonly PairPiece[],
  from: number,
  count: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const out = new Float32Array(count);
  for (const [index, piece] of pieces.entries()) {
    const begin = Math.max(from, index === 0 ? from : Math.ceil(piece.fromSample));
    const next = pieces[index + 1];
    const end = Math.min(from + count, next ? Math.ceil(next.fromSample) : from + count);
    if (end <= begin) continue;
    const first = Math.floor(piece.startSample + begin * piece.pace) - 1;
    const last = Math.floor(piece.startSample + (end - 1) * piece.pace) + 3;
    const sound = await heldSamples(fetch, voice, first, last - first, signal);
    for (let at = begin; at < end; at++) {
      const position = piece.startSample + at * piece.pace - first;
      const whole = Math.floor(position);
      out[at - from] = cubic(sound, whole, position - whole);
    }
  }
  return out;
}

/** The curve through four neighbours (Catmull and Rom), between the second and the third. */
function cubic(sound: Float32Array, at: number, share: number): number {
  const p0 = sound[at - 1] ?? 0;
  const p1 = sound[at] ?? 0;
  const p2 = sound[at + 1] ?? 0;
  const p3 = sound[at + 2] ?? 0;
  if (share === 0) return p1;
  return p1 + 0.5 * share * (p2 - p0 + share * (2 * p0 - 5 * p1 + 4 * p2 - p3 + share * (3 * (p1 - p2) + p3 - p0)));
}
