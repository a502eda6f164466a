import type { Mirror } from '../project/mirror.ts';
import type { TimelineView } from '../timeline/timeline-view.ts';
import type { PlaybackRequest } from './playback.ts';
import type { RollSamples } from './transport-preferences.ts';

/** Half-open, in samples of the timeline. */
export type Span = { readonly fromSample: number; readonly toSample: number };

export function selectedRange(view: TimelineView): Span | null {
  return view.range ? { fromSample: view.range.fromSample, toSample: view.range.toSample } : null;
}

/** What is selected as one span of time: the range, else from the first selected clip to the last one's end; or null. */
export function selectedSpan(mirror: Mirror, view: TimelineView): Span | null {
  const range = selectedRange(view);
  if (range) return range;
  let fromSample = Number.POSITIVE_INFINITY;
  let toSample = 0;
  for (const id of view.selectedClipIds) {
    const clip = mirror.get('clip', id);
    if (!clip) continue;
    fromSample = Math.min(fromSample, clip.startSample);
    toSample = Math.max(toSample, clip.startSample + clip.lengthSamples);
  }
  return toSample > fromSample ? { fromSample, toSample } : null;
}

/** How a span is played: once, with its rolls before and after, or round and round. Beeps lead up to it over a pre-roll. */
export function spanWithRolls(
  span: Span,
  { preRollSamples, postRollSamples }: RollSamples,
  looping: boolean,
): Pick<PlaybackRequest, 'fromSample' | 'loop' | 'endSample' | 'beepsBeforeSample'> {
  return {
    fromSample: Math.max(0, span.fromSample - preRollSamples),
    loop: looping ? span : null,
    endSample: looping ? null : span.toSample + postRollSamples,
    beepsBeforeSample: preRollSamples > 0 ? span.fromSample : null,
  };
}
