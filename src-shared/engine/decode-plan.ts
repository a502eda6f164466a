import { planFadeShapes, planFormats, planMagic, planVersion } from './plan-layout.ts';
import type { FadeShape, PlanClip, PlanGainPoint, PlanSource, PlanTrack, RenderPlan } from './render-plan.ts';

/**
 * Reads a plan back from the bytes of `encodePlan`: for tests and for looking into a plan. The engine's own reader is
 * native. Throws a `RangeError` for bytes that are not a plan of this version.
 */
export function decodePlan(bytes: Uint8Array): RenderPlan {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const u32 = () => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const i64 = () => {
    at += 8;
    return view.getInt32(at - 4, true) * 0x1_0000_0000 + view.getUint32(at - 8, true);
  };
  const f64 = () => {
    at += 8;
    return view.getFloat64(at - 8, true);
  };
  const text = () => {
    const length = u32();
    u32();
    const end = at + length;
    if (end > bytes.length) throw new RangeError('a string of the render plan runs past its end');
    let escaped = '';
    for (; at < end; at++) escaped += `%${bytes[at]!.toString(16).padStart(2, '0')}`;
    at = end + ((8 - (length % 8)) % 8);
    return decodeURIComponent(escaped);
  };
  const named = <T>(names: readonly T[]): T => {
    const name = names[u32()];
    if (name === undefined) throw new RangeError('the render plan names an unknown format or shape');
    return name;
  };
  const list = <T>(count: number, read: () => T): T[] => {
    if (count > bytes.length) throw new RangeError('the render plan counts more than it holds');
    return Array.from({ length: count }, read);
  };

  if (u32() !== planMagic || u32() !== planVersion) throw new RangeError('these bytes are not a render plan');
  if (i64() !== bytes.length) throw new RangeError('the render plan is cut short');
  const sampleRate = u32();
  const [sourceCount, trackCount, stemCount] = [u32(), u32(), u32()];
  const lengthSamples = i64();
  at += 16;

  const sources = list(sourceCount, (): PlanSource => {
    const [dataOffsetBytes, frameCount] = [i64(), i64()];
    const format = named(planFormats);
    const channelCount = u32();
    return { path: text(), dataOffsetBytes, format, channelCount, frameCount };
  });
  const stems = list(stemCount, text);
  const point = (): PlanGainPoint => ({ sample: i64(), gain: f64() });
  const clip = (): PlanClip => {
    const [source, firstChannel] = [u32(), u32()];
    const [startSample, lengthSamples, sourceInSample] = [i64(), i64(), i64()];
    const gain = f64();
    const [fadeInLength, fadeOutLength] = [i64(), i64()];
    const fadeIn = { lengthSamples: fadeInLength, shape: named<FadeShape>(planFadeShapes) };
    const fadeOut = { lengthSamples: fadeOutLength, shape: named<FadeShape>(planFadeShapes) };
    return { source, firstChannel, startSample, lengthSamples, sourceInSample, gain, fadeIn, fadeOut };
  };
  const tracks = list(trackCount, (): PlanTrack => {
    const channelCount = u32() as 1 | 2;
    const stem = u32() | 0;
    const [gain, pan] = [f64(), f64()];
    const [pointCount, clipCount] = [u32(), u32()];
    const name = text();
    return { name, channelCount, gain, pan, points: list(pointCount, point), stem, clips: list(clipCount, clip) };
  });
  return { sampleRate, lengthSamples, sources, tracks, stems };
}
