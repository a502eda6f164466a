/** The sync command as a process of its own, for the benchmark: its peak memory goes to standard error. */
import { writeFile } from 'node:fs/promises';
import { openSyncAudio, readSyncStart } from '../../src-main/host/sync-audio.ts';
import { syncCommand } from '../../src-main/sync/sync-cli.ts';
import { loadSyncKernel } from '../../src-main/sync/sync-kernel.ts';

const builtKernel = process.env.TWOPOP_BENCH_ADDON;
process.exitCode = await syncCommand({
  args: process.argv.slice(2),
  openAudio: openSyncAudio,
  readStart: readSyncStart,
  write: (text) => process.stdout.write(text),
  writeFile: (path, text) => writeFile(path, text),
  ...(builtKernel ? { kernel: loadSyncKernel(builtKernel) } : {}),
});
process.stderr.write(`peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
