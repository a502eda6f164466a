import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Page } from 'playwright-core';
import { requireFfmpeg } from '../../src-main/media/ffmpeg.ts';
import { ROOT } from './node-host-process.ts';
import type { Rectangle } from './screenshot-pixels.ts';

/** Whether pictures of the documentation are to be written, not only gone through. */
export const WRITES_PICTURES = Boolean(process.env.UPDATE_SCREENSHOT);

/** Writes a PNG with a palette of its own of `colours` colours, which makes it a third of the size. Returns its bytes. */
export async function writePalettePng(png: Buffer, path: string, colours: number): Promise<number> {
  mkdirSync(dirname(path), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'twopop-picture-'));
  try {
    const whole = join(folder, 'whole.png');
    writeFileSync(whole, png);
    const filter = `split[a][b];[a]palettegen=max_colors=${colours}:stats_mode=full[p];[b][p]paletteuse=dither=none`;
    const { path: ffmpeg } = await requireFfmpeg();
    execFileSync(ffmpeg, ['-v', 'error', '-y', '-i', whole, '-vf', filter, '-compression_level', '9', path]);
    return statSync(path).size;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * A picture of a part of the page. With `UPDATE_SCREENSHOT` set it is written as `assets/docs/pictures/NAME.png`;
 * without, it is only taken, so that the way there stays tested. Returns how many bytes it weighs as taken.
 */
export async function docsPicture(page: Page, name: string, part: Rectangle, colours = 96): Promise<number> {
  const clip = {
    x: Math.floor(part.x),
    y: Math.floor(part.y),
    width: Math.ceil(part.width),
    height: Math.ceil(part.height),
  };
  const png = await page.screenshot({ clip });
  if (WRITES_PICTURES) await writePalettePng(png, join(ROOT, 'assets', 'docs', 'pictures', `${name}.png`), colours);
  return png.length;
}
