import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { toErrorReport } from '../../src-shared/rpc/error.ts';
import { hasDisplay } from '../server/node-shell.ts';
import { serve } from '../server/serve.ts';
import { buildElectronWhenStale, buildEngineWhenStale, buildInterfaceWhenStale } from './builds.ts';
import { ELECTRON_FOLDER, electronProgram } from './electron-program.ts';
import { ensureFfmpeg } from './ensure-ffmpeg.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * `npm start`: sets up what is missing, then opens the workstation: Electron where its program is here or can be had,
 * else the same application in the browser. `-- --no-open`, `-- --port N` and `-- --browser` as for the Node host.
 */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'no-open': { type: 'boolean', default: false },
    browser: { type: 'boolean', default: false },
  },
});

try {
  buildEngineWhenStale();
  await ensureFfmpeg();
  buildInterfaceWhenStale();
  const electron = values.browser || values['no-open'] || !hasDisplay() ? null : findElectron();
  if (electron) await runElectron(electron);
  else await runInBrowser();
} catch (error) {
  const report = toErrorReport(error);
  console.error(`twopop: ${report.message} ${report.remedy}`);
  process.exitCode = 1;
}

async function runElectron(program: string): Promise<void> {
  buildElectronWhenStale();
  const child = spawn(program, [PROJECT_ROOT], { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

async function runInBrowser(): Promise<void> {
  if (!values.browser) {
    console.log(
      hasDisplay() && !values['no-open']
        ? "Electron's program is not on this machine and could not be fetched: Twopop opens in your browser instead."
        : 'Twopop serves the workstation to a browser on this machine.',
    );
  }
  const serving = await serve({ port: Number(values.port), open: !values['no-open'], demo: 'first-launch' });
  await serving.untilStopped;
}

/**
 * Electron's program, fetched by its own installer when it is not here yet; null where it cannot be had. The
 * installer may end well without a program, so its `path.txt` decides.
 */
function findElectron(): string | null {
  const installed = electronProgram();
  if (installed || !existsSync(join(ELECTRON_FOLDER, 'install.js'))) return installed;
  console.log('Fetching Electron (about 110 MB, once) ...');
  spawnSync(process.execPath, ['install.js'], { cwd: ELECTRON_FOLDER, stdio: 'ignore', timeout: 10 * 60_000 });
  return electronProgram();
}
