import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfprobe } from '../support/ffprobe.ts';
import { recordUntilKilled, repairAndRead } from '../support/killed-recordings.ts';

/**
 * `npm run bench:kill [-- KILLS]`: a recorder in real time (blocks of 128 frames at 48 kHz, one mono and one stereo
 * file of 24 bits) is killed 50 times at random moments; how much of what had come in is not in the repaired files.
 * Ends with 1 where a file is unreadable, a frame is wrong, or more than 20 ms are missing.
 */
const kills = Number(process.argv[2] ?? 50);
const ffprobe = await findFfprobe();
const folder = mkdtempSync(join(tmpdir(), 'twopop-killed-'));
try {
  const files = await recordUntilKilled(folder, kills);
  const faults: string[] = [];
  for (const file of files) faults.push(...(await repairAndRead(file, ffprobe)));
  const lostMs = files.map((file) => (file.capturedFrames - file.framesInFile) / 48).sort((a, b) => a - b);
  const unflushedMs = files.map((file) => (file.framesInFile - file.promisedFrames) / 48);
  const worst = lostMs.at(-1) ?? 0;
  console.log(
    `killed ${kills} times, ${files.length} files, ${faults.length} faults (load ${loadavg()[0]!.toFixed(1)} on ${availableParallelism()} cores)`,
  );
  console.log(
    `lost at the end: worst ${worst.toFixed(1)} ms, middle ${lostMs[lostMs.length >> 1]!.toFixed(1)} ms (goal: 20 ms)`,
  );
  console.log(`saved beyond what the header promised: up to ${Math.max(...unflushedMs).toFixed(0)} ms`);
  if (!ffprobe) console.log('no ffprobe here: read with our own reader alone');
  for (const fault of faults.slice(0, 20)) console.error(fault);
  if (faults.length > 0 || files.length !== kills * 2 || worst > 20) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
