import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EngineStatus } from '../../src-shared/engine/live-engine.ts';
import { connectToHost } from '../support/host-client.ts';
import { LOOP_BACK } from '../support/live-host.ts';
import { startNodeHost } from '../support/node-host-process.ts';
import { temporaryFolder } from '../support/project-files.ts';

const ABSENT = { hostApi: 'ALSA', name: 'Field recorder' };

/** The engine's states as a person's page sees them, from the start of a host that remembers these devices. */
async function statesOf(settings: typeof LOOP_BACK | null, until: (status: EngineStatus) => boolean) {
  const home = temporaryFolder();
  mkdirSync(join(home, 'settings'));
  const kept = { version: 1, settings, roundTrips: {}, trackInputs: {} };
  if (settings) writeFileSync(join(home, 'settings', 'audio.json'), JSON.stringify(kept));
  const host = await startNodeHost({ home });
  onTestFinished(() => host.stop());
  const { client, close } = await connectToHost(host.origin, host.token);
  onTestFinished(close);
  for await (const event of await client.engine.events({ viewId: 'page' }))
    if (event.type === 'status' && until(event.status)) return { status: event.status, output: host.output() };
  throw new Error('the events ended');
}

test('a workstation that is started opens the device of the last time by itself', async () => {
  const { status } = await statesOf(LOOP_BACK, ({ state }) => state === 'running');
  expect(status).toMatchObject({ problem: null, awaitsDevice: false, output: LOOP_BACK.output });
});

test('where that device is not connected it is waited for, and the workstation is there all the same', async ({
  skip,
}) => {
  const settings = { ...LOOP_BACK, input: ABSENT, output: ABSENT } as unknown as typeof LOOP_BACK;
  const { status, output } = await statesOf(settings, ({ state }) => state === 'failed');
  if (status.problem?.code === 'library-missing') skip('skipped: there is no PortAudio library on this machine');
  expect(status).toMatchObject({ awaitsDevice: true, deviceIsBack: false, problem: { code: 'device-missing' } });
  expect(output.trim().split('\n')).toHaveLength(1);
});

test('where none was ever chosen nothing is opened, and nothing is said', async () => {
  const { status } = await statesOf(null, () => true);
  expect(status).toMatchObject({ state: 'off', problem: null, awaitsDevice: false });
});
