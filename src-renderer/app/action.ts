import type { OpenProject } from '../project/open-project.ts';
import type { Session } from './session.ts';

/** What an action of the application works with. `project` is null on the start screen. */
export type ActionEnvironment = { readonly session: Session; readonly project: OpenProject | null };

/** Something a person can do by key, from the palette or by a button. `id` is what keymaps bind. */
export type AppAction = {
  readonly id: string;
  readonly title: string;
  /** False keeps it out of reach on the start screen. */
  readonly needsProject: boolean;
  readonly run: (environment: ActionEnvironment) => unknown;
};

/** An action ready to run, as palette, keys and sheet list it. */
export type BoundAction = {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly run: () => unknown;
};

const GROUPS: Readonly<Record<string, string>> = {
  app: 'Project',
  bin: 'Bin',
  bounce: 'Bounce',
  clip: 'Clip',
  edit: 'Edit',
  help: 'Help',
  marker: 'Markers',
  media: 'Media',
  picture: 'Picture',
  review: 'Sync review, while it has the focus',
  select: 'Select',
  snap: 'Snap',
  sync: 'Sync',
  timeline: 'Timeline',
  tool: 'Tools',
  track: 'Tracks',
  transport: 'Transport',
  view: 'View',
  zoom: 'Zoom',
};

/** The heading that an action stands under, by the first word of its id. */
export function groupOf(id: string): string {
  const word = id.split('.')[0] ?? '';
  return GROUPS[word] ?? word.charAt(0).toUpperCase() + word.slice(1);
}
