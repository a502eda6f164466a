import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeScratchFolder, type ScratchOwner, type ScratchSystem } from '../../../src-main/sync/scratch-folder.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;
beforeEach(() => {
  folder = makeTemporaryFolder('scratch');
});
afterEach(() => folder.remove());

const ownerOf = (scratch: string): ScratchOwner => JSON.parse(readFileSync(join(scratch, 'owner.json'), 'utf8'));
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);

/** A scratch folder as another process left it. */
function left(name: string, owner: ScratchOwner, hours = 0): string {
  const path = join(folder.path, name);
  mkdirSync(path);
  writeFileSync(join(path, 'tracks.pcm'), 'x');
  writeFileSync(join(path, 'owner.json'), JSON.stringify(owner));
  utimesSync(join(path, 'owner.json'), hoursAgo(hours), hoursAgo(hours));
  return path;
}

const owner: ScratchOwner = { host: 'stage', boot: 'b1', namespace: 'pid:[1]', processId: 1, started: '100' };
const system = (self: ScratchOwner, running: Record<number, string | null> = {}): ScratchSystem => ({
  owner: self,
  look: async (processId) => (processId in running ? { started: running[processId]! } : 'gone'),
});

describe('scratch folders of a sync', () => {
  it('are removed when their process was killed, and stay when it runs or nobody is named', async () => {
    const first = await makeScratchFolder('sync', folder.path);
    const self = ownerOf(first);
    expect(self).toMatchObject({ processId: process.pid });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const dead = left('twopop-sync-dead', { ...self, processId: pid }, 48);
    const deadToo = left('twopop-assess-dead', { ...self, processId: pid }, 48);
    const nobodys = join(folder.path, 'twopop-sync-engine-abc');
    mkdirSync(nobodys);
    const other = left('sync-dead', { ...self, processId: pid }, 48);
    await makeScratchFolder('assess', folder.path);
    expect([dead, deadToo].map(existsSync)).toEqual([false, false]);
    expect([first, nobodys, other].map(existsSync)).toEqual([true, true, true]);
  });

  it.runIf(process.platform === 'linux')('are told from those of a process that has the same number now', async () => {
    const first = await makeScratchFolder('sync', folder.path);
    const self = ownerOf(first);
    for (const field of ['boot', 'namespace', 'started'] as const) expect(self[field]).toBeTruthy();
    const earlier = left('twopop-sync-earlier', { ...self, started: '1' });
    await makeScratchFolder('sync', folder.path);
    expect([first, earlier].map(existsSync)).toEqual([true, false]);
  });

  it('are removed where the number is another process’s by now', async () => {
    const reused = left('twopop-sync-reused', { ...owner, processId: 7 });
    const alive = left('twopop-sync-alive', { ...owner, processId: 8, started: '120' });
    await makeScratchFolder('sync', folder.path, system(owner, { 7: '900', 8: '120' }));
    expect([reused, alive].map(existsSync)).toEqual([false, true]);
  });

  it.each([
    ['in another container', { namespace: 'pid:[2]' }],
    ['on another machine', { host: 'cutting room' }],
    ['before the machine was started again, or on another of its name', { boot: 'b0' }],
  ])('of a process %s stay as long as a sync may take', async (_, elsewhere) => {
    const recent = left('twopop-sync-recent', { ...owner, ...elsewhere }, 6 * 24);
    const old = left('twopop-sync-old', { ...owner, ...elsewhere }, 8 * 24);
    await makeScratchFolder('sync', folder.path, system(owner));
    expect([recent, old].map(existsSync)).toEqual([true, false]);
  });

  it('stay a day where processes do not say when they began, and as long as one of that number runs', async () => {
    const plain = { ...owner, boot: null, namespace: null, started: null };
    const fresh = left('twopop-sync-fresh', { ...plain, processId: 5 });
    const old = left('twopop-sync-old', { ...plain, processId: 5 }, 25);
    const running = left('twopop-sync-running', { ...plain, processId: 6 }, 25);
    await makeScratchFolder('sync', folder.path, system(plain, { 6: null }));
    expect([fresh, old, running].map(existsSync)).toEqual([true, false, true]);
  });
});
