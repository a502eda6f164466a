import { useMemo } from 'react';
import { chooseAndImport } from '../media/import-media.ts';
import { useProject, useRows } from '../project/open-project.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import { Button } from '../ui/Button.tsx';
import { useDialogs } from './dialogs.ts';
import { useSession } from './session.ts';

/** The timeline, with what to do next while it is empty. */
export function TimelineDock() {
  const project = useProject();
  const session = useSession();
  const sources = useRows('source').length;
  const tracks = useRows('track').length;
  const placed = useRows('picture_clip').length;
  const baseUrl = session.store((state) => state.hostInfo?.mediaBaseUrl ?? '');
  const phase = session.store((state) => state.phase);
  const media = useMemo(() => (phase === 'open' ? session.media : { baseUrl, token: '' }), [session, baseUrl, phase]);
  const empty = tracks === 0 && placed === 0;
  return (
    <section className="work-timeline" data-focus="timeline" tabIndex={-1} aria-label="Timeline area">
      <Timeline context={project.timeline} media={media} />
      {empty ? (
        <div className="work-empty">
          {sources === 0 ? (
            <>
              <strong>Drop the day’s cards here</strong>
              <p>Camera clips and recorder files, or whole folders. They are copied into the project.</p>
              <Button
                look="primary"
                icon="import"
                disabled={project.info.readOnly}
                onClick={() => chooseAndImport(project)}
              >
                Import…
              </Button>
            </>
          ) : (
            <>
              <strong>Sync, then accept</strong>
              <p>
                Accepted matches come here: picture, scratch track, and a track for each microphone. Or drag a source
                from the bin.
              </p>
              <Button look="primary" icon="sync" onClick={() => useDialogs.setState({ reviewOpen: true })}>
                Open the sync review
              </Button>
            </>
          )}
        </div>
      ) : null}
    </section>
  );
}
