import { useEffect, useState } from 'react';
import { type OpenProject, openProject, ProjectContext } from '../project/open-project.ts';
import { StartScreen } from '../project/StartScreen.tsx';
import { Toasts } from '../ui/Toasts.tsx';
import { useActions } from './actions.ts';
import { Dialogs } from './Dialogs.tsx';
import { closeDialog, useDialogs } from './dialogs.ts';
import { type Session, SessionContext } from './session.ts';
import { Workstation } from './Workstation.tsx';

/** The whole interface: the start screen, or the workstation of the open project. */
export function App({ session }: { readonly session: Session }) {
  const phase = session.store((state) => state.phase);
  const connected = session.store((state) => state.hostInfo !== null);
  const info = session.store((state) => state.project);
  const mirror = session.store((state) => state.mirror);
  const [project, setProject] = useState<OpenProject | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the same project's facts may be sent again; only another one, or other rights, start anew.
  useEffect(() => {
    if (!info || !mirror) {
      setProject(null);
      return;
    }
    const opened = openProject(session, info, mirror);
    setProject(opened);
    document.title = `${info.name} – Twopop`;
    closeDialog();
    useDialogs.setState({ jobsOpen: false, reviewOpen: false, monitorOpen: false });
    return () => {
      opened.dispose();
      document.title = 'Twopop';
    };
  }, [session, mirror, info?.path, info?.readOnly]);

  const actions = useActions(session, project);
  return (
    <SessionContext value={session}>
      <ProjectContext value={project}>
        {phase === 'lost' ? <LostBanner /> : null}
        {!connected ? (
          <div className="waiting">
            <div role="status">Connecting to Twopop’s host…</div>
          </div>
        ) : project ? (
          <Workstation key={project.info.path} />
        ) : (
          <StartScreen />
        )}
        <Dialogs actions={actions} project={project} />
        <Toasts />
      </ProjectContext>
    </SessionContext>
  );
}

/** Says that the host is gone, and what that means for the work. */
function LostBanner() {
  return (
    <div className="banner" role="alert">
      <strong>The connection to Twopop’s host was lost.</strong>
      <span>
        Your project is safe: everything up to your last finished edit is saved. This window connects again by itself;
        if Twopop was closed, start it again and use the window it opens.
      </span>
    </div>
  );
}
