import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { engineAddon } from '../../src-main/engine/addon.ts';
import { encodePlan } from '../../src-shared/engine/encode-plan.ts';
import { clip, noise, plan, temporaryFolder, track, writePcm } from '../support/render-plans.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

const source = writePcm(`${folder.path}/source`, 'f32', 1, noise(48_000));
const encoded = encodePlan(plan({ sources: [source], tracks: [track({ clips: [clip()] })] }));
const addonPath = fileURLToPath(new URL('../../native/build/Release/twopop.node', import.meta.url));

const request = (name: string) => ({
  fromSample: 0,
  lengthSamples: 48_000 * 3600 * 20,
  outputs: [
    {
      path: `${folder.path}/${name}`,
      headerBytes: new Uint8Array(0),
      channels: [{ bus: 'master', side: 'left' } as const],
      sampleFormat: 's16' as const,
      dither: false,
    },
  ],
});

describe('work under way in the engine', () => {
  it('ends with the worker that started it, and takes its files along', async () => {
    const script = `
      const { parentPort, workerData } = require('node:worker_threads');
      const engine = require(workerData.addonPath);
      const plan = engine.openPlan(workerData.encoded);
      engine.bounce(plan, workerData.request, () => parentPort.postMessage('running'));
    `;
    const worker = new Worker(script, { eval: true, workerData: { addonPath, encoded, request: request('orphan') } });
    await new Promise((resolve) => worker.once('message', resolve));
    expect(readdirSync(folder.path)).toContain('orphan');
    await worker.terminate();
    await expect.poll(() => readdirSync(folder.path), { timeout: 10_000 }).not.toContain('orphan');
  });

  it('does no harm where its worker ends at any moment of it', async () => {
    const script = `
      const { workerData } = require('node:worker_threads');
      const engine = require(workerData.addonPath);
      for (let at = 0; at < 6; at++) {
        engine.buildPeaks({ ...workerData.source, outPath: workerData.out + at, threads: 1 }, () => {});
        engine.readSamples(workerData.source, 0, 0, 48000);
      }
    `;
    for (let milliseconds = 0; milliseconds < 12; milliseconds++) {
      const worker = new Worker(script, { eval: true, workerData: { addonPath, source, out: `${folder.path}/peaks` } });
      await new Promise((resolve) => worker.once('online', resolve));
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      await worker.terminate();
    }
  });

  it('outlives a progress callback that throws', async () => {
    const engine = engineAddon();
    let calls = 0;
    const job = engine.bounce(engine.openPlan(encoded), request('thrown'), () => {
      calls += 1;
      if (calls === 3) job.cancel();
      throw new Error('the interface went away');
    });
    await expect(job.done).rejects.toMatchObject({ code: 'cancelled' });
    expect(calls).toBeGreaterThanOrEqual(3);
  });

  it('does not mind being cancelled twice, or after its end', async () => {
    const engine = engineAddon();
    const job = engine.bounce(engine.openPlan(encoded), { ...request('short'), lengthSamples: 100 });
    await job.done;
    job.cancel();
    job.cancel();
  });

  it('refuses wrong arguments at once, naming them', () => {
    const engine = engineAddon();
    const handle = engine.openPlan(encoded);
    const good = request('never');
    const start = (over: object) => () => engine.bounce(handle, { ...good, ...over } as never);
    expect(start({ lengthSamples: -1 })).toThrow(/lengthSamples/);
    expect(start({ fromSample: 0.5 })).toThrow(/fromSample/);
    expect(start({ outputs: 'x' })).toThrow(/outputs/);
    expect(start({ outputs: [{ ...good.outputs[0], sampleFormat: 's8' }] })).toThrow(/sampleFormat "s8"/);
    expect(start({ outputs: [{ ...good.outputs[0], channels: [] }] })).toThrow(/channels/);
    expect(start({ outputs: [{ ...good.outputs[0], path: 'a\0b' }] })).toThrow(/path/);
    expect(start({ outputs: [{ ...good.outputs[0], headerBytes: [1] }] })).toThrow(/headerBytes/);
    expect(() => engine.renderRange(handle, 0, 2 ** 40)).toThrow(/frames/);
    expect(() => engine.readSamples({ ...source, channelCount: 0 }, 0, 0, 1)).toThrow(/channelCount/);
    expect(() => engine.buildPeaks(undefined as never)).toThrow(/request/);
    expect(readdirSync(folder.path)).not.toContain('never');
  });
});
