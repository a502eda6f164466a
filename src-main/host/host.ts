import type { IncomingMessage, ServerResponse } from 'node:http';
import { homedir } from 'node:os';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import type { HostInfo } from '../../src-shared/rpc/schemas.ts';
import type { DemoHost } from '../demo/demo-host.ts';
import { findFfmpeg } from '../media/ffmpeg.ts';
import { AcceptService } from './accept-service.ts';
import { AudioService } from './audio-service.ts';
import { BounceService } from './bounce-service.ts';
import { DemoService } from './demo-service.ts';
import { DocumentService } from './document-service.ts';
import { isEngineAvailable } from './engine-available.ts';
import { EngineRecorder } from './engine-recorder.ts';
import { FirstLaunch } from './first-launch.ts';
import { ImportService } from './import-service.ts';
import { InstallationKey } from './installation-key.ts';
import { JobRunner } from './job-runner.ts';
import { KeepAwake } from './keep-awake.ts';
import { createMediaRoutes } from './media-routes/media-routes.ts';
import { MicrophoneService } from './microphone-service.ts';
import { OpenMediaService } from './open-media.ts';
import { ProjectService } from './project-service.ts';
import { ProxyService } from './proxy-service.ts';
import { RecentProjects } from './recent-projects.ts';
import { RecordService } from './record-service.ts';
import { recoverRecordings } from './recover-recordings.ts';
import { RelinkService } from './relink-service.ts';
import { resumeJobs } from './resume-jobs.ts';
import { createRouter } from './router.ts';
import type { Shell } from './shell.ts';
import { SyncService } from './sync-service.ts';
import { TakeReader } from './take-reader.ts';
import { TransportService } from './transport-service.ts';
import { createTransports, type Transports } from './transports.ts';
import { userFolders } from './user-folders.ts';
import { VERSION } from './version.ts';
import { watchRecording } from './watch-recording.ts';

export type HostOptions = {
  readonly shell: Shell;
  /** `http://127.0.0.1:PORT` of the media routes, '' where nobody fetches any; asked for at each call. */
  readonly mediaBaseUrl: () => string;
  /**
   * Nobody looks at what is open: the command line. Projects are not remembered as recent, and proxies are made of what
   * is imported only.
   */
  readonly unattended?: boolean;
};

/** Every service of the product, each once. */
export type HostServices = {
  readonly shell: Shell;
  readonly awake: KeepAwake;
  readonly recent: RecentProjects;
  readonly projects: ProjectService;
  readonly documents: DocumentService;
  readonly media: OpenMediaService;
  readonly jobs: JobRunner;
  readonly imports: ImportService;
  readonly proxies: ProxyService;
  readonly relinks: RelinkService;
  readonly sync: SyncService;
  readonly accepts: AcceptService;
  readonly bounces: BounceService;
  readonly demo: DemoService;
  readonly audio: AudioService;
  readonly transport: TransportService;
  readonly records: RecordService;
  readonly info: () => Promise<HostInfo>;
};

export type Host = {
  readonly services: HostServices;
  readonly transports: Transports;
  /** The host as the demo sees it. */
  readonly demoHost: DemoHost;
  handleMedia(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
  /**
   * Opens the demo project when a person launches the workstation for the first time; false every other time. A demo
   * that cannot be made is said on standard error, and the workstation opens without.
   */
  openAtFirstLaunch(): Promise<boolean>;
  /**
   * Opens the audio device that was chosen at an earlier launch, beside everything else: nothing waits for it, and how it
   * goes is told in the engine's status. For a person's workstation; the command line and whoever does not ask have none.
   */
  openAudio(): void;
  /** Stops jobs (they go on when the project opens again) and closes the project. */
  close(): Promise<void>;
};

/** Builds every service and wires them. Knows no shell but by the `Shell` it is given; opens nothing. */
export function createHost({ shell, mediaBaseUrl, unattended = false }: HostOptions): Host {
  const folders = userFolders();
  const recent = new RecentProjects(folders.settings);
  const key = new InstallationKey(folders.settings);
  const jobs = new JobRunner();
  const projects = new ProjectService(unattended ? null : recent);
  const documents = new DocumentService(projects);
  const media = new OpenMediaService(projects);
  const imports = new ImportService(projects, documents, media, jobs, key);
  const proxies = new ProxyService(projects, documents, jobs);
  const relinks = new RelinkService(projects, documents, media, jobs);
  const sync = new SyncService(projects, documents, jobs);
  // Where nobody looks, what a script lays by hand is not waited for.
  if (!unattended) new MicrophoneService(projects, documents, jobs);
  const accepts = new AcceptService(projects, documents, media, jobs);
  const bounces = new BounceService(projects, media, jobs);
  // Where nobody looks, what a script recorded elsewhere is not waited for.
  const takes = unattended ? null : new TakeReader(projects, documents, media, jobs);
  const audio = new AudioService(folders.settings, projects, documents, media);
  const records = new RecordService(projects, new EngineRecorder(audio));
  audio.holdWhile(records);
  watchRecording(audio, records);
  const awake = new KeepAwake(shell);
  awake.follow(audio, records);
  const transport = new TransportService(audio, records);
  // What was being recorded when the process ended belongs to the document.
  projects.listen({
    opened: async (project) => {
      for (const notice of await recoverRecordings(project, records.isBeingWritten)) projects.tell(notice);
    },
  });
  const demo = new DemoService(() => demoHost, jobs, folders.projects);
  // Registered last, so that jobs end before anything that they use is closed.
  projects.listen({
    opened: (project) =>
      resumeJobs(project, {
        key,
        projects,
        jobs,
        imports,
        proxies: unattended ? null : proxies,
        takes,
        demo,
        bounces,
        accepts,
      }),
    closing: () => jobs.leave(),
  });

  const info = async (): Promise<HostInfo> => ({
    version: VERSION,
    shell: shell.kind,
    platform: process.platform,
    homeFolder: homedir(),
    mediaBaseUrl: mediaBaseUrl(),
    engineAvailable: isEngineAvailable(),
    ffmpegVersion: (await findFfmpeg())?.version ?? null,
    recentProjects: recent.list(),
  });
  const services: HostServices = {
    shell,
    awake,
    recent,
    projects,
    documents,
    media,
    jobs,
    imports,
    proxies,
    relinks,
    sync,
    accepts,
    bounces,
    demo,
    audio,
    transport,
    records,
    info,
  };
  const transports = createTransports(createRouter(services));
  const demoHost: DemoHost = {
    client: transports.client,
    snapshot: () => documents.snapshot(),
    whenEnded: (jobId) => jobs.whenEnded(jobId),
  };
  return {
    services,
    transports,
    demoHost,
    handleMedia: createMediaRoutes(services),
    openAtFirstLaunch: async () => {
      if (!new FirstLaunch(folders.settings, recent).take()) return false;
      try {
        await demo.open();
      } catch (error) {
        const report = toErrorReport(error);
        console.error(`The demo project could not be made: ${report.message} ${report.remedy}`);
      }
      return true;
    },
    openAudio: () => void audio.openRemembered().catch((error: unknown) => console.error('twopop:', error)),
    close: async () => {
      await projects.close();
      await audio.end();
    },
  };
}
