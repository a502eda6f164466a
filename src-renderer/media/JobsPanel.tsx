import { useEffect, useRef, useState } from 'react';
import type { Job, JobItem } from '../../src-shared/rpc/schemas.ts';
import { useDialogs } from '../app/dialogs.ts';
import { useSession } from '../app/session.ts';
import { sizeLabel } from '../project/HostChooser.tsx';
import { attempt } from '../project/open-project.ts';
import { Button } from '../ui/Button.tsx';
import { Progress } from '../ui/Progress.tsx';
import { useUploads } from './uploads.ts';
import './jobs.css';

const SHOWN_JOBS = 12;
/** Items in one job that are listed; failures always are. */
const SHOWN_ITEMS = 60;

/** As wide as it may be, and as narrow as can still be read. CSS pixels. */
const WIDEST = 440;
const NARROWEST = 232;

/**
 * Long work: what runs, what came of it, and what went wrong with each file. It stands over the left panels
 * (`leftWidthPixels` wide) and leaves the timeline free; where those are closed (null), over the right ones.
 */
export function JobsPanel({ leftWidthPixels }: { readonly leftWidthPixels: number | null }) {
  const session = useSession();
  const jobs = session.store((state) => state.jobs);
  const batch = useUploads((state) => state.batch);
  const panel = useRef<HTMLElement>(null);
  useEffect(() => panel.current?.focus(), []);
  const width = Math.min(WIDEST, Math.max(NARROWEST, (leftWidthPixels ?? WIDEST) - 12));
  useEffect(() => {
    // The messages stand beside the panel, outside of the workstation.
    document.documentElement.style.setProperty('--jobs-width', `${width}px`);
  }, [width]);
  const shown = jobs.slice(-SHOWN_JOBS).reverse();
  return (
    <section
      className="jobs"
      aria-label="Jobs"
      data-side={leftWidthPixels === null ? 'right' : 'left'}
      ref={panel}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        useDialogs.setState({ jobsOpen: false });
      }}
    >
      <header>
        <h2>Jobs</h2>
        <Button look="quiet" icon="close" hint="Close (Esc)" onClick={() => useDialogs.setState({ jobsOpen: false })} />
      </header>
      <div className="jobs-list">
        {batch ? (
          <article className="job">
            <div className="job-head">
              <span className="job-name">Bringing files to the host</span>
              <span className="figures dim">
                {sizeLabel(batch.sentBytes)} of {sizeLabel(batch.totalBytes)}
              </span>
              {batch.items.some((item) => item.state === 'running' || item.state === 'waiting') ? (
                <Button look="quiet" icon="close" hint="Cancel this upload" onClick={batch.cancel} />
              ) : (
                <Button look="quiet" icon="close" hint="Dismiss" onClick={() => useUploads.setState({ batch: null })} />
              )}
            </div>
            <Progress
              label="Bringing files to the host"
              value={batch.totalBytes > 0 ? batch.sentBytes / batch.totalBytes : 1}
            />
            <Items items={batch.items} open />
          </article>
        ) : null}
        {shown.map((job) => (
          <JobView key={job.id} job={job} />
        ))}
        {shown.length === 0 && !batch ? (
          <p className="jobs-none dim">Imports, sync and bounces show their progress here. Nothing has run yet.</p>
        ) : null}
      </div>
    </section>
  );
}

const STATE_WORDS: Readonly<Record<Job['state'], string>> = {
  queued: 'waiting',
  running: '',
  done: 'done',
  failed: 'failed',
  cancelled: 'cancelled',
};

