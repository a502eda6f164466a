#!/usr/bin/env node
// Starts the command line on Node 24, whichever Node started this. Plain JavaScript that old Nodes can read.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= 24) {
  // What was compiled once need not be at the next start; where nothing can be kept, it starts as before. Kept with the
  // program, where nobody else can put anything, and not in a temporary folder that all users share.
  module.enableCompileCache(
    process.env.NODE_COMPILE_CACHE ?? join(here, '..', '..', 'node_modules', '.cache', 'twopop'),
  );
  const { runCli } = await import('./run-cli.ts');
  await runCli(process.argv.slice(2));
} else {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const program = process.platform === 'win32' ? 'node.exe' : join('bin', 'node');
  const packaged = join(here, '..', '..', 'node_modules', `node-${system}-${process.arch}`);
  const node = [join(packaged, program), join(packaged, 'bin', 'node.exe')].find((path) => existsSync(path));
  if (!node) {
    console.error(
      `Twopop runs on Node 24; this is Node ${process.versions.node}, and npm brought none for this machine. ` +
        'Run "npm ci" again without "--omit=optional", or install Node 24 from https://nodejs.org.',
    );
    process.exit(2);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
