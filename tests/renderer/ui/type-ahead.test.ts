import { expect, test } from 'vitest';
import { TypeAhead } from '../../../src-renderer/ui/type-ahead.ts';

const NAMES = ['A001', 'A002', 'audio', 'B001', 'Übung'];

test('letters typed quickly find the first name that begins with them', () => {
  const search = new TypeAhead();
  expect(search.press('b', NAMES, 0, 0)).toBe(3);
  const other = new TypeAhead();
  expect(other.press('a', NAMES, 4, 0)).toBe(0);
  expect(other.press('u', NAMES, 0, 100)).toBe(2);
});

test('the same letter again goes on to the next name', () => {
  const search = new TypeAhead();
  expect(search.press('a', NAMES, 3, 0)).toBe(0);
  expect(search.press('a', NAMES, 0, 200)).toBe(1);
  expect(search.press('a', NAMES, 1, 400)).toBe(2);
  expect(search.press('a', NAMES, 2, 600)).toBe(0);
});

test('after a pause a search begins anew', () => {
  const search = new TypeAhead();
  search.press('a', NAMES, 4, 0);
  expect(search.typing(100)).toBe(true);
  expect(search.typing(2000)).toBe(false);
  expect(search.press('b', NAMES, 0, 2000)).toBe(3);
});

test('accents and case make no difference, and what nothing begins with moves nowhere', () => {
  expect(new TypeAhead().press('u', NAMES, 0, 0)).toBe(4);
  expect(new TypeAhead().press('x', NAMES, 0, 0)).toBeNull();
  expect(new TypeAhead().press('x', [], 0, 0)).toBeNull();
});
