import { describe, expect, test } from 'vitest';
import { isLoadablePath, portAudioCandidates } from '../../../../src-main/engine/devices/portaudio-path.ts';

const everywhere = () => true;

describe('where PortAudio is looked for', () => {
  test('TWOPOP_PORTAUDIO names the only one, even where nothing is there', () => {
    const found = portAudioCandidates({
      environment: { TWOPOP_PORTAUDIO: '/opt/mine.so' },
      exists: () => false,
      naudiodonFolder: '/n',
    });
    expect(found).toEqual([{ path: '/opt/mine.so', origin: 'chosen' }]);
  });

  test("naudiodon's own comes before the system's", () => {
    const found = portAudioCandidates({
      environment: {},
      platform: 'linux',
      exists: everywhere,
      naudiodonFolder: '/n',
    });
    expect(found[0]).toEqual({ path: '/n/build/Release/libportaudio.so.2', origin: 'bundled' });
    expect(found.slice(1).every(({ origin }) => origin === 'system')).toBe(true);
    expect(found.length).toBeGreaterThan(1);
  });

  test.each([
    ['darwin', '/n/build/Release/libportaudio.dylib'],
    ['win32', '/n/build/Release/portaudio_x64.dll'],
  ] as const)('on %s the bundled library has its own name', (platform, path) => {
    const [first] = portAudioCandidates({ environment: {}, platform, exists: everywhere, naudiodonFolder: '/n' });
    expect(first?.path.replaceAll('\\', '/')).toBe(path);
  });

  test('only files that are there are tried, and without naudiodon the system alone is', () => {
    expect(
      portAudioCandidates({ environment: {}, platform: 'linux', exists: () => false, naudiodonFolder: '/n' }),
    ).toEqual([]);
    const found = portAudioCandidates({
      environment: {},
      platform: 'linux',
      exists: (path) => path.startsWith('/usr/lib64/'),
      naudiodonFolder: null,
    });
    expect(found).toEqual([{ path: '/usr/lib64/libportaudio.so.2', origin: 'system' }]);
  });

  test('a bare name is not given to the loader', () => {
    expect(isLoadablePath('libportaudio.so.2')).toBe(false);
    expect(isLoadablePath('/usr/lib/libportaudio.so.2')).toBe(true);
  });
});
