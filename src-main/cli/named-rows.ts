import { usageError, type VerbValues } from './verb.ts';

/**
 * The rows that an option names, in their own order: the option may be given several times, and each time hold several
 * names with commas between; a name with a comma in it counts whole. Names shared by several rows mean all of them.
 * Undefined when the option was not given; `bad-usage` for a name that no row has.
 */
export function namedRows<T extends { readonly name: string }>(
  values: VerbValues,
  option: string,
  rows: readonly T[],
): T[] | undefined {
  const given = values[option];
  if (!Array.isArray(given)) return undefined;
  const known = new Set(rows.map((row) => row.name));
  const names = given.flatMap((value) => (known.has(String(value)) ? [String(value)] : String(value).split(',')));
  const wanted = new Set(names.map((name) => (known.has(name) ? name : name.trim())).filter((name) => name !== ''));
  const missing = [...wanted].filter((name) => !known.has(name));
  if (missing.length > 0 || wanted.size === 0) {
    throw usageError(
      `--${option}: ${missing.length > 0 ? `there is no ${missing.map((name) => `“${name}”`).join(', ')}` : 'no name is given'}.`,
      known.size > 0 ? `Known are: ${[...known].join(', ')}.` : 'The project has none yet.',
    );
  }
  return rows.filter((row) => wanted.has(row.name));
}
