/** The sync command as a process of its own, for the benchmark: what it took goes to standard error. */
import { writeFile } from 'node:fs/promises';
import { openSyncAudio, openSyncTracks, readSyncStart } from '../../src-main/host/sync-audio.ts';
import { collectFiles } from '../../src-main/media/collect-files.ts';
import { syncCommand } from '../../src-main/sync/sync-cli.ts';
import { childSeconds } from './child-seconds.ts';

const started = performance.now();
const before = process.cpuUsage();
process.exitCode = await syncCommand({
  args: process.argv.slice(2),
  openAudio: openSyncAudio,
  openTracks: openSyncTracks,
  readStart: readSyncStart,
  filesBelow: async (folder) => (await collectFiles([folder])).map(({ path }) => path),
  write: (text) => process.stdout.write(text),
  writeFile: (path, text) => writeFile(path, text),
});
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const processor = (user + system) / 1e6 + childSeconds();
process.stderr.write(
  `peak ${Math.round(process.resourceUsage().maxRSS / 1024)} MB, ${seconds.toFixed(3)} s, processor ${processor.toFixed(3)} s\n`,
);
