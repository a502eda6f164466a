import { useStore } from 'zustand';
import { emptyWords } from './empty-words.ts';
import type { TimelineContext } from './timeline-context.ts';
import { useTableVersion } from './use-timeline.ts';
import './empty-lanes.css';

type EmptyLanesProps = {
  readonly context: TimelineContext;
  /** Work that is about to put something here. */
  readonly underway: { readonly title: string; readonly detail: string } | null;
};

/** What to do next, where there is nothing on the timeline yet; or what is being done. */
export function EmptyLanes({ context, underway }: EmptyLanesProps) {
  useTableVersion(context, 'track');
  useTableVersion(context, 'clip');
  useTableVersion(context, 'picture_clip');
  useTableVersion(context, 'source');
  useTableVersion(context, 'take');
  const record = useStore(context.engine.store, (state) => state.record);
  const trackInputs = useStore(context.engine.store, (state) => state.trackInputs);
  const words = emptyWords(context.mirror, { record, trackInputs });
  if (!words) return null;
  if (underway)
    return (
      <div className="timeline-empty">
        <p className="timeline-empty-title">{underway.title}</p>
        <p>{underway.detail}</p>
      </div>
    );
  return (
    <div className="timeline-empty">
      <p className="timeline-empty-title">{words.title}</p>
      <p>{words.text}</p>
    </div>
  );
}
