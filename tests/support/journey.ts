import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { beforeEach } from 'vitest';
import { hasDisplay } from '../../src-main/server/node-shell.ts';
import { buildInterfaceWhenStale } from '../../src-main/setup/builds.ts';
import { findChromium } from '../../src-main/setup/chromium.ts';
import { electronProgram } from '../../src-main/setup/electron-program.ts';
import { type NodeHostProcess, ROOT, startNodeHost } from './node-host-process.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

/** Where journeys leave their pictures: `out/screenshots`. */
export const SCREENSHOTS = join(ROOT, 'out', 'screenshots');

export type Journey = {
  readonly page: Page;
  readonly browser: Browser;
  /** The host that serves the page; another one after {@link Journey.restartHost}. */
  readonly host: NodeHostProcess;
  /** A folder of this journey alone: projects, cards, bounces. */
  readonly folder: string;
  /** What the page reported as an error so far. */
  readonly pageErrors: readonly string[];
  /** Takes a picture into `out/screenshots/NAME.png` and returns its path. */
  screenshot(name: string): Promise<string>;
  /** Ends the host (`kill`: as a power cut would), starts another on the same folder and opens its page. */
  restartHost(how: 'stop' | 'kill', project?: string): Promise<void>;
  end(): Promise<void>;
};

export type JourneyOptions = {
  readonly name: string;
  readonly project?: string;
  /** More of the host's command line, for its first start. */
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly widthPixels?: number;
  readonly heightPixels?: number;
  /** In a window on the display, which then is needed. */
  readonly headed?: boolean;
};

/**
 * Says why there can be no journey here, loudly, or null. Where `CI` is set a missing Chromium is a failure, not a
 * skip.
 */
export function whyNoJourney(): string | null {
  if (findChromium()) return null;
  const why = 'JOURNEYS SKIPPED: there is no Chromium on this machine (set CHROMIUM_BIN, or install one).';
  if (process.env.CI) throw new Error(why);
  console.warn(`\n${why}\n`);
  return why;
}

/**
 * Says why Electron cannot be driven here, loudly, or null. Its program is a download of its own that a machine may not
 * be allowed; nothing is claimed of it there.
 */
export function whyNoElectron(): string | null {
  const why = !electronProgram()
    ? 'its program is not in node_modules/electron (npm start fetches it where it may)'
    : process.platform === 'linux' && !hasDisplay()
      ? 'there is no display (xvfb-run gives one)'
      : null;
  if (why) console.warn(`\nELECTRON JOURNEY SKIPPED: ${why}.\n`);
  return why;
}

/** The steps of a journey build on each other: once one has failed, those after it in the same `describe` are skipped. */
export function skipAfterFailure(): void {
  let failed = '';
  beforeEach(({ skip, task, onTestFailed }) => {
    if (failed !== '') skip(`not tried: “${failed}” failed before it`);
    onTestFailed(() => {
      failed ||= task.name;
    });
  });
}

/** Builds the page, starts a host on a folder of its own and a real Chromium on the page. */
export async function startJourney(options: JourneyOptions): Promise<Journey> {
  buildInterfaceWhenStale();
  const folder = makeTemporaryFolder(`journey-${options.name}`);
  const executablePath = findChromium();
  if (!executablePath) throw new Error('there is no Chromium on this machine');
  const startHost = (project?: string, more: readonly string[] = []) =>
    startNodeHost({
      home: join(folder.path, 'home'),
      arguments: more,
      ...(project ? { project } : {}),
      ...(options.environment ? { environment: options.environment } : {}),
    });
  let host = await startHost(options.project, options.arguments);
  const browser = await chromium.launch({
    executablePath,
    headless: !options.headed,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
  const viewport = { width: options.widthPixels ?? 1600, height: options.heightPixels ?? 1000 };
  const context = await browser.newContext({ viewport, deviceScaleFactor: 1, colorScheme: 'dark' });
  const page = await context.newPage();
  // How a journey fares on a slow machine can be tried on a fast one: JOURNEY_SLOWDOWN=4 runs the page at a quarter.
  const slowdown = Number(process.env.JOURNEY_SLOWDOWN ?? 1);
  if (slowdown > 1) {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  }
  const pageErrors: string[] = [];
  page.on('pageerror', (error) => pageErrors.push(`${error.name}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') pageErrors.push(message.text());
  });
  await page.goto(host.pageUrl);
  mkdirSync(SCREENSHOTS, { recursive: true });
  return {
    page,
    browser,
    get host() {
      return host;
    },
    folder: folder.path,
    pageErrors,
    async screenshot(name) {
      const path = join(SCREENSHOTS, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    async restartHost(how, project) {
      await host[how]();
      host = await startHost(project);
      await page.goto(host.pageUrl);
    },
    async end() {
      await browser.close();
      await host.stop();
      folder.remove();
    },
  };
}
