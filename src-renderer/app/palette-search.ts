import type { BoundAction } from './action.ts';

/**
 * Actions whose words begin with, or contain, every word that was typed; the better the earlier. Ties keep their order.
 * An empty text gives everything.
 */
export function searchActions(actions: readonly BoundAction[], text: string): readonly BoundAction[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return actions;
  return actions
    .map((action) => ({ action, score: scoreOf(`${action.title} ${action.group}`.toLowerCase(), words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ action }) => action);
}

function scoreOf(name: string, words: readonly string[]): number {
  let score = 0;
  for (const word of words) {
    const at = name.indexOf(word);
    if (at < 0) return 0;
    const begins = name.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word));
    score += (at === 0 ? 4 : begins ? 2 : 1) + word.length / 100;
  }
  return score;
}
