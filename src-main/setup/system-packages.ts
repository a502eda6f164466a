import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** A program that npm cannot bring, and what to type for it where it is not installed by itself. */
export type SystemPackage = {
  readonly name: string;
  readonly purpose: string;
  readonly debian: string;
  readonly commands: {
    readonly debian: string;
    readonly fedora: string;
    readonly macos: string;
    readonly windows: string;
  };
};

export const FFMPEG: SystemPackage = {
  name: 'ffmpeg',
  purpose: 'to import anything but WAV and to show picture',
  debian: 'ffmpeg',
  commands: {
    debian: 'sudo apt-get install -y ffmpeg',
    fedora: 'sudo dnf install -y ffmpeg-free',
    macos: 'brew install ffmpeg',
    windows: 'winget install Gyan.FFmpeg',
  },
};

export const CHROMIUM: SystemPackage = {
  name: 'Chromium',
  purpose: 'for the journeys of "npm test"',
  debian: 'chromium',
  commands: {
    debian: 'sudo apt-get install -y chromium',
    fedora: 'sudo dnf install -y chromium',
    macos: 'brew install --cask chromium',
    windows: 'winget install Hibbiki.Chromium',
  },
};

/** What stands in for a sound card in the tests of the device layer, on Linux alone. */
export const SOUND_RIGS: readonly { readonly wanted: SystemPackage; readonly isThere: () => boolean }[] = [
  {
    wanted: linuxPackage('JACK', 'to measure round trips without a sound card', 'jackd2', 'jack-audio-connection-kit'),
    isThere: () => isOnPath('jackd') && isOnPath('jack_connect'),
  },
  {
    wanted: linuxPackage('PortAudio', 'to reach JACK', 'libportaudio2', 'portaudio'),
    isThere: () => LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, 'libportaudio.so.2'))),
  },
  {
    wanted: linuxPackage('PulseAudio', 'to kill a sound server under a stream', 'pulseaudio', 'pulseaudio'),
    isThere: () => isOnPath('pulseaudio') && isOnPath('pactl'),
  },
  {
    wanted: linuxPackage("ALSA's plugins", 'to reach PulseAudio', 'libasound2-plugins', 'alsa-plugins-pulseaudio'),
    isThere: () =>
      LIBRARY_FOLDERS.some((folder) => existsSync(join(folder, 'alsa-lib', 'libasound_module_pcm_pulse.so'))),
  },
];

const LIBRARY_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];

function linuxPackage(name: string, purpose: string, debian: string, fedora: string): SystemPackage {
  const none = 'not needed on this system';
  const commands = {
    debian: `sudo apt-get install -y ${debian}`,
    fedora: `sudo dnf install -y ${fedora}`,
    macos: none,
    windows: none,
  };
  return { name, purpose: `${purpose}, in tests`, debian, commands };
}

/** The line that says what is missing, why it is wanted and what to type on this system. */
export function missingLine(
  wanted: SystemPackage,
  platform = process.platform,
  isFedora = existsSync('/etc/fedora-release'),
): string {
  const { commands } = wanted;
  const command =
    platform === 'darwin'
      ? commands.macos
      : platform === 'win32'
        ? commands.windows
        : isFedora
          ? commands.fedora
          : commands.debian;
  return `${wanted.name} is missing (${wanted.purpose}). Install it with:  ${command}`;
}

/**
 * Installs Debian packages when this user may do so without being asked for a password (root, or sudo that needs
 * none). Returns whether they were installed; never asks anything.
 */
export function installDebianPackages(packages: readonly string[]): boolean {
  if (process.platform !== 'linux' || !isOnPath('apt-get')) return false;
  const sudo = rightsPrefix();
  if (!sudo) return false;
  console.log(`Twopop: installing ${packages.join(', ')} from this system's packages ...`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const run = (...args: string[]) => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    const ended = spawnSync(command as string, rest, { stdio: ['ignore', 'ignore', 'inherit'], env: environment });
    return ended.status === 0;
  };
  const install = () => run('install', '-y', '--no-install-recommends', ...packages);
  // The package lists are fetched only where the ones here do not do: a machine without a network may have a cache.
  return install() || (run('update') && install());
}

function rightsPrefix(): string[] | null {
  if (process.getuid?.() === 0) return [];
  if (isOnPath('sudo') && spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0) return ['sudo', '-n'];
  return null;
}

/** The first program of a name on PATH; null when there is none. */
export function findOnPath(name: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (!folder) continue;
    const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next folder.
    }
  }
  return null;
}

function isOnPath(name: string): boolean {
  return findOnPath(name) !== null;
}
