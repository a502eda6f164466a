import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildElectronWhenStale, buildEngineWhenStale, buildInterfaceWhenStale } from './builds.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * `npm run pack:check`: packages the application as far as can be done without Electron's program: the configuration's
 * schema, then `--dir` against an empty shell in Electron's place, then a look at what came out: the archive with its
 * entry, and every native file outside of it. The result cannot be started.
 */
const require = createRequire(join(PROJECT_ROOT, 'package.json'));
const at = (...parts: string[]) => join(PROJECT_ROOT, ...parts);

buildEngineWhenStale();
buildInterfaceWhenStale();
buildElectronWhenStale();
await checkSchema();
packDirectory(makeEmptyElectron());
checkResult(at('release', 'linux-unpacked', 'resources'));

type BuilderConfig = {
  getConfig(projectDir: string, file: string, given: null): Promise<unknown>;
  validateConfiguration(config: unknown, logger: unknown): Promise<void>;
};

async function checkSchema(): Promise<void> {
  const { getConfig, validateConfiguration } = require('app-builder-lib/out/util/config/config') as BuilderConfig;
  const { DebugLogger } = require('builder-util') as { DebugLogger: new (enabled: boolean) => unknown };
  await validateConfiguration(await getConfig(PROJECT_ROOT, 'electron-builder.yml', null), new DebugLogger(false));
  console.log('pack:check: electron-builder.yml is of the right schema');
}

/** The files that electron-builder looks for in Electron's folder, empty but for programs that do nothing. */
function makeEmptyElectron(): string {
  const folder = at('out', 'empty-electron');
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['resources', 'locales']) mkdirSync(join(folder, part), { recursive: true });
  for (const program of ['electron', 'chrome-sandbox', 'chrome_crashpad_handler']) {
    copyFileSync('/bin/true', join(folder, program));
  }
  for (const file of ['LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) writeFileSync(join(folder, file), '');
  const about = readFileSync(at('node_modules', 'electron', 'package.json'), 'utf8');
  writeFileSync(join(folder, 'version'), (JSON.parse(about) as { version: string }).version);
  return folder;
}

function packDirectory(electronFolder: string): void {
  const builder = at('node_modules', 'electron-builder', 'cli.js');
  const args = [builder, '--dir', '--linux', `-c.electronDist=${electronFolder}`];
  const run = spawnSync(process.execPath, args, { cwd: PROJECT_ROOT, stdio: 'inherit' });
  if (run.status !== 0) throw new Error(`electron-builder ended with ${run.status}`);
}

function checkResult(resources: string): void {
  const archived = archivedFiles(join(resources, 'app.asar'));
  const entry = (JSON.parse(readFileSync(at('package.json'), 'utf8')) as { main: string }).main;
  for (const file of [entry, 'out/electron/preload.cjs', 'out/renderer/index.html', 'package.json']) {
    if (!archived.includes(`/${file}`)) throw new Error(`pack:check: ${file} is not in the archive`);
  }
  const unpackedFolder = join(resources, 'app.asar.unpacked');
  const unpacked = readdirSync(unpackedFolder, { recursive: true }).map((name) => String(name).replaceAll('\\', '/'));
  const isNative = (path: string) => /\.(node|dylib|dll|so(\.\d+)*)$/.test(path);
  const inside = archived.filter((path) => isNative(path) && !unpacked.includes(path.slice(1)));
  if (inside.length > 0) throw new Error(`pack:check: these are still inside the archive: ${inside.join(', ')}`);
  for (const wanted of [/native\/build\/Release\/twopop\.node$/, /better-sqlite3\/.*\.node$/, /naudiodon\/.*\.node$/]) {
    if (!unpacked.some((path) => wanted.test(path))) throw new Error(`pack:check: nothing unpacked matches ${wanted}`);
  }
  if (!unpacked.some((path) => /ffmpeg-static\/ffmpeg(\.exe)?$/.test(path))) {
    console.log('pack:check: ffmpeg-static has no program here (its download was refused): not in this package');
  }
  const forbidden = archived.filter((path) => /^\/(src-|tests|node_modules\/(electron|vite|typescript)\/)/.test(path));
  if (forbidden.length > 0) throw new Error(`pack:check: these do not belong in the package: ${forbidden.join(', ')}`);
  console.log(
    `pack:check: ${archived.length} files archived, ${unpacked.filter(isNative).length} native files unpacked`,
  );
}

function archivedFiles(archive: string): string[] {
  if (!existsSync(archive)) throw new Error('pack:check: there is no app.asar');
  const { listPackage } = require('@electron/asar') as { listPackage(path: string, options: object): string[] };
  return listPackage(archive, {}).map((path) => path.replaceAll('\\', '/'));
}
