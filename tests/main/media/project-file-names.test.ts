import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { displayName, FreeNames, safeStem } from '../../../src-main/media/project-file-names.ts';
import { ownFolder } from './made-media.ts';

it('any name becomes one that every file system takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
      const stem = safeStem(`/card/${name}`);
      expect(Buffer.byteLength(stem)).toBeLessThanOrEqual(181);
      expect(stem).not.toMatch(/[/\\:*?"<>|\p{Cc}]|[. ]$|^\./u);
      expect(stem).not.toBe('');
      const shown = displayName(`/card/${name}`);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown.length).toBeLessThanOrEqual(200);
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
    { numRuns: 2000 },
  );
});

it('what people named is kept', () => {
  expect(safeStem('/x/PT_A101_4.A1.wav')).toBe('PT_A101_4.A1');
  expect(safeStem('/x/Szene 3 – Küche 🎬.WAV')).toBe('Szene 3 – Küche 🎬');
  expect(safeStem('/x/con.wav')).toBe('_con');
  expect(safeStem('/x/.wav')).toBe('wav');
});

it('a name is given out once, whatever its case, and not where a file or a half one has it', async () => {
  const folder = ownFolder();
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a', 'Take.WAV'), '');
  writeFileSync(join(folder, 'a', 'half.wav.part'), '');
  const names = await FreeNames.of(join(folder, 'a'));
  expect(names.take('take', '.wav')).toBe('take-2.wav');
  expect(names.take('TAKE', '.wav')).toBe('TAKE-3.wav');
  expect(names.take('half', '.wav')).toBe('half-2.wav');
  names.release('TAKE-3.wav');
  expect(names.take('Take', '.wav')).toBe('Take-3.wav');
});
