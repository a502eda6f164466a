import fc from 'fast-check';
import { expect, it } from 'vitest';
import { panText, parsePan } from '../../../src-renderer/timeline/pan-text.ts';

it('pan is read back as it is written, in hundredths', () => {
  fc.assert(
    fc.property(fc.integer({ min: -100, max: 100 }), (percent) => {
      expect(parsePan(panText(percent / 100))).toBeCloseTo(percent / 100, 10);
    }),
  );
});

it('pan takes letters and plain numbers, and nothing else', () => {
  expect(parsePan('c')).toBe(0);
  expect(parsePan('l 40')).toBe(-0.4);
  expect(parsePan('-25')).toBe(-0.25);
  expect(parsePan('250')).toBe(1);
  expect(parsePan('left')).toBeNull();
  expect(parsePan('')).toBeNull();
});
