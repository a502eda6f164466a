/**
 * `npm run bench:picture [SECONDS]` (20): plays the demo project in a real Chromium (under Xvfb where there is no
 * display) over the loop-back device, forward at once and twice the speed and backwards, and holds the frame that the
 * viewer asks for at each refresh of the screen against the one that belongs to the sound that is heard when it is
 * shown.
 *
 * What is true is worked out afterwards and apart from the page: the device's clock from a line under all readings of
 * telemetry over a second connection, the page's clock by many questions over the debugger, the motion as
 * the engine told it, the refresh after the one that it was asked in. Prints the share of refreshes with a wrong frame;
 * ends with 1 where one is over 1 %.
 */
import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { type Motion, positionAt } from '../../src-renderer/engine/engine-position.ts';
import { frameAtPosition } from '../../src-renderer/picture/picture-frame.ts';
import { DEFAULT_AUDIO_SETTINGS, type Telemetry, VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import { connectToHost, type HostConnection } from '../support/host-client.ts';
import { startJourney, whyNoJourney } from '../support/journey.ts';
import { readDocument, timeline } from '../support/workstation.ts';

const MOST_WRONG = 0.01;
/** After a change of speed: what is on its way to the page. */
const SETTLE_MS = 500;

type Refresh = { readonly atMs: number; readonly asked: number | null; readonly shown: number | null };
type Watch = { readonly refreshes: Refresh[]; asked: number | null; shown: number | null };
declare global {
  interface Window {
    pictureWatch: Watch;
  }
}

/** Runs in the page before anything else: notes what is asked of the picture's worker, and what it showed. */
function watchPicture(): void {
  const watch: Watch = { refreshes: [], asked: null, shown: null };
  window.pictureWatch = watch;
  const post = Worker.prototype.postMessage;
  const known = new WeakSet<Worker>();
  Worker.prototype.postMessage = function (this: Worker, message: { kind?: string; frame?: number }, ...rest: never[]) {
    if (message?.kind === 'canvas' && !known.has(this)) {
      known.add(this);
      this.addEventListener('message', ({ data }) => {
        if (data?.kind === 'shown') watch.shown = data.frame;
      });
    }
    if (known.has(this) && message?.kind === 'show') watch.asked = message.frame ?? null;
    if (known.has(this) && message?.kind === 'black') watch.asked = null;
    return post.call(this, message, ...rest);
  } as typeof post;
  const note = (atMs: number) => {
    requestAnimationFrame(note);
    // After everything that this refresh does.
    queueMicrotask(() => setTimeout(() => watch.refreshes.push({ atMs, asked: watch.asked, shown: watch.shown })));
  };
  requestAnimationFrame(note);
}

/**
 * Milliseconds of this process's clock at 0 of the page's: both are the machine's monotonic one. Each question leaves a
 * span possible; all of them together a small one.
 */
async function pageZeroMs(page: Page): Promise<number> {
  let least = Number.NEGATIVE_INFINITY;
  let most = Number.POSITIVE_INFINITY;
  for (let count = 0; count < 400; count++) {
    const before = monotonicMs();
    const there = await page.evaluate(() => performance.now());
    const after = monotonicMs();
    least = Math.max(least, before - there);
    most = Math.min(most, after - there);
  }
  console.log(`the page's clock is known to ${((most - least) / 2).toFixed(2)} ms`);
  return (least + most) / 2;
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The device's clock as a line that no reading lies above: blocks are asked for late, never early. */
function deviceLine(readings: readonly Telemetry[]): (ms: number) => number {
  const points = readings.map(({ clock, clockNs }) => ({ x: clockNs / 1e6, y: clock }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length;
  const [x0, y0] = [mean((p) => p.x), mean((p) => p.y)];
  const slope = mean((p) => (p.x - x0) * (p.y - y0)) / mean((p) => (p.x - x0) ** 2);
  const above = Math.max(...points.map((p) => p.y - y0 - slope * (p.x - x0)));
  return (ms) => y0 + slope * (ms - x0) + above;
}

async function follow(connection: HostConnection, into: Telemetry[], signal: AbortSignal): Promise<void> {
  try {
    for await (const event of await connection.client.engine.events({ viewId: 'bench' }, { signal }))
      if (event.type === 'telemetry') into.push(event.telemetry);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** The demo is still being made, or its picture. */
async function isAtWork({ client }: HostConnection): Promise<boolean> {
  const jobs = await client.jobs.list();
  return jobs.length === 0 || jobs.some(({ state }) => state === 'running' || state === 'queued');
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(seconds: number): Promise<boolean> {
  const journey = await startJourney({ name: 'picture-sync', arguments: ['--demo'], headed: true });
  const { page } = journey;
  try {
    const connection = await connectToHost(journey.host.origin, journey.host.token);
    const { client } = connection;
    await timeline(page).waitFor();
    while (await isAtWork(connection)) await pause(300);
    await client.audio.setSettings({ ...DEFAULT_AUDIO_SETTINGS, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE });
    const status = await client.audio.open();
    await page.addInitScript(watchPicture);
    await page.reload();
    await timeline(page).waitFor();
    await pause(3000);
    const document = await readDocument(connection);
    const rows = { clips: document.rows('picture_clip'), pictures: document.rows('picture') };
    const { sampleRate } = document.clock();
    const end = Math.max(...rows.clips.map((clip) => clip.startSample + clip.lengthSamples));
    const zeroMs = await pageZeroMs(page);

    const frameAt = (position: number): number | null => {
      const clip = rows.clips.find(
        (one) => position >= one.startSample && position < one.startSample + one.lengthSamples,
      );
      const picture = rows.pictures.find(({ id }) => id === clip?.pictureId);
      return clip && picture ? frameAtPosition(position, clip, picture, sampleRate) : null;
    };

    let passed = true;
    for (const [name, speed, fromSample] of [
      ['1x', 1, 0],
      ['2x', 2, 0],
      ['-1x', -1, end - 1],
    ] as const) {
      const told: Telemetry[] = [];
      const over = new AbortController();
      const following = follow(connection, told, over.signal);
      await page.evaluate(() => window.pictureWatch.refreshes.splice(0));
      const room = (end / sampleRate / Math.abs(speed)) * 1000 - 3000;
      // The page follows what rolls, whoever began it.
      await client.transport.play({ fromSample, speed: { numerator: speed, denominator: 1 } });
      await pause(Math.min(seconds * 1000, room));
      const refreshes = await page.evaluate(() => window.pictureWatch.refreshes);
      await client.transport.stop({});
      await pause(300);
      over.abort();
      await following;

      const rolling = told.filter(({ phase }) => phase === 'rolling');
      const clockAt = deviceLine(told);
      const first = rolling[0]!;
      const motion: Motion = {
        ...(first.motion ?? { startClock: first.clock, startSample: first.timelineSample }),
        speed: { numerator: speed, denominator: 1 },
        loop: null,
        endSample: null,
      };
      const period = median(refreshes.slice(1).map((one, at) => one.atMs - refreshes[at]!.atMs));
      const fromMs = first.clockNs / 1e6 + SETTLE_MS;
      let counted = 0;
      let wrong = 0;
      let undrawn = 0;
      const offBy = new Map<number, number>();
      refreshes.forEach((refresh, index) => {
        const shownMs = refresh.atMs + zeroMs + period;
        if (shownMs < fromMs) return;
        const heard = positionAt(motion, clockAt(shownMs) - status.reportedLatencySamples.output);
        const right = frameAt(Math.floor(heard));
        counted++;
        if (right !== refresh.asked) {
          wrong++;
          const off = right === null || refresh.asked === null ? Number.NaN : refresh.asked - right;
          offBy.set(off, (offBy.get(off) ?? 0) + 1);
        }
        // What was asked for at one refresh is drawn by the next.
        if (refreshes[index + 1] && refreshes[index + 1]!.shown !== refresh.asked) undrawn++;
      });
      const share = wrong / counted;
      const lateNs = told.map(({ clock, clockNs }) => clockNs / 1e6 - msOfClock(clockAt, clock, clockNs / 1e6));
      console.log(
        `${name.padStart(4)}: ${(share * 100).toFixed(2)} % wrong (${wrong} of ${counted} refreshes at ${(1000 / period).toFixed(1)} Hz` +
          `${wrong > 0 ? `; frames off: ${[...offBy].map(([off, count]) => `${off > 0 ? '+' : ''}${off} ${count}x`).join(', ')}` : ''})` +
          `; ${((undrawn / counted) * 100).toFixed(2)} % not drawn by the next refresh` +
          `; blocks up to ${Math.max(...lateNs).toFixed(1)} ms late`,
      );
      passed &&= share < MOST_WRONG;
    }
    connection.close();
    return passed;
  } finally {
    await journey.end();
  }
}

/** When the line was at a clock, near a time. */
function msOfClock(clockAt: (ms: number) => number, clock: number, nearMs: number): number {
  const perMs = clockAt(nearMs + 1) - clockAt(nearMs);
  return nearMs + (clock - clockAt(nearMs)) / perMs;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

if (whyNoJourney() === null) {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    const again = spawnSync(
      'xvfb-run',
      ['-a', '-s', '-screen 0 1920x1200x24', process.execPath, ...process.argv.slice(1)],
      {
        stdio: 'inherit',
      },
    );
    if (again.error) console.error('There is no display and no xvfb-run: the picture was not measured.');
    process.exitCode = again.status ?? 1;
  } else process.exitCode = (await measure(Number(process.argv[2] ?? 20))) ? 0 : 1;
}
