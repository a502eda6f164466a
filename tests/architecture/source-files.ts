import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Files of folders below the project's root, as `/`-separated paths relative to it; build output left out. */
export function filesBelow(folders: readonly string[], pattern: RegExp): string[] {
  return folders
    .flatMap((folder) =>
      existsSync(join(ROOT, folder)) ? readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }) : [],
    )
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(
      (path) =>
        pattern.test(path) &&
        !path.includes('/.') &&
        !path.includes('node_modules/') &&
        !/^native\/build(-tests)?\//.test(path),
    )
    .sort();
}

export function textOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export type Import = { readonly specifier: string; readonly isType: boolean };

/** Every module that a file names: static and dynamic imports, re-exports, `require`, and `createRequire(...)(...)`. */
export function importsOf(path: string): Import[] {
  const text = textOf(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
  const found: Import[] = [];
  const patterns: readonly (readonly [RegExp, boolean])[] = [
    [/(?:^|[;\s}])(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/g, true],
    [/\bimport\s*\(\s*()['"]([^'"]+)['"]/g, false],
    [/\brequire\s*\(\s*()['"]([^'"]+)['"]/g, false],
    [/\brequire\.resolve\s*\(\s*()['"]([^'"]+)['"]/g, false],
    [/createRequire\([^)]*\)(?:\.resolve)?\(\s*()['"]([^'"]+)['"]/g, false],
    [/new\s+URL\(\s*()['"](\.[^'"]+)['"]\s*,\s*import\.meta\.url/g, false],
  ];
  for (const [pattern, canBeType] of patterns) {
    for (const match of text.matchAll(pattern)) {
      found.push({ specifier: match[2] as string, isType: canBeType && Boolean(match[1]) });
    }
  }
  return found;
}

/** The file that a relative specifier of `from` names, relative to the root. */
export function resolveRelative(from: string, specifier: string): string {
  return posix.normalize(posix.join(posix.dirname(from), specifier));
}

/** The name of the package that a bare specifier is of. */
export function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] as string);
}

/** Every file that git holds or would hold, relative to the root; those of the folders above where there is no git. */
export function committedFiles(): string[] {
  try {
    const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: ROOT });
    return listed
      .toString()
      .split('\0')
      .filter((path) => path !== '' && existsSync(join(ROOT, path)));
  } catch {
    return filesBelow(['src-shared', 'src-main', 'src-renderer', 'native', 'tests', 'assets'], /./);
  }
}
