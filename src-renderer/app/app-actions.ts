import { AUDIO_ACTIONS } from '../audio/audio-actions.ts';
import { chooseAndImport } from '../media/import-media.ts';
import { placeAtCursor, placeAtTimecode } from '../media/place-source.ts';
import { attempt } from '../project/open-project.ts';
import { RECORD_ACTIONS } from '../record/record-actions.ts';
import { REVIEW_ACTIONS } from '../sync/review-actions.ts';
import { startSync } from '../sync/start-sync.ts';
import { TAKE_LIST_ACTIONS } from '../takes/take-actions.ts';
import { TRANSPORT_ACTIONS } from '../transport/transport-actions.ts';
import { tellDone } from '../ui/toasts.ts';
import { type AppAction, always, inProject } from './action.ts';
import { openDialog, useDialogs } from './dialogs.ts';
import { type LeftTab, usePreferences } from './preferences.ts';

function showTab(id: string, title: string, leftTab: LeftTab): AppAction {
  return inProject(id, title, () => {
    usePreferences.getState().set({ leftTab, leftOpen: true });
    requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-focus="left"]')?.focus());
  });
}

const PROJECT_ACTIONS: readonly AppAction[] = [
  always('app.palette', 'Find a command', () => openDialog('palette')),
  always('app.shortcuts', 'Keyboard shortcuts', () => openDialog('shortcuts')),
  always('help.sync', 'How sync works', () => openDialog('help')),
  always('app.messages', 'Message log', () => openDialog('messages')),
  always('app.newProject', 'New project', () => openDialog('new-project')),
  always('app.openProject', 'Open a project', () => openDialog('open-project')),
  always('app.openDemo', 'Open the demo shoot', ({ session }) => attempt(() => session.client.project.openDemo())),
  inProject('app.closeProject', 'Close the project', ({ session }) => attempt(() => session.client.project.close())),
  inProject('app.backup', 'Back the project up now', ({ session }) =>
    attempt(async () => {
      const { path } = await session.client.project.backup();
      tellDone('The project was backed up.', path);
    }),
  ),
  inProject('edit.undo', 'Undo', ({ project }) => project.undo()),
  inProject('edit.redo', 'Redo', ({ project }) => project.redo()),
];

const MEDIA_ACTIONS: readonly AppAction[] = [
  inProject('media.import', 'Import media', ({ project }) => chooseAndImport(project)),
  inProject('media.relink', 'Look for missing media', () => openDialog('relink')),
  inProject('bin.placeAtCursor', 'Place the selected sources at the cursor', ({ project }) => placeAtCursor(project)),
  inProject('bin.placeAtTimecode', 'Place the selected sources at their timecode', ({ project }) =>
    placeAtTimecode(project),
  ),
  inProject('sync.start', 'Sync cameras and recorders', ({ project }) => {
    useDialogs.setState({ reviewOpen: true, jobsOpen: false });
    return startSync(project);
  }),
  inProject('sync.review', 'Show or hide the sync review', () =>
    useDialogs.setState(({ reviewOpen }) => ({ reviewOpen: !reviewOpen })),
  ),
  inProject('bounce.open', 'Bounce', () => openDialog('bounce')),
];

const VIEW_ACTIONS: readonly AppAction[] = [
  showTab('view.bin', 'Bin', 'bin'),
  showTab('view.markers', 'Markers', 'markers'),
  showTab('view.history', 'History', 'history'),
  inProject('view.left', 'Show or hide the left panels', () => {
    const { leftOpen, set } = usePreferences.getState();
    set({ leftOpen: !leftOpen });
  }),
  inProject('view.right', 'Show or hide picture and inspector', () => {
    const { rightOpen, set } = usePreferences.getState();
    set({ rightOpen: !rightOpen });
  }),
  inProject('view.jobs', 'Show or hide jobs', () => useDialogs.setState(({ jobsOpen }) => ({ jobsOpen: !jobsOpen }))),
  inProject('view.focusTimeline', 'Move to the timeline', () => focusPanel('timeline')),
  inProject('view.focusReview', 'Move to the sync review', () => {
    useDialogs.setState({ reviewOpen: true });
    requestAnimationFrame(() => focusPanel('review'));
  }),
  inProject('view.focusInspector', 'Move to the inspector', () => focusPanel('inspector')),
  inProject('picture.burnIn', 'Timecode in the picture', () => {
    const { burnIn, set } = usePreferences.getState();
    set({ burnIn: !burnIn });
  }),
];

/** A panel that takes keys itself gets the focus, else the first thing in it that does: on a button Space would press it. */
function focusPanel(name: string): void {
  const panel = document.querySelector<HTMLElement>(`[data-focus="${name}"]`);
  const inside = panel?.querySelector<HTMLElement>('[tabindex="0"], input, select, button');
  (panel?.tabIndex === 0 ? panel : (inside ?? panel))?.focus();
}

/** Everything that the application itself can do; the timeline adds its own. */
export const APP_ACTIONS: readonly AppAction[] = [
  ...PROJECT_ACTIONS,
  ...MEDIA_ACTIONS,
  ...REVIEW_ACTIONS,
  ...AUDIO_ACTIONS,
  ...TRANSPORT_ACTIONS,
  ...RECORD_ACTIONS,
  ...TAKE_LIST_ACTIONS,
  ...VIEW_ACTIONS,
];
