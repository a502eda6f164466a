import type { Connection } from './database.ts';

/** What SQLite finds wrong with a file, in its own words; null when it is sound. */
export function damageOf(database: Connection): string | null {
  const findings = database.pragma('quick_check(5)') as { quick_check: string }[];
  const wrong = findings.map((finding) => finding.quick_check).filter((text) => text !== 'ok');
  return wrong.length > 0 ? wrong.join('; ') : null;
}
