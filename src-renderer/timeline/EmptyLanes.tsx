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
  const { mirror } = context;
  if (mirror.timelineEnd() > 0) return null;
  if (underway)
    return (
      <div className="timeline-empty">
        <p className="timeline-empty-title">{underway.title}</p>
        <p>{underway.detail}</p>
      </div>
    );
  const imported = mirror.all('source').length > 0;
  return (
    <div className="timeline-empty">
      <p className="timeline-empty-title">{imported ? 'Nothing is on the timeline yet' : 'This project is empty'}</p>
      <p>
        {imported
          ? 'Sync the camera clips with their recorder files, then accept the matches: picture and tracks appear here in sync.'
          : 'Drop camera clips and recorder files, or whole cards, anywhere in this window.'}
      </p>
    </div>
  );
}
