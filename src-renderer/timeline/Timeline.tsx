import type { TimelineContext, TimelineMedia } from './timeline-context.ts';

/**
 * The timeline: ruler, picture track, audio lanes and their headers. It draws from the mirror, changes the document
 * only through `context.commands`, and keeps what is seen and selected in `context.view`.
 *
 * Mount it in a sized box; it fills it. Make `context` once for each open project (`createTimelineView()` for the view)
 * and hand the same object to the keymap and the palette, which run `TIMELINE_ACTIONS` on it.
 */
export type TimelineProps = {
  readonly context: TimelineContext;
  readonly media: TimelineMedia;
};

export function Timeline({ context }: TimelineProps) {
  return <section className="timeline" aria-label="Timeline" data-read-only={context.readOnly || undefined} />;
}
