import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const KEY_BYTES = 32;

/**
 * A secret of this user on this machine, in the settings folder. What the product writes into a project to go on with
 * later is signed by it: a project that came from somebody else cannot make this machine read or write anything.
 */
export class InstallationKey {
  private readonly file: string;
  private key: Buffer | null = null;

  constructor(settingsFolder: string) {
    this.file = join(settingsFolder, 'installation-key');
  }

  sign(text: string): string {
    this.key ??= this.read() ?? this.make();
    return createHmac('sha256', this.key).update(text).digest('hex');
  }

  isOurs(text: string, signature: unknown): boolean {
    const expected = Buffer.from(this.sign(text));
    const given = Buffer.from(typeof signature === 'string' ? signature : '');
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private read(): Buffer | null {
    try {
      const key = Buffer.from(readFileSync(this.file, 'utf8').trim(), 'hex');
      return key.length === KEY_BYTES ? key : null;
    } catch {
      return null;
    }
  }

  /** Where the settings folder cannot be written, the key is of this launch: interrupted work is not gone on with. */
  private make(): Buffer {
    const key = randomBytes(KEY_BYTES);
    try {
      mkdirSync(join(this.file, '..'), { recursive: true });
      writeFileSync(this.file, key.toString('hex'), { mode: 0o600, flag: 'wx' });
      return key;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        console.error('twopop: the key that interrupted work is known by could not be written:', error);
        return key;
      }
    }
    // Another process was first, or the file there is damaged and replaced.
    const there = this.read();
    if (there) return there;
    writeFileSync(this.file, key.toString('hex'), { mode: 0o600 });
    return key;
  }
}
