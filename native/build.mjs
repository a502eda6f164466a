// Builds the engine addon with node-gyp. Skips when the built file is newer than every source.
// `--force` rebuilds; `--if-stale` (default) only when needed.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const built = join(here, 'build', 'Release', 'twopop.node');
const sources = ['src', 'include']
  .flatMap((folder) => readdirSync(join(here, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
  .concat(join(here, 'binding.gyp'));

/** The headers that came with this Node, where it brought them (no download then); node-gyp finds them by itself else. */
const nodeRoot = join(dirname(realpathSync(process.execPath)), '..');
const headers = existsSync(join(nodeRoot, 'include', 'node', 'node_api.h')) ? [`--nodedir=${nodeRoot}`] : [];

const force = process.argv.includes('--force');
const stale = force || !existsSync(built) || sources.some((file) => statSync(file).mtimeMs > statSync(built).mtimeMs);

if (stale && sources.some((file) => file.endsWith('.cc'))) {
  const nodeGyp = createRequire(import.meta.url).resolve('node-gyp/bin/node-gyp.js');
  const gyp = (verb) =>
    spawnSync(process.execPath, [nodeGyp, verb, '--jobs', 'max', ...headers], { cwd: here, stdio: 'inherit' });
  // `configure` again each time: it is what finds added and removed sources.
  const configured = gyp('configure');
  const run = configured.status === 0 ? gyp(force ? 'rebuild' : 'build') : configured;
  if (run.status !== 0) {
    console.error(
      '\nTwopop: the audio engine did not build. It needs a C++17 compiler, make and Python 3.\n' +
        '  Debian/Ubuntu  sudo apt-get install -y build-essential python3\n' +
        '  Fedora         sudo dnf install -y gcc-c++ make python3\n' +
        '  macOS          xcode-select --install\n' +
        '  Windows        winget install Microsoft.VisualStudio.2022.BuildTools (C++ workload) and Python 3\n',
    );
    process.exit(run.status ?? 1);
  }
}
