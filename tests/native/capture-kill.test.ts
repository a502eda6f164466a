import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findFfprobe } from '../support/ffprobe.ts';
import { recordUntilKilled, repairAndRead } from '../support/killed-recordings.ts';

const ffprobe = await findFfprobe();
if (!ffprobe) console.warn('SKIPPED: no ffprobe here; killed recordings were read with our own reader alone');
const windows = process.platform === 'win32';
if (windows) console.warn('SKIPPED: recorders are killed on Linux and macOS only');

it.skipIf(windows)(
  'what a killed recorder leaves is repaired: every frame that was written, in files that others read',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'twopop-killed-'));
    try {
      const files = await recordUntilKilled(folder, 3);
      expect(files).toHaveLength(6);
      for (const file of files) expect(await repairAndRead(file, ffprobe)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  300_000,
);
