import type { RenderPlan } from '../../src-shared/engine/render-plan.ts';
import { type ProjectClock, timecodeAt } from '../../src-shared/time/timecode.ts';
import type { CompiledPlan } from '../engine/plan-compiler.ts';
import type { Project } from '../project/project.ts';

export type BounceSpan = { readonly fromSample: number; readonly toSample: number };

/** Sources that should be heard in a span but have no samples, one sentence each; those outside of it do not matter. */
export function silentSources(project: Project, compiled: CompiledPlan, span: BounceSpan): string[] {
  const heard = new Set(compiled.trackIds);
  return compiled.unlocated
    .filter((id) =>
      project.reader.clipsOfSource(id).some((clip) => !clip.muted && heard.has(clip.trackId) && overlaps(clip, span)),
    )
    .map((id) => `Silent in the bounce: ${project.reader.get('source', id)?.name ?? `source ${id}`} is offline.`);
}

/** A sentence when the plan has no clip in a span, so that its bounce is silence; null otherwise. */
export function emptySpan(plan: RenderPlan, span: BounceSpan, clock: ProjectClock): string | null {
  if (plan.tracks.some((track) => track.clips.some((clip) => overlaps(clip, span)))) return null;
  const [from, to] = [timecodeAt(span.fromSample, clock), timecodeAt(span.toSample, clock)];
  return `The bounce is silent: no clip is heard from ${from} to ${to}.`;
}

function overlaps(clip: { readonly startSample: number; readonly lengthSamples: number }, span: BounceSpan): boolean {
  return clip.startSample < span.toSample && clip.startSample + clip.lengthSamples > span.fromSample;
}
