import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json when the product runs from its sources. */
export const PROJECT_ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
