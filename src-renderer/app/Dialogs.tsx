import { useState } from 'react';
import { AudioDialog } from '../audio/AudioDialog.tsx';
import { BounceDialog } from '../bounce/BounceDialog.tsx';
import { importMode, importPaths } from '../media/import-media.ts';
import { HostChooser } from '../project/HostChooser.tsx';
import { NewProjectDialog } from '../project/NewProjectDialog.tsx';
import { attempt, type OpenProject } from '../project/open-project.ts';
import type { BoundAction } from './action.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { closeDialog, useDialogs } from './dialogs.ts';
import { HelpDialog } from './HelpDialog.tsx';
import { MessageLog } from './MessageLog.tsx';
import { usePreferences } from './preferences.ts';
import { ShortcutSheet } from './ShortcutSheet.tsx';
import { useSession } from './session.ts';

/** Whichever dialog is open. */
export function Dialogs({
  actions,
  project,
}: {
  readonly actions: readonly BoundAction[];
  readonly project: OpenProject | null;
}) {
  const session = useSession();
  const open = useDialogs((state) => state.open);
  const lastParentFolder = usePreferences((preferences) => preferences.lastParentFolder);
  const [importFolder, setImportFolder] = useState('');
  switch (open) {
    case 'palette':
      return <CommandPalette actions={actions} onClose={closeDialog} />;
    case 'shortcuts':
      return <ShortcutSheet actions={actions} onClose={closeDialog} />;
    case 'help':
      return <HelpDialog page="sync" onClose={closeDialog} />;
    case 'help-audio':
      return <HelpDialog page="audio" onClose={closeDialog} />;
    case 'audio':
      return <AudioDialog onClose={closeDialog} />;
    case 'messages':
      return <MessageLog onClose={closeDialog} />;
    case 'new-project':
      return <NewProjectDialog onClose={closeDialog} />;
    case 'open-project':
      return (
        <HostChooser
          what="project"
          title="Open a project"
          startAt={lastParentFolder}
          onClose={closeDialog}
          onChoose={async ([path]) => {
            if (path && (await attempt(() => session.client.project.open({ path })))) closeDialog();
          }}
        />
      );
    case 'import':
      return project ? (
        <HostChooser
          what="media"
          title="Import media"
          option={<LinkOption />}
          startAt={importFolder}
          onClose={closeDialog}
          onChoose={(paths) => {
            closeDialog();
            const first = paths[0];
            if (first) setImportFolder(first.replace(/[\\/][^\\/]*$/, ''));
            void importPaths(project, paths, importMode());
          }}
        />
      ) : null;
    case 'relink':
      return project ? (
        <HostChooser
          what="folder"
          title="Look for missing media below this folder"
          startAt={project.info.folder}
          onClose={closeDialog}
          onChoose={([folder]) => {
            closeDialog();
            if (folder)
              void attempt(() => session.client.media.relink({ folder })).then(
                (job) => job && useDialogs.setState({ jobsOpen: true }),
              );
          }}
        />
      ) : null;
    case 'bounce':
      return project ? <BounceDialog onClose={closeDialog} /> : null;
    default:
      return null;
  }
}

/** Whether import copies, or links where it can. */
function LinkOption() {
  const linkInPlace = usePreferences((preferences) => preferences.linkInPlace);
  const set = usePreferences((preferences) => preferences.set);
  return (
    <label
      className="check"
      title="Files that need no converting stay where they are and are played from there. The project then needs them to stay."
    >
      <input type="checkbox" checked={linkInPlace} onChange={(event) => set({ linkInPlace: event.target.checked })} />
      Link in place, do not copy
    </label>
  );
}
