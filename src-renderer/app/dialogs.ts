import { create } from 'zustand';

/** What stands in front of everything else; one at a time. */
export type DialogName =
  | 'new-project'
  | 'open-project'
  | 'import'
  | 'relink'
  | 'bounce'
  | 'palette'
  | 'shortcuts'
  | 'help'
  | 'help-audio'
  | 'audio'
  | 'messages';

type Dialogs = {
  readonly open: DialogName | null;
  readonly jobsOpen: boolean;
  readonly reviewOpen: boolean;
  readonly monitorOpen: boolean;
};

export const useDialogs = create<Dialogs>(() => ({
  open: null,
  jobsOpen: false,
  reviewOpen: false,
  monitorOpen: false,
}));

/** Opens a dialog in place of the one that is open. */
export function openDialog(name: DialogName): void {
  useDialogs.setState({ open: name });
}

/** Closes whichever dialog is open. */
export function closeDialog(): void {
  useDialogs.setState({ open: null });
}
