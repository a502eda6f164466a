import type { TimelineContext } from './timeline-context.ts';
import { useTableVersion } from './use-timeline.ts';

/** What to do next, where there is nothing on the timeline yet. */
export function EmptyLanes({ context }: { readonly context: TimelineContext }) {
  useTableVersion(context, 'track');
  useTableVersion(context, 'clip');
  useTableVersion(context, 'picture_clip');
  const { mirror } = context;
  if (mirror.timelineEnd() > 0) return null;
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
