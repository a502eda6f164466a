import { readdir } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { cutUtf8 } from './bext-chunk.ts';

/** Device names that Windows keeps for itself, with or without an extension. */
const reservedNames = /^(con|prn|aux|nul|com\d|lpt\d)$/i;
const longestStemBytes = 180;

/** A path's last part without its extension, as one line; `untitled` where nothing is left. At most 200 characters. */
export function displayName(path: string): string {
  const name = basename(path);
  const stem = name.slice(0, name.length - extname(name).length) || name;
  const line = stem.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
  return Array.from(line.trim()).slice(0, 100).join('') || 'untitled';
}

/** A name that every platform's file system takes, for a file called like `path`, without extension. */
export function safeStem(path: string): string {
  const plain = displayName(path)
    .normalize('NFC')
    .replace(/[/\\:*?"<>|]/g, '_');
  const cut = new TextDecoder().decode(cutUtf8(plain, longestStemBytes)).replace(/[. ]+$/, '');
  const stem = cut.replace(/^\.+/, '') || 'untitled';
  return reservedNames.test(stem) ? `_${stem}` : stem;
}

/** Gives out names in one folder that neither exist there (whatever their case) nor were given out before. */
export class FreeNames {
  private readonly taken = new Set<string>();

  /** Reads what is in the folder; it must exist. */
  static async of(folder: string): Promise<FreeNames> {
    const names = new FreeNames();
    for (const name of await readdir(folder)) names.taken.add(name.toLowerCase());
    return names;
  }

  /** `stem.wav`, or `stem-2.wav` and so on where that is taken, also by a half-written `stem.wav.part`. */
  take(stem: string, extension: string): string {
    for (let count = 1; ; count++) {
      const name = `${stem}${count === 1 ? '' : `-${count}`}${extension}`;
      if (this.taken.has(name.toLowerCase()) || this.taken.has(`${name}.part`.toLowerCase())) continue;
      this.taken.add(name.toLowerCase());
      return name;
    }
  }

  release(name: string): void {
    this.taken.delete(name.toLowerCase());
  }
}
