import { TwopopError } from '../rpc/error.ts';
import {
  planClipBytes,
  planFadeShapes,
  planFormats,
  planHeaderBytes,
  planLimits,
  planMagic,
  planPointBytes,
  planVersion,
} from './plan-layout.ts';
import type { PlanClip, PlanFade, RenderPlan } from './render-plan.ts';

/**
 * Lays a plan out as the bytes that the native engine reads (see `plan-layout.ts`). Throws `plan-invalid` where a
 * value is out of bounds, naming it: the engine refuses the same things.
 */
export function encodePlan(plan: RenderPlan): Uint8Array {
  const clipCount = plan.tracks.reduce((sum, track) => sum + track.clips.length, 0);
  const pointCount = plan.tracks.reduce((sum, track) => sum + track.points.length, 0);
  atMost('sources', plan.sources.length, planLimits.sources);
  atMost('tracks', plan.tracks.length, planLimits.tracks);
  atMost('stems', plan.stems.length, planLimits.stems);
  atMost('clips', clipCount, planLimits.clips);
  atMost('gain points', pointCount, planLimits.points);

  const paths = plan.sources.map((source) => utf8(source.path, 'source path'));
  const stemNames = plan.stems.map((stem) => utf8(stem, 'stem name'));
  const trackNames = plan.tracks.map((track) => utf8(track.name, 'track name'));
  const stringBytes = [...paths, ...stemNames, ...trackNames].reduce((sum, bytes) => sum + 8 + padded(bytes.length), 0);
  const totalBytes =
    planHeaderBytes +
    stringBytes +
    plan.sources.length * 24 +
    plan.tracks.length * 32 +
    pointCount * planPointBytes +
    clipCount * planClipBytes;
  const out = new PlanWriter(totalBytes);

  out.u32(planMagic);
  out.u32(planVersion);
  out.i64(totalBytes);
  out.u32(inRange('sample rate', plan.sampleRate, planLimits.sampleRateLow, planLimits.sampleRateHigh));
  out.u32(plan.sources.length);
  out.u32(plan.tracks.length);
  out.u32(plan.stems.length);
  out.i64(inRange('plan length', plan.lengthSamples, 0, Number.MAX_SAFE_INTEGER));
  out.u32(clipCount);
  out.u32(pointCount);
  out.i64(0);

  plan.sources.forEach((source, index) => {
    out.i64(inRange('data offset', source.dataOffsetBytes, 0, Number.MAX_SAFE_INTEGER));
    out.i64(inRange('source frames', source.frameCount, 0, Number.MAX_SAFE_INTEGER));
    out.u32(planFormats.indexOf(source.format));
    out.u32(inRange('source channels', source.channelCount, 1, planLimits.channels));
    out.string(paths[index]!);
  });
  for (const name of stemNames) out.string(name);
  plan.tracks.forEach((track, index) => {
    out.u32(inRange('track channels', track.channelCount, 1, 2));
    out.u32(inRange('stem', track.stem, -1, plan.stems.length - 1) >>> 0);
    out.f64(gain('track gain', track.gain));
    if (!(Math.abs(track.pan) <= 1)) refuse(`pan ${track.pan} is not within -1..1`);
    out.f64(track.pan);
    out.u32(track.points.length);
    out.u32(track.clips.length);
    out.string(trackNames[index]!);
    let before = Number.NEGATIVE_INFINITY;
    for (const point of track.points) {
      out.i64(position('gain point', point.sample));
      if (point.sample < before) refuse(`gain points of track "${track.name}" are not in order`);
      before = point.sample;
      out.f64(gain('gain point', point.gain));
    }
    for (const clip of track.clips) writeClip(out, plan, clip);
  });
  return out.bytes;
}

function writeClip(out: PlanWriter, plan: RenderPlan, clip: PlanClip): void {
  const source = plan.sources[clip.source];
  if (!source) refuse(`clip source ${clip.source} is not in the plan`);
  out.u32(clip.source);
  out.u32(inRange('first channel of a clip', clip.firstChannel, 0, source.channelCount - 1));
  out.i64(position('clip start', clip.startSample));
  out.i64(inRange('clip length', clip.lengthSamples, 0, Number.MAX_SAFE_INTEGER));
  out.i64(position('source in', clip.sourceInSample));
  position('clip end', clip.startSample + clip.lengthSamples);
  position('source out', clip.sourceInSample + clip.lengthSamples);
  out.f64(gain('clip gain', clip.gain));
  out.i64(fadeLength(clip.fadeIn, clip));
  out.i64(fadeLength(clip.fadeOut, clip));
  out.u32(planFadeShapes.indexOf(clip.fadeIn.shape));
  out.u32(planFadeShapes.indexOf(clip.fadeOut.shape));
}

const fadeLength = (fade: PlanFade, clip: PlanClip) =>
  inRange('fade length', fade.lengthSamples, 0, clip.lengthSamples);

const padded = (length: number) => (length + 7) & ~7;

function refuse(what: string): never {
  throw new TwopopError({
    code: 'plan-invalid',
    message: `The mix could not be handed to the audio engine: ${what}.`,
    remedy: 'Nothing was changed. Undo the last edit of what is named, and report this with the log.',
  });
}

function atMost(what: string, count: number, limit: number): void {
  if (count > limit) refuse(`${count} ${what} are more than the ${limit} that it takes`);
}

function inRange(what: string, value: number, low: number, high: number): number {
  if (!Number.isSafeInteger(value) || value < low || value > high)
    refuse(`${what} ${value} is not within ${low}..${high}`);
  return value;
}

const position = (what: string, value: number) =>
  inRange(what, value, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

function gain(what: string, value: number): number {
  if (!(Math.abs(value) <= planLimits.gain)) refuse(`${what} ${value} is not a gain`);
  return value;
}

/** UTF-8 without the platform's encoder, which pure code has not; lone surrogates become U+FFFD. */
function utf8(text: string, what: string): Uint8Array {
  const escaped = encodeURIComponent(text.toWellFormed());
  const bytes: number[] = [];
  for (let at = 0; at < escaped.length; at++) {
    if (escaped[at] === '%') {
      bytes.push(Number.parseInt(escaped.slice(at + 1, at + 3), 16));
      at += 2;
    } else bytes.push(escaped.charCodeAt(at));
  }
  if (bytes.length > planLimits.stringBytes) refuse(`a ${what} of ${bytes.length} bytes is too long`);
  if (text.includes('\0')) refuse(`a ${what} holds a zero character`);
  return Uint8Array.from(bytes);
}

class PlanWriter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(totalBytes: number) {
    this.bytes = new Uint8Array(totalBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  u32(value: number): void {
    this.view.setUint32(this.at, value, true);
    this.at += 4;
  }

  i64(value: number): void {
    this.view.setUint32(this.at, value >>> 0, true);
    this.view.setInt32(this.at + 4, Math.floor(value / 0x1_0000_0000), true);
    this.at += 8;
  }

  f64(value: number): void {
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  string(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.u32(0);
    this.bytes.set(bytes, this.at);
    this.at += padded(bytes.length);
  }
}
