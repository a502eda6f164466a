/** Runs so many lanes side by side; when one fails, `stop` is to end the others, and its error is thrown after that. */
export async function inLanes(count: number, lane: () => Promise<void>, stop: () => void): Promise<void> {
  const failures: unknown[] = [];
  const run = () =>
    lane().catch((error: unknown) => {
      failures.push(error);
      stop();
    });
  await Promise.all(Array.from({ length: count }, run));
  if (failures.length > 0) throw failures[0];
}
