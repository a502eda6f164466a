import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DeviceList } from '../../src-main/engine/devices/list-devices.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const library = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']
  .map((folder) => join(folder, 'libportaudio.so.2'))
  .find(existsSync);
const hasJack = spawnSync('jackd', ['--version'], { stdio: 'ignore' }).error === undefined;
const why = !hasJack ? 'jackd is not installed' : 'no system PortAudio is installed';
if (!hasJack || !library) console.warn(`SKIPPED the devices of a JACK server: ${why}.`);

/** What a program of its own lists: a process opens one PortAudio only. */
function listed(environment: Record<string, string>, cwd = ROOT): DeviceList {
  const printed = execFileSync(
    process.execPath,
    [join(ROOT, 'tests/support/print-devices.ts'), join(ROOT, 'native/build/Release/twopop.node')],
    { cwd, encoding: 'utf8', env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return JSON.parse(printed.trim().split('\n').at(-1) as string) as DeviceList;
}

describe.skipIf(!hasJack || !library)('the devices of a JACK server', () => {
  const name = `twopop-list-${process.pid}`;
  let server: ChildProcess;

  beforeAll(() => {
    server = spawn('jackd', ['-n', name, '-r', '-d', 'dummy', '-r', '48000', '-p', '1024', '-C', '2', '-P', '3'], {
      stdio: 'ignore',
      env: { ...process.env, JACK_NO_AUDIO_RESERVATION: '1' },
    });
    execFileSync('jack_wait', ['-w', '-t', '10', '-s', name], { stdio: 'ignore' });
  });
  afterAll(() => {
    server.kill();
  });

  test('are listed through naudiodon and the engine on one library, with the names of their ports', () => {
    const list = listed({ TWOPOP_PORTAUDIO: library as string, JACK_DEFAULT_SERVER: name });
    expect(list.library?.path).toBe(library);
    expect(list.problem).toBeNull();
    const system = list.devices.find((device) => device.name === 'system');
    expect(system).toMatchObject({
      kind: 'portaudio',
      inputChannels: ['capture_1', 'capture_2'],
      outputChannels: ['playback_1', 'playback_2', 'playback_3'],
      defaultSampleRate: 48000,
    });
    expect(system?.hostApi).toMatch(/^JACK/);
    expect(list.hostApis.at(-1)).toBe('Virtual');
  });
});

describe('listing devices', () => {
  test('leaves nothing in the working folder', () => {
    const folder = mkdtempSync(join(tmpdir(), 'twopop-list-'));
    try {
      expect(listed({}, folder).devices.at(-1)?.name).toBe('Loop-back (no hardware)');
      expect(readdirSync(folder)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a library that is none is told by its name, and the virtual device is left', () => {
    const list = listed({ TWOPOP_PORTAUDIO: join(ROOT, 'package.json') });
    expect(list.problem).toMatchObject({ code: 'library-missing' });
    expect(list.problem?.message).toContain('package.json');
    expect(list.devices.map((device) => device.name)).toEqual(['Loop-back (no hardware)']);
  });
});
