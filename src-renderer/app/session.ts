import { createContext, useContext } from 'react';
import { create, type StoreApi, type UseBoundStore } from 'zustand';
import type { DocumentSnapshot } from '../../src-shared/rpc/media-routes.ts';
import { MEDIA_ROUTES } from '../../src-shared/rpc/media-routes.ts';
import type { HostInfo, Job, ProjectInfo } from '../../src-shared/rpc/schemas.ts';
import { EngineLink } from '../engine/engine-link.ts';
import { Mirror } from '../project/mirror.ts';
import { tellError, tellPlain } from '../ui/toasts.ts';
import { type HostClient, type HostLink, hostGone, type OpenLink, reportOf } from './connection.ts';

/** Where the connection stands: `lost` after it was `open`, while it is tried again. */
export type ConnectionPhase = 'connecting' | 'open' | 'lost';

export type SessionState = {
  readonly phase: ConnectionPhase;
  readonly hostInfo: HostInfo | null;
  /** Null while no project is open. */
  readonly project: ProjectInfo | null;
  /** The open project's rows; a new object for each project. Null until its snapshot is here. */
  readonly mirror: Mirror | null;
  /** Where media is fetched; kept while the connection is away, so that what is shown stays. */
  readonly media: MediaAccess | null;
  /** The jobs of the open project, oldest first; of many only the last that have ended. */
  readonly jobs: readonly Job[];
};

/** As many as the host keeps. */
const KEPT_JOBS = 200;

const RETRY_DELAYS_MS = [300, 600, 1_200, 2_500, 5_000] as const;

/** What a fetch of media needs. */
export type MediaAccess = { readonly baseUrl: string; readonly token: string };

/**
 * The life of the connection: opens it, opens it again when it is lost, and keeps project, rows and jobs as the host
 * has them. Commits missed while it was away are asked for by `seq`; a snapshot is fetched anew only for another
 * project, or when the host no longer has what was missed.
 */
export class Session {
  readonly store: UseBoundStore<StoreApi<SessionState>>;
  /** The live engine of the host. */
  readonly engine = new EngineLink();
  readonly #open: OpenLink;
  #link: HostLink | null = null;
  #ended = false;
  #following: { path: string; abort: AbortController } | null = null;

  constructor(open: OpenLink) {
    this.#open = open;
    this.store = create<SessionState>(() => ({
      phase: 'connecting',
      hostInfo: null,
      project: null,
      mirror: null,
      media: null,
      jobs: [],
    }));
  }

