import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { createHost, type Host } from '../host/host.ts';
import { userFolders } from '../host/user-folders.ts';
import { PROJECT_ROOT } from '../setup/project-root.ts';
import { type LoopbackServer, startLoopbackServer } from './loopback-server.ts';
import { createNodeShell } from './node-shell.ts';
import { type OpenedPage, openPage } from './page-opener.ts';
import { startAtRememberedPort } from './remembered-port.ts';

export type ServeOptions = {
  /** 0 takes the one of the last launch, or a free one. */
  readonly port: number;
  /** Opens the page in the default browser where there is a display. */
  readonly open: boolean;
  /** A project file to open at once. */
  readonly project?: string;
  /**
   * Opens the demo project: always, or when a person launches for the first time. When it cannot be made, says so and
   * goes on without.
   */
  readonly demo: 'always' | 'first-launch' | 'never';
  /** Where its lines for people go; standard output when left out. */
  readonly announce?: (line: string) => void;
};

export type Serving = {
  readonly host: Host;
  readonly server: LoopbackServer;
  stop(): Promise<void>;
  /** Resolves when SIGINT or SIGTERM ended it or `stop` was called. */
  readonly untilStopped: Promise<void>;
};

/** Starts the Node host: services, loopback server, page. Prints the page's address alone on a line. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const announce = options.announce ?? ((line: string) => console.log(line));
  const interfaceFolder = join(PROJECT_ROOT, 'out', 'renderer');
  let server: LoopbackServer | null = null;
  const host = createHost({ shell: createNodeShell(), mediaBaseUrl: () => server?.origin ?? '' });
  const started = await startAtRememberedPort(userFolders().settings, options.port, (port) =>
    startLoopbackServer({
      port,
      interfaceFolder: existsSync(interfaceFolder) ? interfaceFolder : null,
      handleMedia: (request, response) => host.handleMedia(request, response),
      acceptSocket: (socket) => host.transports.serveSocket(socket),
    }),
  );
  server = started;

  let opened: OpenedPage | null = null;
  let stopping: Promise<void> | null = null;
  let resolveStopped: () => void = () => {};
  const untilStopped = new Promise<void>((resolve) => {
    resolveStopped = resolve;
  });
  const stop = () => {
    stopping ??= (async () => {
      opened?.forget();
      await host.close();
      await started.close();
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
      resolveStopped();
    })();
    return stopping;
  };
  const onSignal = () => {
    // A second press ends at once: every commit is on disk already.
    if (stopping) process.exit(130);
    announce('\nTwopop is closing the project ...');
    void stop();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  try {
    if (options.project) await host.services.projects.open(options.project);
  } catch (error) {
    await stop();
    throw error;
  }
  if (options.demo === 'first-launch' && !options.project) await host.openAtFirstLaunch();
  if (options.demo === 'always' && !options.project) {
    announce('Opening the demo project ...');
    await host.services.demo.open().catch((error: unknown) => {
      const report = toErrorReport(error);
      console.error(`The demo project could not be made: ${report.message} ${report.remedy}`);
    });
  }
  host.openAudio();
  announce(`Twopop is at ${started.pageUrl}`);
  if (options.open) opened = openPageOrNot(started.pageUrl);
  if (opened) announce('It opens in your browser. Ctrl-C here ends it.');
  return { host, server: started, stop, untilStopped };
}

/** The address is printed in any case: that no file could be written is no reason to end. */
function openPageOrNot(pageUrl: string): OpenedPage | null {
  try {
    return openPage(pageUrl, userFolders().projects);
  } catch (error) {
    console.error(`The browser could not be opened: ${(error as Error).message}`);
    return null;
  }
}
