import { fileURLToPath } from 'node:url';

/**
 * A folder that comes with the product, by its path from the product's root. The same from the source tree and from
 * the built shell, which lies as deep; inside a package it is the unpacked copy, which other programs can read too.
 */
export function applicationFolder(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url)).replace(/\.asar([\\/])/, '.asar.unpacked$1');
}
