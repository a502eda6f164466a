// Puts the project's own command where `npx twopop` looks first: npm links the commands of dependencies, not of the
// project itself. Plain JavaScript that old Nodes can read.
import { chmodSync, existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const commands = join(root, 'node_modules', '.bin');

if (existsSync(commands)) {
  const link = join(commands, 'twopop');
  rmSync(link, { force: true });
  if (process.platform === 'win32') {
    const script = '..\\..\\src-main\\cli\\twopop.mjs';
    writeFileSync(`${link}.cmd`, `@node "%~dp0${script}" %*\r\n`);
    writeFileSync(`${link}.ps1`, `node "$PSScriptRoot\\${script}" $args\nexit $LASTEXITCODE\n`);
  } else {
    symlinkSync(join('..', '..', 'src-main', 'cli', 'twopop.mjs'), link);
    chmodSync(join(root, 'src-main', 'cli', 'twopop.mjs'), 0o755);
  }
}
