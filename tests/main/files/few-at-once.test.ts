import { expect, test } from 'vitest';
import { fewAtOnce } from '../../../src-main/files/few-at-once.ts';

const soon = () => new Promise((done) => setTimeout(done, 1));

test('work on many items is done a few at a time, and comes out in their order', async () => {
  let under = 0;
  let most = 0;
  const items = Array.from({ length: 50 }, (_, index) => index);
  const done = await fewAtOnce(items, 8, async (item) => {
    most = Math.max(most, ++under);
    await soon();
    under -= 1;
    return item * 2;
  });
  expect(most).toBe(8);
  expect(done).toEqual(items.map((item) => item * 2));
  expect(await fewAtOnce([], 8, soon)).toEqual([]);
});

test('a failure comes out, and what was not begun is left', async () => {
  const begun: number[] = [];
  const failing = fewAtOnce([1, 2, 3, 4, 5, 6], 2, async (item) => {
    begun.push(item);
    await soon();
    if (item === 2) throw new Error('item 2');
  });
  await expect(failing).rejects.toThrow('item 2');
  await soon();
  expect(begun.length).toBeLessThan(6);
});
