import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, posix, sep, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeParts, sweepIncoming } from '../../../src-main/host/media-routes/upload.ts';
import { makeTemporaryFolder } from '../../support/temporary-folder.ts';

describe('the name of a dropped file', () => {
  test.each([
    ['A001.mov', ['A001.mov']],
    ['CARD/DAY 3/12T01.WAV', ['CARD', 'DAY 3', '12T01.WAV']],
    ['Größe 🎬.wav', ['Größe 🎬.wav']],
    ['take\none.wav', ['take_one.wav']],
    ['a:b?.wav', ['a_b_.wav']],
    ['con.wav', ['_con.wav']],
    ['dots...', ['dots_']],
  ])('%j is kept as far as every system takes it', (name, parts) => {
    expect(safeParts(name)).toEqual(parts);
  });

  test.each(['', '/etc/passwd', '../x', 'a/../x', 'a//b', 'a/./b', 'C:/x', 'a\\b', 'x\0.wav', 'a/', 'x'.repeat(300)])(
    '%j is refused',
    (name) => {
      expect(() => safeParts(name)).toThrow(expect.objectContaining({ code: 'bad-request' }));
    },
  );

  test('never leads out of its folder', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom('..', '.', '...', 'C:', 'a')), { minLength: 1 }),
        (parts) => {
          let safe: string[];
          try {
            safe = safeParts(parts.join('/'));
          } catch {
            return;
          }
          expect(posix.join('/folder', ...safe).startsWith('/folder/')).toBe(true);
          expect(win32.join('C:\\folder', ...safe).startsWith('C:\\folder\\')).toBe(true);
          expect(safe.every((part) => !part.includes(sep) && part !== '..')).toBe(true);
        },
      ),
    );
  });
});

describe('what broken uploads left', () => {
  test('goes when the project is opened; whole files stay', async () => {
    const folder = makeTemporaryFolder('incoming');
    const incoming = join(folder.path, 'Incoming');
    mkdirSync(join(incoming, 'b1', 'CARD', 'DAY 3'), { recursive: true });
    mkdirSync(join(incoming, 'b2', 'CARD'), { recursive: true });
    writeFileSync(join(incoming, 'b1', '.arriving-0123456789abcdef'), 'x');
    writeFileSync(join(incoming, 'b2', 'CARD', 'whole.mov'), 'x');
    writeFileSync(join(incoming, 'b2', 'CARD', 'mine.part'), 'x');
    await sweepIncoming(folder.path);
    expect(readdirSync(incoming, { recursive: true }).sort()).toEqual([
      'b2',
      'b2/CARD',
      'b2/CARD/mine.part',
      'b2/CARD/whole.mov',
    ]);
    await sweepIncoming(join(folder.path, 'nowhere'));
    folder.remove();
  });
});