  /** The host's procedures. Throws `host-gone` while there is no connection. */
  get client(): HostClient {
    if (!this.#link) throw hostGone();
    return this.#link.client;
  }

  /** Where media is fetched and with which token. Throws `host-gone` before the first connection. */
  get media(): MediaAccess {
    const { media } = this.store.getState();
    if (!media || !this.#link) throw hostGone();
    return media;
  }

  /** Fetches a media route with the launch's token; rejects with a report when the host refuses. */
  async fetchMedia(route: string, init: RequestInit = {}): Promise<Response> {
    const { baseUrl, token } = this.media;
    const response = await fetch(baseUrl + route, {
      ...init,
      headers: { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`${route.split('?')[0]} answered ${response.status} ${await response.text()}`);
    return response;
  }

  /** Runs until {@link end}. */
  async run(): Promise<void> {
    for (let attempt = 0; !this.#ended; attempt++) {
      try {
        const link = await this.#open();
        this.#link = link;
        attempt = 0;
        await this.#serve(link);
      } catch (error) {
        if (this.store.getState().phase === 'open') console.warn('The connection failed:', reportOf(error).message);
      }
      this.#link = null;
      this.#following?.abort.abort();
      this.#following = null;
      if (this.#ended) return;
      if (this.store.getState().hostInfo) this.store.setState({ phase: 'lost' });
      await pause(RETRY_DELAYS_MS[Math.min(attempt, RETRY_DELAYS_MS.length - 1)]!);
    }
  }

  /** Stops trying. */
  end(): void {
    this.#ended = true;
    this.#following?.abort.abort();
  }

  /** Asks for the host's facts again: recent projects, ffmpeg. */
  async refreshHostInfo(): Promise<void> {
    this.store.setState({ hostInfo: await this.client.host.info() });
  }

  async #serve(link: HostLink): Promise<void> {
    const ended = new AbortController();
    const lost = link.closed.then(() => {
      ended.abort();
      throw hostGone();
    });
    lost.catch(() => undefined);
    const hostInfo = await Promise.race([link.client.host.info(), lost]);
    const known = this.store.getState().media;
    const same = known?.baseUrl === hostInfo.mediaBaseUrl && known.token === link.mediaToken;
    const media = same ? known : { baseUrl: hostInfo.mediaBaseUrl, token: link.mediaToken };
    this.store.setState({ hostInfo, media, phase: 'open' });
    const following = [
      this.#followProject(link, ended.signal),
      this.#followJobs(link, ended.signal),
      this.engine.follow(link.client, ended.signal),
    ];
    try {
      await Promise.race([lost, ...following]);
    } finally {
      ended.abort();
      await Promise.allSettled(following);
    }
  }

  async #followProject(link: HostLink, signal: AbortSignal): Promise<void> {
    const events = await link.client.project.events(undefined, { signal });
    await this.#adoptProject(link, await link.client.project.current());
    for await (const project of events) await this.#adoptProject(link, project);
  }

  async #adoptProject(link: HostLink, project: ProjectInfo | null): Promise<void> {
    const before = this.store.getState();
    if (!project) {
      this.#following?.abort.abort();
      this.#following = null;
      this.store.setState({ project: null, mirror: null, jobs: await link.client.jobs.list() });
      if (before.project) await this.refreshHostInfo();
      return;
    }
    if (this.#following?.path === project.path) {
      this.store.setState({ project });
      return;
    }
    this.#following?.abort.abort();
    const abort = new AbortController();
    this.#following = { path: project.path, abort };
    const known = before.project?.path === project.path ? before.mirror : null;
    const mirror = known && known.seq <= project.seq ? known : new Mirror();
    if (mirror !== known) await this.#fill(mirror);
    // The host ends a project's jobs with it: what the list still shows is of the one before.
    const jobs = known ? null : await link.client.jobs.list();
    if (abort.signal.aborted) return;
    this.store.setState({ project, mirror, ...(jobs && { jobs }) });
    if (mirror !== known) for (const notice of project.notices) tellPlain(notice);
    this.#followChanges(link, mirror, abort.signal).catch(async (error) => {
      // A connection that ends breaks this off before it is known to have ended.
      await Promise.race([link.closed, pause(500)]);
      if (!abort.signal.aborted && this.#link === link) tellError(reportOf(error));
    });
  }

  async #fill(mirror: Mirror): Promise<void> {
    const response = await this.fetchMedia(MEDIA_ROUTES.snapshot);
    mirror.load((await response.json()) as DocumentSnapshot);
  }

  async #followChanges(link: HostLink, mirror: Mirror, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const changes = await link.client.document.changes({ sinceSeq: mirror.seq }, { signal });
      for await (const change of changes) {
        if (signal.aborted) return;
        if (mirror.apply(change) !== 'gap') continue;
        await this.#fill(mirror);
        break;
      }
      if (!signal.aborted) await pause(50);
    }
  }

  async #followJobs(link: HostLink, signal: AbortSignal): Promise<void> {
    this.store.setState({ jobs: await link.client.jobs.list() });
    for await (const job of await link.client.jobs.events(undefined, { signal })) {
      this.store.setState(({ jobs }) => {
        const at = jobs.findIndex((known) => known.id === job.id);
        return { jobs: at < 0 ? withoutOldest([...jobs, job]) : jobs.with(at, job) };
      });
    }
  }
}

/** Without the oldest of the jobs that have ended, where there are more than are kept. */
function withoutOldest(jobs: readonly Job[]): readonly Job[] {
  if (jobs.length <= KEPT_JOBS) return jobs;
  const oldest = jobs.findIndex(({ state }) => state !== 'queued' && state !== 'running');
  return oldest < 0 ? jobs : jobs.toSpliced(oldest, 1);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** The session of the page. */
export const SessionContext = createContext<Session | null>(null);

/** The page's session; only below its provider. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('No session is provided here.');
  return session;
}
