import { AudioStatus } from '../audio/AudioStatus.tsx';
import { EngineTroubles } from '../audio/EngineTroubles.tsx';
import { isFailure } from '../media/JobsPanel.tsx';
import { useUploads } from '../media/uploads.ts';
import { useRows } from '../project/open-project.ts';
import { MonitorGain } from '../transport/MonitorGain.tsx';
import { PlaybackStatus } from '../transport/PlaybackStatus.tsx';
import { Button } from '../ui/Button.tsx';
import { useToasts } from '../ui/toasts.ts';
import { openDialog, useDialogs } from './dialogs.ts';
import { useSession } from './session.ts';

/** What runs beside the work, what is missing, and what plays. */
export function StatusBar() {
  const session = useSession();
  const jobs = session.store((state) => state.jobs);
  const ffmpeg = session.store((state) => state.hostInfo?.ffmpegVersion ?? null);
  const uploading = useUploads((state) => state.batch !== null);
  const problems = useToasts((state) => state.notices.filter((notice) => notice.tone === 'bad').length);
  const tracks = useRows('track').length;
  const running = jobs.filter((job) => job.state === 'running' || job.state === 'queued');
  const failed = jobs.filter((job) => job.state === 'failed' || job.items.some(isFailure)).length;
  const first = running[0];
  return (
    <footer className="status-bar">
      <Button
        look="quiet"
        icon="list"
        hint="Show or hide jobs"
        onClick={() => useDialogs.setState(({ jobsOpen }) => ({ jobsOpen: !jobsOpen }))}
      >
        <span className="figures">
          {first
            ? `${first.label} ${Math.round(first.progress * 100)} %${running.length > 1 ? ` and ${running.length - 1} more` : ''}`
            : uploading
              ? 'Bringing files…'
              : 'Jobs'}
        </span>
        {failed > 0 ? (
          <span className="badge" data-tone="bad">
            {failed} with errors
          </span>
        ) : null}
      </Button>
      <Button look="quiet" icon="warning" hint="Message log" onClick={() => openDialog('messages')}>
        {problems > 0 ? `${problems} ${problems === 1 ? 'problem' : 'problems'}` : 'Messages'}
      </Button>
      {ffmpeg === null ? (
        <span className="badge" data-tone="warn" title="Install ffmpeg and start Twopop again.">
          no ffmpeg: WAV only
        </span>
      ) : null}
      <span className="status-space" />
      <span className="dim figures">{tracks > 0 ? `${tracks} tracks` : ''}</span>
      <EngineTroubles />
      <AudioStatus />
      <PlaybackStatus />
      <MonitorGain />
    </footer>
  );
}
