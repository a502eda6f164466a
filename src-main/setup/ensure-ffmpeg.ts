import { findFfmpeg } from '../media/ffmpeg.ts';
import { FFMPEG, installDebianPackages, missingLine } from './system-packages.ts';

/** Installs ffmpeg where it may and it is missing; otherwise says in one line what to type. Never fails. */
export async function ensureFfmpeg(): Promise<boolean> {
  if (await findFfmpeg()) return true;
  if (installDebianPackages([FFMPEG.debian]) && (await findFfmpeg({ refresh: true }))) return true;
  console.warn(missingLine(FFMPEG));
  return false;
}
