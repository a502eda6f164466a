import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recoverRecordings } from '../../../src-main/host/recover-recordings.ts';
import { loopBackStage, statusThat } from '../../support/live-host.ts';
import { recordStart, rollFrom } from '../../support/recording-stage.ts';

test('an audio process that is killed in the moment of starting leaves no file that is in no take', {
  timeout: 60_000,
}, async () => {
  const { host } = await loopBackStage();
  const { records, audio, projects } = host.services;
  const project = projects.require();
  for (const afterMs of [0, 5, 15, 30, 45, 60, 120]) {
    const started = records.start(recordStart({ roll: rollFrom(96_000) })).catch(() => null);
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    process.kill(audio.processId as number, 'SIGKILL');
    await started;
    await expect.poll(() => records.state.phase, { timeout: 5000 }).toBe('idle');
    const paths = new Set(project.reader.all('take').map(({ path }) => path));
    const strays = readdirSync(join(project.folder, 'Audio Files')).filter((name) => !paths.has(`Audio Files/${name}`));
    expect([afterMs, strays]).toEqual([afterMs, []]);
    expect(project.reader.all('take').filter(({ state }) => state === 'recording')).toEqual([]);
    await audio.open();
    await statusThat(host, ({ state }) => state === 'running');
  }
  expect(await recoverRecordings(project)).toEqual([]);
});
