import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHost, type Host } from '../../src-main/host/host.ts';
import { createNodeShell } from '../../src-main/server/node-shell.ts';
import { DEFAULT_AUDIO_SETTINGS, type EngineStatus, VIRTUAL_DEVICE } from '../../src-shared/engine/live-engine.ts';
import type { FrameRate } from '../../src-shared/time/frame-rate.ts';
import { temporaryFolder } from './project-files.ts';

/** Settings that choose the device without hardware. */
export const LOOP_BACK = { ...DEFAULT_AUDIO_SETTINGS, input: VIRTUAL_DEVICE, output: VIRTUAL_DEVICE };

/** The virtual device's input that counts the device's clock, whatever is played. */
export const COUNTER_INPUT = 4;

/** A host with settings of its own in `home`; closed when the test ends. */
export function liveHost(home: string): Host {
  const before = process.env.TWOPOP_HOME;
  process.env.TWOPOP_HOME = home;
  const host = createHost({ shell: createNodeShell(), mediaBaseUrl: () => '' });
  if (before === undefined) delete process.env.TWOPOP_HOME;
  else process.env.TWOPOP_HOME = before;
  onTestFinished(() => host.close());
  return host;
}

/** A host whose loop-back device runs, with a project that has one mono track. */
export async function loopBackStage(
  frameRate: FrameRate = { numerator: 25, denominator: 1, drop: false },
  sampleRate: 44100 | 48000 | 96000 = 48000,
): Promise<{ readonly host: Host; readonly folder: string }> {
  const folder = temporaryFolder();
  const host = liveHost(join(folder, 'home'));
  const { audio, projects, documents } = host.services;
  await audio.setSettings(LOOP_BACK);
  await projects.create({ name: 'Stage', parentFolder: folder, frameRate, sampleRate, startFrame: 0 });
  documents.apply({ kind: 'track.add', name: 'Boom' });
  await audio.open();
  return { host, folder };
}

/** Resolves with the status, as soon as it is one that is looked for. */
export async function statusThat(host: Host, is: (status: EngineStatus) => boolean): Promise<EngineStatus> {
  const { audio } = host.services;
  if (is(audio.status)) return audio.status;
  return new Promise((resolve) => {
    const stop = audio.statusChanged.on((status) => {
      if (!is(status)) return;
      stop();
      resolve(status);
    });
  });
}

/** Resolves when the transport has come to this sample of the timeline. */
export function timelineReaches(host: Host, timelineSample: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = host.services.audio.telemetryTold.on((told) => {
      if (!told.rolling || told.timelineSample < timelineSample) return;
      stop();
      resolve();
    });
  });
}