function JobView({ job }: { readonly job: Job }) {
  const session = useSession();
  const lost = session.store((state) => state.phase !== 'open');
  const active = !lost && (job.state === 'queued' || job.state === 'running');
  const cutOff = lost && (job.state === 'queued' || job.state === 'running');
  return (
    <article className="job" data-state={job.state}>
      <div className="job-head">
        <span className="job-name" title={job.label}>
          {job.label}
        </span>
        <span className="figures dim">
          {cutOff
            ? 'connection lost'
            : job.state === 'running'
              ? `${Math.round(job.progress * 100)} %`
              : STATE_WORDS[job.state]}
          {job.state === 'done' && job.warnings.length > 0 ? (
            <span className="job-warning"> · with {job.warnings.length === 1 ? 'a warning' : 'warnings'}</span>
          ) : null}
        </span>
        {active ? (
          <Button
            look="quiet"
            icon="close"
            hint={`Cancel: ${job.label}`}
            onClick={() => attempt(() => session.client.jobs.cancel({ jobId: job.id }))}
          />
        ) : null}
      </div>
      <Progress
        label={job.label}
        value={job.state === 'done' ? 1 : job.progress}
        state={cutOff ? 'cancelled' : job.state}
      />
      {active && job.detail ? <p className="job-detail dim">{job.detail}</p> : null}
      {job.error ? (
        <p className="job-error selectable">
          {job.error.message} <span className="remedy">{job.error.remedy}</span>
        </p>
      ) : null}
      {job.warnings.map((warning) => (
        <p key={warning} className="job-warning selectable">
          {warning}
        </p>
      ))}
      <Items
        items={job.items}
        open={active}
        what={job.kind === 'sync' ? 'looked at' : job.kind === 'accept' ? 'accepted' : null}
      />
      {job.results.map((result) => (
        <p key={result} className="job-result selectable">
          {result}
          {job.kind === 'bounce' && /[\\/]/.test(result) ? <Reveal path={result} /> : null}
        </p>
      ))}
    </article>
  );
}

/** Shows a file in the system's file manager, where the shell can. */
export function Reveal({ path }: { readonly path: string }) {
  const session = useSession();
  const [cannot, setCannot] = useState(false);
  if (cannot) return null;
  return (
    <Button
      look="quiet"
      icon="folder"
      hint="Show in the file manager"
      onClick={async () => {
        const answer = await attempt(() => session.client.host.revealFile({ path }));
        if (answer && !answer.revealed) setCannot(true);
      }}
    />
  );
}

/** Whether a file went wrong by itself. */
export function isFailure(item: JobItem): boolean {
  return item.error !== null && item.state !== 'cancelled';
}

/** Whether sync found nothing for a clip. */
function isUnmatched(item: JobItem): boolean {
  return item.note?.startsWith('unmatched') ?? false;
}

type ItemsProps = {
  readonly items: readonly JobItem[];
  readonly open: boolean;
  /** What is done with clips; null where they are files. */
  readonly what?: 'looked at' | 'accepted' | null;
};

function Items({ items, open, what = null }: ItemsProps) {
  // What was left out because the person cancelled is no failure.
  const failed = items.filter(isFailure);
  const others = items.filter((item) => !isFailure(item));
  const running = others.filter((item) => item.state === 'running');
  const rest = others.filter((item) => item.state !== 'running');
  // What needs a person comes first.
  const listed = [
    ...failed,
    ...running,
    ...rest.filter(isUnmatched),
    ...rest.filter((item) => !isUnmatched(item)),
  ].slice(0, Math.max(SHOWN_ITEMS, failed.length));
  if (items.length === 0) return null;
  return (
    <details open={failed.length > 0 || (open && items.length <= SHOWN_ITEMS)}>
      <summary className="dim">
        {others.filter((item) => item.state === 'done').length} of {items.length} {what ? 'clip' : 'file'}
        {items.length === 1 ? '' : 's'} {what ?? 'done'}
        {failed.length > 0 ? <strong className="job-failed"> · {failed.length} failed</strong> : null}
      </summary>
      <ul className="job-items">
        {listed.map((item) => (
          <li key={item.name} data-state={item.state}>
            <span className="job-item-name" title={item.name}>
              {item.name}
            </span>
            <span className="figures dim">
              {item.state === 'running' ? `${Math.round(item.progress * 100)} %` : item.state}
            </span>
            {item.note ? (
              <p className="job-item-note" data-tone={isUnmatched(item) ? 'warn' : undefined}>
                {item.note}
              </p>
            ) : null}
            {item.error && isFailure(item) ? (
              <p className="job-error selectable">
                {item.error.message} <span className="remedy">{item.error.remedy}</span>
              </p>
            ) : null}
          </li>
        ))}
        {items.length > listed.length ? <li className="dim">and {items.length - listed.length} more</li> : null}
      </ul>
    </details>
  );
}
