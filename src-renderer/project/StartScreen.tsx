import { useState } from 'react';
import { openDialog } from '../app/dialogs.ts';
import { KEYMAPS, keyOfAction } from '../app/keymap.ts';
import { usePreferences } from '../app/preferences.ts';
import { useSession } from '../app/session.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { attempt } from './open-project.ts';
import './start-screen.css';

/** What is seen while no project is open: recent projects, and the three ways to one. */
export function StartScreen() {
  const session = useSession();
  const info = session.store((state) => state.hostInfo);
  const keymap = KEYMAPS[usePreferences((preferences) => preferences.keymap)];
  const [opening, setOpening] = useState<string | null>(null);

  async function open(what: string, work: () => Promise<unknown>) {
    setOpening(what);
    await attempt(work);
    setOpening(null);
  }

  if (!info) return null;
  const busy = opening !== null;
  return (
    <main className="start">
      <div className="start-card">
        <header>
          <h1>Twopop</h1>
          <p className="dim">From camera and recorder cards to a synced, edited, bounced reel.</p>
        </header>
        <div className="start-ways">
          <Button look="primary" icon="plus" disabled={busy} onClick={() => openDialog('new-project')}>
            New project…
          </Button>
          <Button icon="folder" disabled={busy} onClick={() => openDialog('open-project')}>
            Open…
          </Button>
          <Button
            icon="play"
            disabled={busy}
            hint="A day’s shoot made for trying things out: five takes, two cameras, one recorder"
            onClick={() => open('demo', () => session.client.project.openDemo())}
          >
            {opening === 'demo' ? 'Opening the demo shoot…' : 'Open the demo shoot'}
          </Button>
        </div>
        <section aria-label="Recent projects">
          <h2 className="start-heading">Recent projects</h2>
          {info.recentProjects.length === 0 ? (
            <p className="start-none dim">
              None yet. Make a new project for your material, or open the demo shoot to look around.
            </p>
          ) : (
            <ul className="start-recent">
              {info.recentProjects.map((recent) => (
                <li key={recent.path}>
                  <button
                    type="button"
                    className="start-project"
                    disabled={busy}
                    onClick={() => open(recent.path, () => session.client.project.open({ path: recent.path }))}
                  >
                    <Icon name="file" />
                    <span className="start-name">{recent.name}</span>
                    <span className="start-path dim">{recent.path}</span>
                    <time className="dim figures" dateTime={recent.openedAt}>
                      {opening === recent.path ? 'Opening…' : dateLabel(recent.openedAt)}
                    </time>
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
        {info.engineAvailable ? null : (
          <p className="start-warning">
            The native engine was not built, so there is no playback, bounce, waveform or sync by sound. Run “npm ci”
            with a C++ compiler at hand, then start Twopop again.
          </p>
        )}
        {info.ffmpegVersion === null ? (
          <p className="start-warning">
            ffmpeg was not found: WAV files can be imported, camera clips and compressed sound cannot. Install ffmpeg
            and start Twopop again.
          </p>
        ) : null}
        <footer className="dim">
          <span>Version {info.version}</span>
          <span>
            <kbd>{keyOfAction('app.palette', keymap)}</kbd> finds every command
          </span>
        </footer>
      </div>
    </main>
  );
}

function dateLabel(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime())
    ? ''
    : date.toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
