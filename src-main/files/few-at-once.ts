/**
 * Does the same for every item, at most `limit` at a time, and resolves with what came of each in their order. Rejects
 * with the first failure; what was not begun by then is left.
 */
export async function fewAtOnce<Item, Done>(
  items: readonly Item[],
  limit: number,
  work: (item: Item) => Promise<Done>,
): Promise<Done[]> {
  const done: Done[] = [];
  let next = 0;
  let isFailed = false;
  const lane = async () => {
    while (next < items.length && !isFailed) {
      const index = next++;
      try {
        done[index] = await work(items[index] as Item);
      } catch (error) {
        isFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, lane));
  return done;
}
