import type { TimelineContext } from '../timeline-context.ts';

/** Something a person can do on the timeline by key or from the palette. `id` is what keymaps bind. */
export type TimelineAction = {
  readonly id: string;
  readonly title: string;
  readonly run: (context: TimelineContext) => unknown;
};
