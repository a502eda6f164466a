import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The samples beside the project root that some tests read when they are there. */
export const SHARED_DATA = join(import.meta.dirname, '../../../shared/data/interchange');

/** A JSON file of the samples; null, with a loud line, where they are not there. */
export function sharedJson<T>(path: string): T | null {
  const file = join(SHARED_DATA, path);
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as T;
  console.warn(`SKIPPED: ${path} is not beside the project (${SHARED_DATA})`);
  return null;
}
