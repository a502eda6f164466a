import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../../support/node-host-process.ts';
import { makeTemporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

let folder: TemporaryFolder;

beforeAll(() => {
  folder = makeTemporaryFolder('page-opener');
});
afterAll(() => folder.remove());

// The system's opener is looked for on the path on Linux only.
test.skipIf(process.platform !== 'linux')(
  'the browser gets the token by a file of this user, never by a command line',
  async () => {
    const bin = join(folder.path, 'bin');
    const home = join(folder.path, 'home');
    const seen = join(folder.path, 'seen');
    mkdirSync(bin);
    mkdirSync(join(home, 'projects'), { recursive: true });
    const left = join(home, 'projects', `open-twopop-${'0'.repeat(16)}.html`);
    writeFileSync(left, 'left by a launch that was killed');
    const opener = join(bin, 'xdg-open');
    writeFileSync(
      opener,
      `#!/bin/sh\nfor given in "$@"; do echo "$given"; done > "${seen}.part"\nstat -c %a "$1" >> "${seen}.part"\ncat "$1" >> "${seen}.part"\nmv "${seen}.part" "${seen}"\n`,
    );
    chmodSync(opener, 0o755);
    const child = spawn(process.execPath, [join(ROOT, 'src-main', 'server', 'main.ts')], {
      cwd: ROOT,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, DISPLAY: ':99', TWOPOP_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text;
    });
    const exited = once(child, 'exit');
    await expect.poll(() => existsSync(seen), { timeout: 30_000 }).toBe(true);
    const token = /#token=([0-9a-f]{64})/.exec(output)?.[1] ?? 'no token';
    const [given = '', mode, ...text] = readFileSync(seen, 'utf8').split('\n');
    expect(given).toMatch(/projects\/open-twopop-[0-9a-f]{16}\.html$/);
    expect(given).not.toContain(token);
    expect(mode).toBe('600');
    expect(text.join('\n')).toContain(`url=http://127.0.0.1:`);
    expect(text.join('\n')).toContain(`#token=${token}"`);
    expect(existsSync(left)).toBe(false);
    child.kill('SIGINT');
    await exited;
    expect(readdirSync(join(home, 'projects'))).toEqual([]);
  },
);
