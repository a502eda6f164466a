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
  /** `press`: the key press that means it, for what lasts as long as the key is held; none from the palette. */
  readonly run: (environment: ActionEnvironment, press?: KeyboardEvent) => unknown;
};

type ProjectAction = (
  environment: ActionEnvironment & { project: NonNullable<ActionEnvironment['project']> },
) => unknown;

/** An action that can be run on the start screen too. */
export function always(id: string, title: string, run: AppAction['run']): AppAction {
  return { id, title, needsProject: false, run };
}

/** An action of the open project. */
export function inProject(id: string, title: string, run: ProjectAction): AppAction {
  return {
    id,
    title,
    needsProject: true,
    run: (environment) => (environment.project ? run({ ...environment, project: environment.project }) : undefined),
  };
}

/** An action ready to run, as palette, keys and sheet list it. */
export type BoundAction = {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  readonly run: (press?: KeyboardEvent) => unknown;
};

const GROUPS: Readonly<Record<string, string>> = {
  app: 'Project',
  audio: 'Audio',
  bin: 'Bin',
  bounce: 'Bounce',
  clip: 'Clip',
  edit: 'Edit',
  help: 'Help',
  marker: 'Markers',
  media: 'Media',
  meter: 'Meters',
  picture: 'Picture',
  record: 'Record',
  review: 'Sync review, while it has the focus',
  select: 'Select',
  snap: 'Snap',
  sync: 'Sync',
  take: 'Takes',
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
