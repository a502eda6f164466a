import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Host } from '../../../src-main/host/host.ts';
import { OpenMedia } from '../../../src-main/host/open-media.ts';
import { WaveWriter } from '../../../src-main/media/wave-writer.ts';
import { DEFAULT_MONITOR_SETTINGS } from '../../../src-shared/engine/live-engine.ts';
import { sourceFields } from '../../support/document-samples.ts';
import { loopBackStage, statusThat, timelineReaches } from '../../support/live-host.ts';

const RATE = 48_000;

/** A tone of so many seconds on track 1, from the start on. */
async function layTone(host: Host, seconds: number): Promise<string> {
  const project = host.services.projects.require();
  const path = join(project.folder, 'Audio Files', 'tone.wav');
  const writer = await WaveWriter.create(path, { format: 's24', channelCount: 1, sampleRate: RATE });
  await writer.append(new Float32Array(seconds * RATE).map((_, at) => 0.5 * Math.sin(at * 0.05)));
  await writer.finish();
  const source = sourceFields({
    name: 'tone',
    path: 'Audio Files/tone.wav',
    channelCount: 1,
    lengthSamples: seconds * RATE,
    sizeBytes: statSync(path).size,
    contentHash: 'a'.repeat(64),
  });
  project.apply({ kind: 'source.add', source, picture: null });
  project.apply({ kind: 'clip.add', trackId: 1, sourceId: 1, startSample: 0 });
  return path;
}

const play = (host: Host, fromSample: number) => host.transports.client.transport.play({ fromSample });

/** Resolves when what track 1 gives out is as loud as that, or as quiet. */
async function trackIs(host: Host, sounds: boolean): Promise<void> {
  const { audio } = host.services;
  const { metersVersion } = await audio.watchMeters('test', [{ kind: 'trackLeft', id: 1 }]);
  await new Promise<void>((resolve) => {
    const stop = audio.telemetryTold.on((told) => {
      if (told.metersVersion < metersVersion || !told.rolling || (told.meters[0] ?? 0) > 0.1 !== sounds) return;
      stop();
      resolve();
    });
  });
}

test('a plan that is refused is told of and leaves the one before playing; the next good one is played', async () => {
  const { host } = await loopBackStage();
  const { audio, documents } = host.services;
  await layTone(host, 30);
  await play(host, 0);
  await trackIs(host, true);

  const compiled = OpenMedia.prototype.livePlan;
  const broken = vi.spyOn(OpenMedia.prototype, 'livePlan').mockImplementation(async function (this: OpenMedia) {
    const live = await compiled.call(this);
    const tracks = live.plan.tracks.map((track) => ({
      ...track,
      clips: track.clips.map((clip) => ({ ...clip, source: 99 })),
    }));
    return { ...live, plan: { ...live.plan, tracks } };
  });
  onTestFinished(() => broken.mockRestore());
  documents.apply({ kind: 'clip.gain', clipIds: [1], gainDb: -144 });
  const { refusedPlan, state } = await statusThat(host, (status) => status.refusedPlan !== null);
  expect([state, refusedPlan?.code]).toEqual(['running', 'plan-invalid']);
  // What is no plan goes on to be taken, and the tone plays on.
  await audio.setMonitor({ ...DEFAULT_MONITOR_SETTINGS, controlRoom: { gainDb: -6, dim: false, mute: false } });
  await trackIs(host, true);
  expect(audio.status.refusedPlan?.code).toBe('plan-invalid');

  broken.mockRestore();
  documents.apply({ kind: 'track.update', trackIds: [1], name: 'Boom 2' });
  await statusThat(host, (status) => status.refusedPlan === null);
  await trackIs(host, false);
});

test('the audio process that is started anew plays the plan that was not refused', async () => {
  const { host } = await loopBackStage();
  const { audio } = host.services;
  await layTone(host, 30);
  process.kill(audio.processId as number, 'SIGKILL');
  await statusThat(host, ({ restarts, state }) => restarts === 1 && state === 'running');
  await play(host, 0);
  await trackIs(host, true);
});

test('a file that goes away while it plays is told of by its path, and its clip is silent; put back, it plays again', async () => {
  const { host } = await loopBackStage();
  const { audio, relinks } = host.services;
  const path = await layTone(host, 600);
  await play(host, 0);
  await trackIs(host, true);
  renameSync(path, `${path}.away`);
  const { sourceTroubles, state } = await statusThat(host, (status) => status.sourceTroubles.length > 0);
  expect(state).toBe('running');
  expect(sourceTroubles).toMatchObject([{ path, trouble: 'missing', message: expect.stringContaining('tone.wav') }]);
  expect(relinks.offlineSources()).toMatchObject([{ sourceId: 1, name: 'tone' }]);
  await trackIs(host, false);

  renameSync(`${path}.away`, path);
  await host.transports.client.transport.stop({});
  await play(host, 0);
  await statusThat(host, (status) => status.sourceTroubles.length === 0);
  await trackIs(host, true);
  await host.transports.client.transport.stop({});
  expect(audio.status.problem).toBeNull();
});

test('a file that was away when the project was opened is played again once it is back, by the next play', async () => {
  const { host } = await loopBackStage();
  const { projects } = host.services;
  const path = await layTone(host, 30);
  const project = projects.require().path;
  await projects.close();
  renameSync(path, `${path}.away`);
  await projects.open(project);
  await play(host, 0);
  await trackIs(host, false);
  renameSync(`${path}.away`, path);
  await play(host, 0);
  await trackIs(host, true);
});

test('a file that is gone before it is played is silent and told of, and everything else plays', async () => {
  const { host } = await loopBackStage();
  rmSync(await layTone(host, 10));
  await play(host, 0);
  await timelineReaches(host, RATE / 4);
  await trackIs(host, false);
  expect(host.services.relinks.offlineSources()).toMatchObject([{ name: 'tone' }]);
  expect(host.services.audio.status).toMatchObject({ state: 'running', problem: null, refusedPlan: null });
});
